"""The log of `dotnet test` under Microsoft.Testing.Platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.parse.model import Parsed
from pipeline.parse.mtp_log import parse

if TYPE_CHECKING:
    from collections.abc import Callable

RUN = "/src/T/bin/Release/net10.0/T.dll (net10.0|x64)"


def test_names_the_run_that_did_not_end(read: Callable[[str], str]) -> None:
    """Of two frameworks one hangs: its run is named, and the test after which it hung; a hang leaves no report."""
    parsed = parse(read("mtp-2.5.2-hang.log"), "/src")
    assert parsed == Parsed(
        problems=("did not finish: Demo.Tests.dll (net10.0), after Demo.SumsTests.Fails",), completed=False
    )


@pytest.mark.parametrize("run", ["pass", "fail"])
def test_a_run_that_ended_says_nothing(read: Callable[[str], str], run: str) -> None:
    """Its reports tell how."""
    assert parse(read(f"mtp-2.5.2-{run}.log"), "/src") == Parsed()


def test_a_run_without_any_finished_test() -> None:
    """The first test of a run can hang."""
    assert parse(f"Running tests from {RUN}\n", "/src").problems == ("did not finish: T.dll (net10.0)",)


@pytest.mark.parametrize("code", [130, 137, 143])
def test_a_run_that_was_killed_did_not_finish(code: int) -> None:
    """`dotnet test` itself may still say so before it is ended too."""
    log = f"Running tests from {RUN}\npassed A.B (1ms)\n  from {RUN}\n{RUN} failed (45s 103ms)\nExit code: {code}\n"
    assert parse(log, "/src").problems == ("did not finish: T.dll (net10.0), after A.B",)


@pytest.mark.parametrize("end", ["passed (1s)", "failed with 1 error(s) (1s)\nExit code: 2", "Zero tests ran (1s)"])
def test_other_ends(end: str) -> None:
    """However it ended, it ended."""
    assert parse(f"Running tests from {RUN}\n{RUN} {end}\n", "/src") == Parsed()


def test_rows_of_a_theory() -> None:
    """A name may hold parentheses and spaces."""
    log = f'Running tests from {RUN}\nfailed A.B(text: "x (y)") (1s 2ms)\n  from {RUN}\n'
    assert parse(log, "/src").problems == ('did not finish: T.dll (net10.0), after A.B(text: "x (y)")',)
