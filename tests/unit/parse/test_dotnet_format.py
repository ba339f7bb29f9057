"""dotnet format."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from pipeline.parse.dotnet_format import parse
from pipeline.parse.model import Finding, Parsed, Severity

if TYPE_CHECKING:
    from collections.abc import Callable

EXPECTED = {"WHITESPACE": 12, "FINALNEWLINE": 1, "IMPORTS": 1, "IDE0161": 1, "IDE0009": 2, "IDE0005": 1}


@pytest.mark.parametrize("form", ["json", "log"])
def test_report_and_log_agree(read: Callable[[str], str], form: str) -> None:
    """The JSON report and the log give the same findings, each once."""
    found = parse(read(f"dotnet-10.0.401-format.{form}"), "/src").findings
    assert Counter(finding.rule for finding in found) == EXPECTED
    assert {(f.file, f.severity, f.tool) for f in found} == {("fmt/Ugly.cs", Severity.ERROR, "dotnet-format")}


def test_a_finding_in_full(read: Callable[[str], str]) -> None:
    """Rule, place, message, and how to mend it."""
    assert parse(read("dotnet-10.0.401-format.json"), "/src").findings[0] == Finding(
        rule="WHITESPACE",
        severity=Severity.ERROR,
        message="Fix whitespace formatting. Insert '\\n'.",
        tool="dotnet-format",
        file="fmt/Ugly.cs",
        line=3,
        column=15,
        help="run `dotnet format` and commit the result",
    )


@pytest.mark.parametrize("form", ["json", "log"])
def test_tidy_code_has_no_findings(read: Callable[[str], str], form: str) -> None:
    """An empty report and an empty log both mean: nothing to do."""
    assert parse(read(f"dotnet-10.0.401-format-clean.{form}"), "/src") == Parsed()


@pytest.mark.parametrize("text", ['[{"FilePath": "/src/a.cs", "FileCh', "[", "{}"])
def test_a_cut_report_is_a_problem(text: str) -> None:
    """Half a report is never a clean one."""
    assert not parse(text, "/src").completed


def test_odd_types_do_no_harm() -> None:
    """Values of other types than expected are left out."""
    text = '[1, {"FilePath": 5, "FileChanges": [null, {"LineNumber": "x", "DiagnosticId": []}]}, {"FileChanges": 3}]'
    assert [(f.rule, f.file, f.line) for f in parse(text, "/src").findings] == [("dotnet-format", None, None)]
