from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from pipeline.errors import ExitCode
from pipeline.judge.model import Status
from pipeline.render import summary, terminal
from tests import samples
from tests.unit.render.reports import reports


def _console(width=80, *, colour=False):
    return Console(file=io.StringIO(), width=width, force_terminal=colour, color_system="standard" if colour else None)


def _shown(text, width=80):
    console = _console(width)
    terminal.show(text, console)
    return console.file.getvalue()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "  UNAVAILABLE api.test.Shop.Web.Tests  needs containers: no local postgres server",
            "  UNAVAILABLE api.test.Shop.Web.Tests  needs containers: no\n" + 39 * " " + "local postgres server\n",
        ),
        (
            "  - the application can be packed as a non-root image: needs containers",
            "  - the application can be packed as a non-root image: needs\n    containers\n",
        ),
        (
            "  what to do: install the tool, or run the same with a container engine",
            "  what to do: install the tool, or run the same with a\n      container engine\n",
        ),
        (
            "    | 12:00:01  the log of a tool goes on and on and on and on and on",
            "    | 12:00:01  the log of a tool goes on and on and on and\n    | on and on\n",
        ),
        ("short", "short\n"),
        ("", "\n"),
    ],
)
def test_long_lines_hang_below_their_beginning(text, expected):
    """No word is cut in two, and what goes on stands under what it belongs to."""
    assert _shown(text, 60) == expected


@pytest.mark.parametrize(
    ("line", "colour"),
    [
        ("  ok       NuGet lock files  each project has one", "32"),
        ("  note     engine            none", "33"),
        ("  PROBLEM  disk here         full", "1;31"),
        ("ready: ci can run here", "1;32"),
        ("2 problems: ci cannot run here, or not to its end (engine, disk here)", "1;31"),
    ],
)
def test_the_words_of_doctor_have_colours(line, colour):
    """Whatever a check is called."""
    assert _coloured(line).startswith(f"\x1b[{colour}m")


@pytest.mark.parametrize(
    ("line", "colour"),
    [("RED: steps api.test", "1;31"), ("INCOMPLETE: gates secrets", "1;33"), ("Security gates:", "1")],
)
def test_the_end_of_a_summary_has_colours(line, colour):
    """The verdict stands there a second time."""
    assert _coloured(line).startswith(f"\x1b[{colour}m")


def _coloured(line):
    console = _console(colour=True)
    terminal.show(line, console)
    return console.file.getvalue().lstrip()


def test_a_command_goes_on_as_a_shell_reads_it():
    """What is copied from the screen runs; no argument in quotes is cut."""
    line = (
        "      $ dotnet test a.csproj --configuration Release --logger 'trx;LogFileName=a b.trx' --collect 'XPlat Code'"
    )
    assert _shown(line + "   (in a, exit code 1)", 50) == (
        "      $ dotnet test a.csproj --configuration \\\n"
        "          Release --logger \\\n"
        "          'trx;LogFileName=a b.trx' --collect \\\n"
        "          'XPlat Code'\n"
        "          (in a, exit code 1)\n"
    )
    assert _shown(line, 200) == line + "\n"


def test_what_mends_something_stays_one_line():
    """It can be a command of several programs: a terminal breaks it on the screen alone."""
    line = "           -> curl -fsSL https://dl.test/install.sh | VERSION=1 BIN_DIR=$HOME/.local/bin sh"
    assert _shown(line, 50) == line + "\n"


def test_a_path_is_not_cut_for_an_indent():
    """A column is given up where what stands in it would not fit."""
    text = "  tests Shop.Tests  xunit, vstest  (tests/Shop.Tests/Shop.Tests.csproj)"
    expected = "  tests Shop.Tests  xunit, vstest\n      (tests/Shop.Tests/Shop.Tests.csproj)\n"
    assert _shown(text, 50) == expected


@settings(deadline=None)
@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"])), st.integers(1, 100))
def test_nothing_is_lost(text, width):
    """Whatever a tool says arrives, with every character but the spaces at a break."""
    assert "".join(_shown(text.removeprefix("    | "), width).split()) == "".join(text.removeprefix("    | ").split())


@settings(deadline=None)
@given(reports, st.booleans())
def test_any_report_can_be_shown(report, table):
    """No text of a user ends the display."""
    terminal.show_report(report, _console(), table=table)


@pytest.mark.parametrize(("verdict", "colour"), [(ExitCode.GREEN, 32), (ExitCode.RED, 31), (ExitCode.INCOMPLETE, 33)])
def test_the_verdict_has_a_line_and_a_colour(verdict, colour):
    """One look tells the end of a run."""
    console = _console(colour=True)
    terminal.show_report(samples.report(samples.result(), verdict=verdict), console, table=False)
    first, second, *_ = console.file.getvalue().strip().splitlines()
    assert first == f"\x1b[1;{colour}m{summary.WORD[verdict]}\x1b[0m"
    assert second.startswith("shop on dagger: ")


def test_the_table_is_shown_once():
    """Where the rows came one by one already, they do not come again."""
    for table in (True, False):
        console = _console()
        terminal.show_report(samples.report(samples.result()), console, table=table)
        assert ("api.build" in console.file.getvalue()) is table


@pytest.mark.parametrize(
    ("line", "colour"),
    [
        (summary.row(samples.result(), 9, 0.0), 32),
        (summary.row(samples.result(status=Status.FAILED), 9, 0.0), 31),
        (summary.row(samples.result(status=Status.BROKEN), 9, 0.0), 33),
        (summary.row(samples.result(status=Status.UNAVAILABLE), 9, 0.0), 33),
        ("api.test FAILED: 1 of 2 tests failed", 31),
        ("  failed: Shop > T", 31),
        ("P403 the network failed", 31),
        ("VERIFIED: staging 20260301-141500-3f0c2aa (deploy), shop", 32),
        ("RED: staging 20260301-141500-3f0c2aa, shop", 31),
        ("RED, ROLLED BACK: staging 20260301-141500-3f0c2aa (deploy), shop", 31),
        ("ALERT: RED, AND NOT ROLLED BACK: staging 20260301-141500-3f0c2aa (deploy), shop", 31),
        ("SUPERSEDED: staging 20260301-141500-3f0c2aa (deploy), shop", 33),
        ("refused", 31),
        ("  | ok          x", None),
        ("the word FAILED in a text", None),
    ],
)
def test_colours(line, colour):
    """What a line begins with has the colour of its kind; what tools say has none."""
    console = _console(colour=True)
    terminal.show(line, console)
    assert (f"{colour}m" in console.file.getvalue()) if colour else ("\x1b" not in console.file.getvalue())
