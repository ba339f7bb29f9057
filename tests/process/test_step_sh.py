"""step.sh, really executed by sh: what it leaves, how it ends, and what it keeps."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from pipeline.run import reports
from tests import samples

SCRIPT = Path(__file__).parents[2] / "pipeline/run/step.sh"


class Place:
    """A folder of a test's own with out and keep, where commands run."""

    def __init__(self, folder):
        self.folder = folder
        self.out = folder / "out"
        self.keep = folder / "keeps/digest"
        self.keep.parent.mkdir()
        self.said = folder / "said"

    def run(self, *command, limit=20):
        """Run one command and return the exit code; whatever it leaves running is ended."""
        words = ["sh", str(SCRIPT), str(self.out), str(self.keep), str(limit), *command]
        with self.said.open("wb") as said:
            # An input that never ends: only the script itself can keep its command from waiting for it.
            process = subprocess.Popen(
                words, cwd=self.folder, stdin=subprocess.PIPE, stdout=said, stderr=said, start_new_session=True
            )
            try:
                return process.wait(timeout=60)
            finally:
                process.stdin.close()
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)

    @property
    def kept(self):
        """The folder whose name KEEP holds."""
        return self.keep.parent / self.keep.read_text().strip()

    def recall(self, target):
        """Bring back what was kept, as the runner does."""
        words = ["sh", str(SCRIPT.with_name("recall.sh")), str(self.keep), str(target)]
        return subprocess.run(words, capture_output=True, check=False).returncode

    def read(self, name):
        return (self.out / name).read_text()


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


@pytest.mark.parametrize(("code", "tolerate", "expected"), [(1, "1", 0), (2, "1", 2), (1, "", 1)])
def test_a_linter_that_mends_may_leave_something_over(place, monkeypatch, code, tolerate, expected):
    """Only exit code 1 is forgiven, and only where the runner says so: 2 is a linter that did not work."""
    monkeypatch.setenv("PIPELINE_TOLERATE", tolerate)
    assert place.run("sh", "-c", f"exit {code}") == expected
    assert place.read("exit") == f"{expected}\n"


def test_a_green_command(place):
    """Exit code 0, its log, its times; nothing is kept."""
    before = time.time()
    assert place.run("echo", "hello") == 0
    assert (place.read("exit"), place.read("log")) == ("0\n", "hello\n")
    assert before - 1 <= float(place.read("ended")) <= time.time() + 1
    assert 0 <= int(place.read("spent")) <= (time.time() - before + 1) * 1000
    assert list(place.keep.parent.iterdir()) == []


@pytest.mark.parametrize("code", [1, 3, 77, 255])
def test_a_red_command_keeps_everything(place, code):
    """The command's own exit code comes out, and all of OUT is copied to KEEP."""
    script = f"mkdir -p out/deep; echo report >out/deep/a.trx; echo bad; exit {code}"
    assert place.run("sh", "-c", script) == code
    kept = {p.relative_to(place.kept).as_posix() for p in place.kept.rglob("*") if p.is_file()}
    assert kept == {"spent", "ended", "exit", "number", "log", "deep/a.trx"}
    assert ((place.kept / "exit").read_text(), (place.kept / "log").read_text()) == (f"{code}\n", "bad\n")


def test_both_streams_stand_in_the_log_and_on_the_screen(place):
    """Standard output and errors come in order into one log, and are seen while the command runs."""
    place.run("sh", "-c", "echo one; echo two >&2; echo three")
    assert place.read("log") == "one\ntwo\nthree\n"
    assert place.said.read_text() == "one\ntwo\nthree\n"


def test_arguments_reach_the_command_as_they_are(place):
    """Nothing is quoted, split or expanded: the command stays an argument list."""
    words = ["a b", "$HOME", "*", "'", '"', "", "trx;LogFileName=x", "--", "`id`", "é", "\\n"]
    place.run("printf", "<%s>", *words)
    assert place.read("log") == "".join(f"<{word}>" for word in words)


def test_a_timeout(place):
    """A command over its limit ends with 124, is kept, and reads as a timeout."""
    assert place.run("sh", "-c", "echo before; sleep 60", limit=1) == 124
    assert (place.kept / "log").read_text() == "before\n"
    seen = reports.execution(samples.step(timeout=1), place.kept, "/src")
    assert (seen.exit_code, seen.timed_out) == (124, True)


def test_a_timeout_ends_the_children_too(place):
    """What the command started does not go on behind its back."""
    marker = place.folder / "still-here"
    place.run("sh", "-c", f"(sleep 2; touch {marker}) & sleep 60", limit=1)
    time.sleep(2.5)
    assert not marker.exists()


def test_a_command_that_ends_with_124_by_itself_is_no_timeout(place):
    """Only a full time limit is a timeout."""
    assert place.run("sh", "-c", "exit 124") == 124
    assert not reports.execution(samples.step(timeout=20), place.kept, "/src").timed_out


def test_a_missing_program(place):
    """What cannot be started says so in the words that the judge knows."""
    assert place.run("no-such-program") == 127
    assert place.read("log").startswith("timeout: failed to run command")


def test_a_background_child_that_holds_the_pipe_does_not_hang_it(place):
    """A server that the command left behind is not waited for."""
    began = time.monotonic()
    assert place.run("sh", "-c", "echo started; sleep 30 & exit 0") == 0
    assert time.monotonic() - began < 15
    assert place.read("log") == "started\n"


def test_a_command_that_reads_gets_nothing(place):
    """A question for input ends at once instead of waiting for ever."""
    assert place.run("cat") == 0
    assert place.read("log") == ""


def test_several_commands_of_a_step_make_one_record(place):
    """The log goes on and the time adds up; exit code and end are those of the last command."""
    place.run("sleep", "0.3")
    first = int(place.read("spent"))
    place.run("sh", "-c", "echo two; sleep 0.3; exit 5")
    assert (place.read("log"), place.read("exit"), place.read("number")) == ("two\n", "5\n", "2\n")
    assert 300 <= first <= int(place.read("spent")) - 300
    assert (place.kept / "log").read_text() == "two\n"


def test_the_limit_is_for_all_commands_of_a_step(place):
    """A second command has what the first left of the time, whenever that one ran."""
    place.run("true")
    (place.out / "spent").write_text("19500")
    assert place.run("sleep", "30", limit=21) == 124
    assert reports.execution(samples.step(timeout=21), place.kept, "/src").timed_out


def test_a_command_killed_early_is_no_timeout_because_the_one_before_took_long(place):
    """137 comes from the kernel too, when memory is short: only the step's whole time makes it a timeout."""
    place.run("true")
    (place.out / "spent").write_text("9000")
    assert place.run("sh", "-c", "kill -KILL $$", limit=20) == 137
    assert not reports.execution(samples.step(timeout=20), place.kept, "/src").timed_out


def test_an_older_red_is_replaced(place):
    """What is recalled is the last red run, without files of the one before."""
    place.run("sh", "-c", "echo old >out/old.trx; false")
    place.run("sh", "-c", "rm out/old.trx; false")
    assert place.recall(place.folder / "back") == 0
    assert sorted(p.name for p in (place.folder / "back").iterdir()) == ["ended", "exit", "log", "number", "spent"]


def test_runs_that_fail_at_the_same_time_do_not_mix(place):
    """Whose reports are recalled is open, but they are those of one run."""
    runs = 4
    for round_ in range(10):
        children = []
        for number in range(runs):
            out = place.folder / f"out{round_}.{number}"
            script = f"mkdir -p {out}; echo {number} >{out}/{number}.trx; exit 3"
            words = ["sh", str(SCRIPT), str(out), str(place.keep), "20", "sh", "-c", script]
            children.append(subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        assert [child.wait(timeout=60) for child in children] == [3] * runs
        back = place.folder / f"back{round_}"
        assert place.recall(back) == 0
        assert len(list(back.rglob("*.trx"))) == 1


def test_nothing_to_recall(place):
    """What was never kept, or is gone, is an error and not an empty folder."""
    assert place.recall(place.folder / "back") != 0
    place.keep.write_text("gone")
    assert place.recall(place.folder / "back") != 0


def test_old_folders_are_removed(place):
    """A red run clears away what nobody read for a day; younger neighbours stay."""
    for name, age in (("old", 26), ("young", 1)):
        folder = place.keep.parent / name
        folder.mkdir()
        (folder / "log").write_text("x")
        then = time.time() - age * 3600
        os.utime(folder, (then, then))
    place.run("false")
    assert sorted(p.name for p in place.keep.parent.iterdir()) == [
        "digest",
        place.kept.name,
        "young",
    ]


def test_a_green_run_touches_nothing_that_is_kept(place):
    """The memory of other steps is none of its business."""
    place.keep.write_text("x")
    place.run("true")
    assert place.keep.read_text() == "x"


def test_no_pipe_is_left_behind(place, monkeypatch):
    """The named pipe is gone after the command."""
    scratch = place.folder / "tmp"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    place.run("echo", "x")
    assert list(scratch.iterdir()) == []


def test_a_killed_command(place):
    """A command that is killed is red with the code of its signal, and kept."""
    assert place.run("sh", "-c", "kill -KILL $$") == 137
    assert not reports.execution(samples.step(timeout=20), place.kept, "/src").timed_out


def test_a_large_log_is_complete(place):
    """No line is lost between the command and its log."""
    place.run("sh", "-c", "i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done")
    assert place.read("log").splitlines()[-1] == "line 19999"


def test_it_is_plain_sh():
    """The scripts are POSIX: the images' sh is dash or busybox."""
    for name in ("step.sh", "recall.sh", "memory.sh"):
        done = subprocess.run(["sh", "-n", str(SCRIPT.with_name(name))], capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
