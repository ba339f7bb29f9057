from __future__ import annotations

import io
import itertools
import re
import time

from rich.console import Console
from rich.live import Live

from pipeline.judge.model import Status
from pipeline.run import progress
from pipeline.run.progress import Progress
from tests import samples


def _show(*results, width=200):
    text = io.StringIO()
    console = Console(file=text, width=width, force_terminal=False)
    plan = samples.plan(*(samples.plain_step(result.id) for result in results))
    with Progress(plan, console) as shown:
        for step, result in zip(plan, results, strict=True):
            shown.started(step)
            shown.ended(result)
    return text.getvalue()


def test_one_line_per_result_where_there_is_no_terminal():
    """A CI log gets one line per ended step and nothing that moves."""
    assert _show(samples.result("a"), samples.result("bcd", Status.FAILED, reason="exit code 1")) == (
        "  ok          a    1.5 s\n  FAILED      bcd  1.5 s, exit code 1\n"
    )


def test_what_a_tool_says_is_no_markup():
    """Square brackets of a reason are shown as they are."""
    assert "[red]x[/red]" in _show(samples.result("a", Status.FAILED, reason="[red]x[/red]"))


def test_long_lines_are_not_broken():
    """A reason stays on its line, so that a log can be searched."""
    assert _show(samples.result("a", Status.FAILED, reason="x" * 300), width=40).count("\n") == 1


def test_a_result_without_a_start():
    """A skipped step ends without having started."""
    progress = Progress(samples.plan(samples.plain_step("a")), Console(file=io.StringIO()))
    progress.ended(samples.result("a", Status.SKIPPED))
    assert progress._running == {}


def test_a_run_that_is_stopped_says_so():
    """Ending a test host takes seconds; a spinner alone would look as if nobody had heard."""
    text = io.StringIO()
    Progress(samples.plan(), Console(file=text)).stopping()
    assert text.getvalue() == "stopping: what was started is being ended\n"


def test_the_table_shows_what_runs():
    """On a terminal each running step has a row."""
    progress = Progress(samples.plan(samples.plain_step("a")), Console(file=io.StringIO()))
    progress.started(samples.plain_step("a"))
    assert progress._table().row_count == 1


def test_on_a_terminal_a_long_row_hangs_below_its_beginning():
    """A reason is read in one piece, and no word of it is cut in two."""
    text = io.StringIO()
    progress = Progress(samples.plan(samples.plain_step("a")), Console(file=text, width=40, force_terminal=True))
    progress.ended(samples.result("a", Status.SKIPPED, reason="needs containers and much more"))
    assert text.getvalue().endswith("a  needs containers and\n                 much more\n")


def test_a_log_is_no_terminal_whatever_the_environment_says(monkeypatch, capsys):
    """CI systems set FORCE_COLOR for the tools they run; nothing moves in their logs for it."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    with Progress(samples.plan(samples.plain_step("a"))) as progress:
        progress.ended(samples.result("a"))
    assert capsys.readouterr().err == "  ok          a  1.5 s\n"


def _screen(written):
    """Return the lines of a terminal after what was written to it: as much of one as a live display uses."""
    lines, at, column = [""], 0, 0
    for control, char in re.findall(r"\x1b\[([0-9;?]*[A-Za-z])|([\s\S])", written):
        if control.endswith("A"):
            at = max(0, at - int(control[:-1] or 1))
        elif control == "2K":
            lines[at] = ""
        elif char == "\n":
            at, column = at + 1, 0
            lines += [""] * (at + 1 - len(lines))
        elif char == "\r":
            column = 0
        elif char:
            lines[at] = lines[at][:column].ljust(column) + char + lines[at][column + 1 :]
            column += 1
    return [line.rstrip() for line in lines if line.strip()]


def test_no_row_is_lost_on_a_terminal(monkeypatch):
    """The display is drawn anew all the time, and never over a row that came in between."""
    monkeypatch.setattr(progress, "EVERY", 0.0005)
    counted = Live.process_renderables

    def slowly(*words):
        found = counted(*words)
        time.sleep(0.001)  # a busy machine, between the count of the lines and the drawing
        return found

    monkeypatch.setattr(Live, "process_renderables", slowly)
    text = io.StringIO()
    plan = samples.plan(*(samples.plain_step(f"s{n}") for n in range(60)))
    with Progress(plan, Console(file=text, width=80, force_terminal=True)) as shown:
        for step, after in itertools.pairwise([*plan, *plan.steps[:1]]):
            shown.started(step)
            shown.started(after)
            time.sleep(0.002)
            shown.ended(samples.result(step.id))
    rows = [line.split()[1] for line in _screen(text.getvalue()) if line.startswith("  ok")]
    assert rows == [step.id for step in plan]
