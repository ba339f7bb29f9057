"""Processes in a group of their own: how they end, and what ends with them."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import anyio
import pytest

from pipeline.run import process


def _run(folder, *command, timeout=20.0, env=None):
    log = folder / "log"
    ended = anyio.run(
        lambda: process.run(list(command), folder=folder, env=env or dict(os.environ), log=log, timeout=timeout)
    )
    return ended, log.read_text()


def _alive(pid):
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def _gone(pid):
    end = time.monotonic() + 5
    while _alive(pid) and time.monotonic() < end:
        time.sleep(0.05)
    return not _alive(pid)


@pytest.mark.parametrize("code", [0, 1, 42])
def test_the_exit_code_comes_back(tmp_path, code):
    """The command's own exit code, and no timeout."""
    ended, _ = _run(tmp_path, "sh", "-c", f"exit {code}")
    assert ended == process.Ended(code=code)


def test_both_streams_go_to_the_log(tmp_path):
    """Output and errors stand in the log in order, after what was there."""
    (tmp_path / "log").write_text("before\n")
    _, log = _run(tmp_path, "sh", "-c", "echo out; echo err >&2")
    assert log == "before\nout\nerr\n"


def test_folder_environment_and_no_input(tmp_path):
    """A command runs in its folder, with its environment alone, and nobody answers its questions."""
    env = {"PATH": os.environ["PATH"], "MINE": "yes"}
    _, log = _run(tmp_path, "sh", "-c", 'pwd; echo "$MINE$HOME"; cat', env=env)
    assert log == f"{tmp_path}\nyes\n"


def test_what_cannot_be_started_is_told(tmp_path):
    """A missing program has no exit code, and a reason."""
    ended, _ = _run(tmp_path, "no-such-program")
    assert ended == process.Ended(code=None, why="no-such-program: No such file or directory")


def test_a_file_that_is_no_program(tmp_path):
    """A file without permission to run is told in the same way."""
    (tmp_path / "tool").write_text("x")
    ended, _ = _run(tmp_path, str(tmp_path / "tool"))
    assert (ended.code, ended.why) == (None, f"{tmp_path / 'tool'}: Permission denied")


def test_a_timeout_ends_the_whole_group(tmp_path):
    """Children of the command end with it."""
    began = time.monotonic()
    ended, log = _run(tmp_path, "sh", "-c", "sleep 60 & echo $!; sleep 60", timeout=0.5)
    assert (ended.timed_out, ended.code) == (True, -15)
    assert time.monotonic() - began < 5
    assert _gone(int(log))


def test_who_ignores_the_kind_signal_is_killed(tmp_path, monkeypatch):
    """A process that refuses to end is ended for good after a moment."""
    monkeypatch.setattr(process, "GRACE", 0.5)
    ended, log = _run(tmp_path, "sh", "-c", "trap '' TERM; echo $$; while :; do sleep 0.1; done", timeout=0.5)
    assert (ended.timed_out, ended.code) == (True, -9)
    assert _gone(int(log))


def test_a_child_that_ignores_the_kind_signal_is_killed_too(tmp_path):
    """The leader's end does not save its children."""
    script = "sh -c \"trap '' TERM; echo \\$\\$; while :; do sleep 0.1; done\" & sleep 60"
    _, log = _run(tmp_path, "sh", "-c", script, timeout=1.0)
    assert _gone(int(log))


def test_what_a_green_command_left_behind_is_ended(tmp_path):
    """A build server does not outlive its step."""
    ended, log = _run(tmp_path, "sh", "-c", "sleep 60 & echo $!; exit 0")
    assert ended == process.Ended(code=0)
    assert _gone(int(log))


def test_a_daemon_that_left_the_group_is_ended(tmp_path):
    """A session of its own saves no process: it would disturb the steps after it."""
    ended, log = _run(tmp_path, "sh", "-c", "setsid sleep 60 & echo $!; exit 0")
    assert ended == process.Ended(code=0)
    assert _gone(int(log))


def test_an_interrupt_ends_the_group(tmp_path):
    """When the run itself is cancelled, no process goes on."""

    async def main():
        with anyio.move_on_after(0.5):
            await process.run(
                ["sh", "-c", "echo $$; sleep 60"],
                folder=tmp_path,
                env=dict(os.environ),
                log=tmp_path / "log",
                timeout=60,
            )

    anyio.run(main)
    assert _gone(int((tmp_path / "log").read_text()))


def test_no_time_left(tmp_path):
    """A command whose time is used up by earlier ones is a timeout at once."""
    ended, _ = _run(tmp_path, "sleep", "60", timeout=-1.0)
    assert ended.timed_out


def test_a_signal_waits_until_a_process_has_a_name():
    """Between the start of a process and the name that ends it, an interruption would leave it behind for good."""
    before = signal.getsignal(signal.SIGINT)
    named = []

    def start():
        with process.signals_wait():
            signal.raise_signal(signal.SIGINT)
            named.append("named")

    with pytest.raises(KeyboardInterrupt):
        start()
    assert (named, signal.getsignal(signal.SIGINT)) == (["named"], before)


def test_an_ignored_signal_stays_ignored():
    """A shell's `&` makes us ignore it, and the processes that we start."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with process.signals_wait():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
