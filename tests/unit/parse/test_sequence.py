"""Blame's sequence file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.parse.model import Parsed
from pipeline.parse.sequence import parse

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("run", ["hang", "exit"])
def test_names_the_test_that_was_running(read: Callable[[str], str], run: str) -> None:
    """The file left by a hang or a crash tells which test did not finish."""
    parsed = parse(read(f"vstest-17.14.1-xunit2-{run}.sequence.xml"), "/src")
    assert parsed == Parsed(problems=("did not finish: Demo.ZLateTests.Ends",), completed=False)


def test_a_sequence_without_a_running_test_says_nothing() -> None:
    """All completed: no problem comes from here."""
    assert parse('<TestSequence><Test Name="a" Completed="True"/></TestSequence>', "/src") == Parsed()


def test_rows_of_one_theory_are_told_apart() -> None:
    """The display name is shown, and each name once."""
    test = '<Test Name="A" DisplayName="A({})" Completed="False"/>'
    text = f"<TestSequence>{test.format(1)}{test.format(1)}{test.format(2)}</TestSequence>"
    assert parse(text, "/src").problems == ("did not finish: A(1)", "did not finish: A(2)")
