"""ESLint's text output."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.parse.lint_log import parse
from pipeline.parse.model import Finding, Parsed, Severity

if TYPE_CHECKING:
    from collections.abc import Callable

PLACES = [
    ("@typescript-eslint/no-unused-vars", "error", "web/src/bad.ts", 3, 7),
    ("@typescript-eslint/no-explicit-any", "error", "web/src/bad.ts", 6, 28),
    ("eqeqeq", "warning", "web/src/bad.ts", 7, 13),
    ("no-debugger", "error", "web/src/bad.ts", 7, 21),
]


@pytest.mark.parametrize("case", ["stylish", "stylish-colour"])
def test_findings_with_and_without_colours(read: Callable[[str], str], case: str) -> None:
    """The text output gives the places that the JSON gives."""
    found = parse(read(f"eslint-9.39.5-{case}.log"), "/src", "web").findings
    assert [(f.rule, f.severity.value, f.file, f.line, f.column) for f in found] == PLACES


def test_a_syntax_error(read: Callable[[str], str]) -> None:
    """A message without a rule keeps all its words."""
    assert parse(read("eslint-9.39.5-syntax.log"), "/src").findings[-1] == Finding(
        rule="parsing",
        severity=Severity.ERROR,
        message="Parsing error: Property assignment expected",
        tool="eslint",
        file="web/src/broken.ts",
        line=2,
        column=7,
    )


def test_too_many_warnings_are_a_problem(read: Callable[[str], str]) -> None:
    """With --max-warnings no finding is an error, and the run is red: the reason is told."""
    parsed = parse(read("eslint-9.39.5-max-warnings.log"), "/src")
    assert [finding.severity for finding in parsed.findings] == [Severity.WARNING]
    assert (parsed.problems, parsed.completed) == (("ESLint found too many warnings (maximum: 0).",), True)


def test_a_crash_is_a_problem(read: Callable[[str], str]) -> None:
    """A broken configuration is told in ESLint's words."""
    reason = 'A configuration object specifies rule "nope/nope", but could not find plugin "nope".'
    expected = Parsed(problems=(f"ESLint crashed: {reason}",), completed=False)
    assert parse(read("eslint-9.39.5-crash.log"), "/src") == expected


def test_relative_names_get_the_work_folder() -> None:
    """A formatter that prints relative names means the SPA's folder."""
    (found,) = parse("src/a.ts\n  1:2  error  Bad  no-bad\n", "/src", "web").findings
    assert (found.file, found.rule, found.message) == ("web/src/a.ts", "no-bad", "Bad")


def test_another_linter_has_no_findings() -> None:
    """Output that is not ESLint's gives nothing; the exit code decides."""
    assert parse("Checked 5 files\nfound 3 errors\n", "/src") == Parsed()
