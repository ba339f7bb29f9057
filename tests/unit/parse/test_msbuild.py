"""MSBuild logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.parse.model import Finding, Severity
from pipeline.parse.msbuild import parse

if TYPE_CHECKING:
    from collections.abc import Callable


def test_errors_and_warnings_count_once(read: Callable[[str], str]) -> None:
    """MSBuild says all again in its summary; severity and place are read."""
    found = parse(read("dotnet-10.0.401-build-errors.log"), "/src").findings
    assert [(f.rule, f.severity.value, f.file, f.line, f.column) for f in found] == [
        ("CS0029", "error", "Calc/Broken.cs", 5, 31),
        ("CS8603", "warning", "Calc/Broken.cs", 6, 34),
        ("CS0168", "warning", "Calc/Broken.cs", 7, 39),
        ("CS0103", "error", "Calc/Broken.cs", 9, 34),
    ]
    assert found[0].message == "Cannot implicitly convert type 'string' to 'int'"


def test_two_target_frameworks_count_once(read: Callable[[str], str]) -> None:
    """The same error in both target frameworks is one finding."""
    found = parse(read("dotnet-10.0.401-build-syntax.log"), "/src").findings
    assert [(f.rule, f.message) for f in found] == [("CS1002", "; expected"), ("CS1513", "} expected")]


def test_a_finding_in_full() -> None:
    """The line form of the compilers, with the project in brackets left out of the message."""
    line = "/src/a/B.cs(12,5): error CS1002: ; expected [/src/a/a.csproj]"
    assert parse(line, "/src").findings == (
        Finding(
            rule="CS1002",
            severity=Severity.ERROR,
            message="; expected",
            tool="msbuild",
            file="a/B.cs",
            line=12,
            column=5,
        ),
    )


def test_a_message_of_several_lines_is_one_finding(read: Callable[[str], str]) -> None:
    """NuGet's explanation below an error belongs to it."""
    (found,) = parse(read("dotnet-10.0.401-restore-nu1102.log"), "/src").findings
    assert (found.rule, found.file, found.message) == (
        "NU1102",
        "nu/nu.csproj",
        "Unable to find package xunit with version (>= 2.99.0)\n  - Found 1 version(s) in f [ Nearest version: 2.9.3 ]",
    )


@pytest.mark.parametrize(
    ("log", "rule"),
    [
        ("build-nofile", "MSB1009"),
        ("restore-nu1101", "NU1101"),
        ("restore-locked", "NU1004"),
        ("restore-refused", "NU1301"),
        ("restore-401", "NU1301"),
    ],
)
def test_usual_errors_come_with_help(read: Callable[[str], str], log: str, rule: str) -> None:
    """Errors that users meet often say what to do, once."""
    found = parse(read(f"dotnet-10.0.401-{log}.log"), "/src").findings
    assert [(f.rule, f.severity, bool(f.help)) for f in found] == [(rule, Severity.ERROR, True)]


def test_warnings_of_a_green_build(read: Callable[[str], str]) -> None:
    """Warnings of the restore are findings and no errors."""
    found = parse(read("dotnet-10.0.401-build-warnings.log"), "/src").findings
    assert [(f.rule, f.severity, f.file) for f in found] == [("NU1603", Severity.WARNING, "vs10/vs10.csproj")] * 2


@pytest.mark.parametrize("name", ["a/a.csproj", "Hello.sln", "Hello.slnx", "Hello.slnf"])
def test_the_project_in_brackets_is_no_part_of_the_message(name: str) -> None:
    """NuGet names the solution there, the compilers the project; either is a path of this run."""
    (found,) = parse(f"/src/a/a.csproj : error NU1301: no answer [/src/{name}]", "/src").findings
    assert found.message == "no answer"


def test_an_unreachable_source_is_not_blamed_on_a_file_that_is_not_there() -> None:
    """Where a repository has no nuget.config the source is NuGet's own default."""
    (found,) = parse("/src/a/a.csproj : error NU1301: no answer", "/src").findings
    assert "nuget.config" not in found.help.partition(";")[0]
    assert all(word in found.help for word in ("--nuget-feed", "nuget.source"))


def test_a_clean_log_has_no_findings(read: Callable[[str], str]) -> None:
    """Progress is not a finding."""
    assert parse(read("dotnet-10.0.401-restore-ok.log"), "/src").findings == ()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/opt/x.targets(140,5): error NETSDK1045: too old [/src/a.csproj]", ("NETSDK1045", "a.csproj", None)),
        ("/opt/x.targets(395,5): error : Testing failed [/src/a.csproj]", ("msbuild", "a.csproj", None)),
        ("/src/a.csproj : error NU1301: no answer [/src/Hello.sln]", ("NU1301", "a.csproj", None)),
        ("/opt/x.targets(1,5): error NU1: no answer [/src/Hello.slnx]", ("NU1", "Hello.slnx", None)),
        ("CSC : error CS5001: no Main [/src/a.csproj::TargetFramework=net8.0]", ("CS5001", "a.csproj", None)),
        ("     2>/src/a.cs(1,2): error CS1: x [/src/a.csproj]", ("CS1", "a.cs", 1)),
        ("/src/a.cs(1,2,3,4): error CS1: x", ("CS1", "a.cs", 1)),
        ("a.cs(7): warning CA1822: x", ("CA1822", "sub/a.cs", 7)),
        ("\x1b[31m/src/a.cs(1,2): error CS1: x\x1b[0m", ("CS1", "a.cs", 1)),
        ("MSBUILD : error MSB1003: no project", ("MSB1003", None, None)),
    ],
)
def test_line_forms(line: str, expected: tuple[str, str | None, int | None]) -> None:
    """Files outside of the source give way to the project; relative ones get the work folder."""
    (found,) = parse(line, "/src", "sub").findings
    assert (found.rule, found.file, found.line) == expected


@pytest.mark.parametrize(
    "line",
    ["    0 Error(s)", "Build FAILED.", "[xUnit] error: nothing", "info: error : x", "the word error CS1: alone"],
)
def test_other_lines_are_no_findings(line: str) -> None:
    """Words alone do not make a finding."""
    assert parse(line, "/src").findings == ()
