"""`dotnet list package --vulnerable --format json`."""

from __future__ import annotations

import json

import pytest

from pipeline.parse.nuget_audit import parse
from pipeline.parse.weakness import Level, Package, Part

SOURCE = "http://127.0.0.1:5555/v3/index.json"


def test_advisories(read) -> None:
    """Direct and transitive packages of every project; the canary is no finding."""
    parsed = parse(read("dotnet-10.0.401-list-vulnerable.json"), "/src")

    assert parsed.unavailable == ()
    assert [(w.id, w.level, w.package, w.file, w.path) for w in parsed.weaknesses] == [
        (
            "GHSA-dddd-ffff-gggg",
            Level.CRITICAL,
            Package(ecosystem="nuget", name="coverlet.collector", version="6.0.4"),
            "tests/Hello.Tests/Hello.Tests.csproj",
            ("coverlet.collector",),
        ),
        (
            "GHSA-hhhh-jjjj-mmmm",
            Level.LOW,
            Package(ecosystem="nuget", name="coverlet.collector", version="6.0.4"),
            "tests/Hello.Tests/Hello.Tests.csproj",
            ("coverlet.collector",),
        ),
        (
            "GHSA-aaaa-bbbb-cccc",
            Level.MEDIUM,
            Package(ecosystem="nuget", name="Microsoft.Extensions.DependencyModel", version="8.0.2"),
            "tests/Hello.Tests/Hello.Tests.csproj",
            (),
        ),
    ]


def test_what_was_looked_at(read) -> None:
    """Each project is named with the source that was asked; the canary is not among them."""
    parsed = parse(read("dotnet-10.0.401-list-clean.json"), "/src")

    assert (parsed.weaknesses, parsed.unavailable) == ((), ())
    assert [(looked.part, looked.target, looked.data) for looked in parsed.looked] == [
        (Part.NUGET, "src/Hello.Web/Hello.Web.csproj", SOURCE),
        (Part.NUGET, "tests/Hello.Tests/Hello.Tests.csproj", SOURCE),
    ]


SAYS = "knows no vulnerability of Newtonsoft.Json 12.0.1, so its silence proves nothing"
SILENT = (f"the NuGet audit source {SOURCE} {SAYS}",)


@pytest.mark.parametrize(
    ("case", "why"),
    [
        ("empty", SILENT),
        ("500", SILENT),
        ("garbage", SILENT),
        ("no-canary", SILENT),
        ("none", ("dotnet list package: Audit source 'audit' did not provide any vulnerability data.",)),
        ("refused", (f"dotnet list package: Unable to load the service index for source {SOURCE}.",)),
    ],
)
def test_a_source_without_answers(case, why, read) -> None:
    """The tool ends with 0 and prints what looks clean; without the canary's advisory it is unavailable."""
    parsed = parse(read(f"dotnet-10.0.401-list-{case}.json"), "/src")

    assert (parsed.unavailable, parsed.weaknesses) == (why, ())


def test_an_unknown_version_is_no_scan(read) -> None:
    """A report of a form that nobody has seen is not guessed at."""
    report = json.loads(read("dotnet-10.0.401-list-clean.json")) | {"version": 2}

    assert parse(json.dumps(report), "/src").unavailable == ("the NuGet audit report has the unknown version 2",)
