"""ESLint's JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.parse.eslint import parse
from pipeline.parse.model import Finding, Parsed, Severity

if TYPE_CHECKING:
    from collections.abc import Callable

PLACES = [
    ("@typescript-eslint/no-unused-vars", "error", "web/src/bad.ts", 3, 7),
    ("@typescript-eslint/no-explicit-any", "error", "web/src/bad.ts", 6, 28),
    ("eqeqeq", "warning", "web/src/bad.ts", 7, 13),
    ("no-debugger", "error", "web/src/bad.ts", 7, 21),
]


@pytest.mark.parametrize("case", ["errors", "npm-run"])
def test_findings_with_and_without_npm_around(read: Callable[[str], str], case: str) -> None:
    """What `npm run` prints before the list does no harm."""
    found = parse(read(f"eslint-9.39.5-{case}.json"), "/src", "web").findings
    assert [(f.rule, f.severity.value, f.file, f.line, f.column) for f in found] == PLACES


def test_a_syntax_error(read: Callable[[str], str]) -> None:
    """A file that cannot be parsed is an error without a rule of its own."""
    assert parse(read("eslint-9.39.5-syntax.json"), "/src").findings[-1] == Finding(
        rule="parsing",
        severity=Severity.ERROR,
        message="Parsing error: Property assignment expected.",
        tool="eslint",
        file="web/src/broken.ts",
        line=2,
        column=7,
    )


def test_no_findings() -> None:
    """An empty list is a clean result."""
    assert parse("[]", "/src") == Parsed()


@pytest.mark.parametrize("text", ["", "npm error code 1", '[{"filePath": "/src/a', "[" * 100_000, "[1" + "0" * 9999])
def test_a_report_that_is_none_is_a_problem(text: str) -> None:
    """Nothing to read is never a clean result."""
    parsed = parse(text, "/src")
    assert (parsed.findings, len(parsed.problems), parsed.completed) == ((), 1, False)


def test_odd_types_do_no_harm() -> None:
    """Values of other types than expected are left out."""
    text = '[{"filePath": [], "messages": [{"severity": "2", "line": true, "ruleId": 1}, 4]}, null]'
    assert [(f.rule, f.severity, f.line) for f in parse(text, "/src").findings] == [("eslint", Severity.NOTE, None)]
