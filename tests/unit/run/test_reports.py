from __future__ import annotations

import os

import pytest

from pipeline.plan.model import Output
from pipeline.run import reports
from tests import samples


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    for name, text in (("exit", "0\n"), ("spent", "2500\n"), ("ended", "103.0\n"), ("log", "hello\n")):
        (folder / name).write_text(text)
    return folder


def test_the_record_of_step_sh(out):
    """Exit code, times and log come back as they were left."""
    seen = reports.execution(samples.step(commands=(("dotnet", "restore"), ("dotnet", "x", "${source}"))), out, "/src")
    assert (seen.step, seen.exit_code, seen.started, seen.ended) == ("api.test.Shop.Tests", 0, 100.5, 103.0)
    assert (seen.log, seen.root, seen.timed_out) == ("hello\n", "/src", False)
    assert seen.command == ("dotnet", "x", ".")


@pytest.mark.parametrize(
    ("number", "ran"), [("1", "first"), ("2", "last"), ("", "last"), ("9", "last"), ("0", "first")]
)
def test_the_command_that_ran_last(out, number, ran):
    """Of a step that failed before its last command; without a word about it, it was the last."""
    (out / "number").write_text(number)
    step = samples.step(commands=(("first",), ("last",)))
    assert reports.execution(step, out, "/src").command == (ran,)


def test_a_step_without_commands_has_no_command(out):
    """A step that only assembles has nothing to quote."""
    assert reports.execution(samples.plain_step(commands=()), out, "/src").command == ()


def test_nothing_was_recorded(tmp_path):
    """An empty folder is a red end, not a green one."""
    seen = reports.execution(samples.step(), tmp_path, "/src")
    assert (seen.exit_code, seen.started, seen.ended, seen.log, seen.files) == (1, 0.0, 0.0, "", ())


@pytest.mark.parametrize(
    ("code", "spent", "expected"),
    [("124", "60000", True), ("137", "70500", True), ("124", "500", False), ("137", "59999", False),
     ("1", "999000", False), ("0", "999000", False)],
)  # fmt: skip
def test_a_timeout_needs_its_code_and_its_time(out, code, spent, expected):
    """`timeout` ends with 124 or 137, but so does a killed or an odd command: only a full time limit is a timeout."""
    (out / "exit").write_text(code)
    (out / "spent").write_text(spent)
    assert reports.execution(samples.step(), out, "/src").timed_out is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("12.25", 12.25), ("12.", 12.0), ("12", 12.0), ("12.%N", 12.0), ("", 0.0), ("soon", 0.0), ("12.5\n", 12.5)],
)
def test_times(tmp_path, text, expected):
    """GNU date has nanoseconds, busybox leaves the part after the dot empty or as it is, and nothing is zero."""
    (tmp_path / "ended").write_text(text)
    assert reports._seconds(tmp_path / "ended") == expected


def test_colours_of_a_log_are_gone(out):
    """The log is text for every reader."""
    (out / "log").write_bytes(b"\x1b[31mred\x1b[0m\r\nnot utf-8: \xe9\n")
    assert reports.execution(samples.step(), out, "/src").log == "red\nnot utf-8: \ufffd\n"


def test_declared_reports_are_read_at_any_depth(out):
    """Files that an output names are read with their path, in a fixed order; all others stay where they are."""
    (out / "b").mkdir()
    (out / "b/x.trx").write_text("two")
    (out / "a.trx").write_text("one")
    (out / "a.dmp").write_text("memory")
    assert reports.files(samples.step(), out) == (("a.trx", "one"), ("b/x.trx", "two"))


def test_folders_are_no_reports(out):
    """What a step leaves for others is not read as a report."""
    (out / "publish").mkdir()
    (out / "publish/app.dll").write_text("x")
    (out / "client").write_text("x")
    outputs = (Output(path="publish/*", kind="directory"), Output(path="client", kind="directory", tree=True))
    assert reports.files(samples.plain_step(outputs=outputs), out) == ()


def test_links_are_not_followed(out, tmp_path):
    """A report is never a link to some other file of the machine."""
    (tmp_path / "secret").write_text("secret")
    (out / "a.trx").symlink_to(tmp_path / "secret")
    assert reports.files(samples.step(), out) == ()


def test_a_huge_report_is_read_in_part(out):
    """Of a report over the limit only the start is read; its parser will say that it is cut off."""
    with (out / "a.trx").open("wb") as file:
        file.truncate(reports.MAX_REPORT + 1)
    [(name, text)] = reports.files(samples.step(), out)
    assert (name, len(text)) == ("a.trx", reports.MAX_REPORT)


def test_the_end_of_a_huge_log_is_kept(out, monkeypatch):
    """The last lines of a huge log explain a red step."""
    monkeypatch.setattr(reports, "MAX_REPORT", 1000)
    (out / "log").write_text("x\n" * 1000 + "the end\n")
    assert reports.execution(samples.step(), out, "/src").log.endswith("the end\n")


def test_what_a_step_leaves_for_others_is_no_evidence(tmp_path):
    """The folders that a step promises are left out, by its plan and not by their names; reports are copied."""
    for name in ("api.publish/site/app.dll", "api.publish/log", "api.test/publish/a.trx", "spa.build/dist/index.html"):
        (tmp_path / "out" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "out" / name).write_text("x")
    plan = samples.plan(
        samples.plain_step("api.publish", outputs=(Output(path="site", kind="directory"),)),
        samples.step("api.test"),
        samples.plain_step("spa.build", outputs=(Output(path="dist", kind="directory", tree=True),)),
    )
    reports.copy(tmp_path / "out", tmp_path / "e", plan)
    copied = {path.relative_to(tmp_path / "e").as_posix() for path in (tmp_path / "e").rglob("*") if path.is_file()}
    assert copied == {"api.publish/log", "api.test/publish/a.trx", "spa.build/dist/index.html"}


def test_links_and_pipes_are_no_evidence(tmp_path):
    """What leads elsewhere, or never ends, is not copied."""
    (tmp_path / "out/a").mkdir(parents=True)
    (tmp_path / "out/a/link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "out/a/pipe")
    reports.copy(tmp_path / "out", tmp_path / "e", samples.plan())
    assert not (tmp_path / "e").exists()


def test_reports_are_read_within_a_bound_for_all(out, monkeypatch):
    """Any number of files just below the bound of one would fill the memory; what is cut says so to its parser."""
    monkeypatch.setattr(reports, "MAX_REPORTS", 25)
    for name in "abcd":
        (out / f"{name}.trx").write_text("0123456789")
    step = samples.step(outputs=(Output(path="*.trx", kind="trx"),))
    read = dict(reports.files(step, out))
    assert {name: len(text) for name, text in read.items()} == {"a.trx": 10, "b.trx": 10, "c.trx": 5, "d.trx": 0}
