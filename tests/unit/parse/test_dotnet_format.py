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


def test_report_and_log_give_equal_findings(read: Callable[[str], str]) -> None:
    """So that a step which reads both counts each once: words, place and help are the same."""
    from_json, from_log = (parse(read(f"dotnet-10.0.401-format.{form}"), "/src").findings for form in ("json", "log"))
    assert set(from_json) == set(from_log)


def test_a_project_that_did_not_load_is_a_problem(read: Callable[[str], str]) -> None:
    """Without references no rule is looked at; exit code 0 and the report `[]` do not tell it."""
    parsed = parse(read("dotnet-10.0.401-format-unloaded.log"), "/src")
    assert parsed.problems == ("required references did not load for Extra: its rules were not checked",)
    assert not parsed.completed


def test_projects_of_other_languages_are_named(read: Callable[[str], str]) -> None:
    """F# is left out by the tool, which is no mistake of the code, and not proven either."""
    parsed = parse(read("dotnet-10.0.401-format-fsharp.log"), "/src")
    assert [(f.file, f.rule, f.severity) for f in parsed.findings] == [("f/F/F.fsproj", "not-formatted", Severity.NOTE)]
    assert (parsed.problems, parsed.completed) == ((), True)


def test_a_crash_of_the_tool_is_a_problem() -> None:
    """Its first line says why."""
    log = (
        "Unhandled exception: System.IO.FileNotFoundException: The project file '/src/x' does not exist.\n   at A.B()\n"
    )
    parsed = parse(log, "/src")
    assert parsed.problems == (
        "dotnet format crashed: System.IO.FileNotFoundException: The project file '/src/x' does not exist.",
    )
    assert not parsed.completed


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
