"""Which .NET SDK builds the application."""

from __future__ import annotations

import pytest

from pipeline.errors import BROKEN_PACKAGE_JSON, SETTINGS_INVALID

PIN = '{"sdk": {"version": "9.0.203"}}'


def test_the_highest_target_framework_decides(found, csproj, reference):
    """The SDK must build every project; other kinds of frameworks do not count."""
    files = {
        "A/A.csproj": csproj(reference("../B/B.csproj"), tfm="netstandard2.0"),
        "B/B.csproj": csproj(tfm="net9.0-windows"),
    }
    assert found(files).dotnet.sdk == "9.0"


def test_global_json_decides_before_the_frameworks(found, csproj):
    """A pinned SDK is taken as major and minor, and the fact names the file."""
    app = found({"src/A.csproj": csproj(tfm="net8.0"), "global.json": PIN})
    assert app.dotnet.sdk == "9.0"
    assert next(f.source for f in app.facts if f.name == "sdk") == "global.json"


def test_the_setting_decides_before_all(found, csproj):
    """Any way to write a version gives major and minor."""
    for written in ("10", "10.0", "10.0.100"):
        assert found({"A.csproj": csproj(), "global.json": PIN}, f'dotnet: {{sdk: "{written}"}}').dotnet.sdk == "10.0"


def test_a_setting_that_is_no_version_is_refused(refused, csproj):
    """`latest` is not a version."""
    assert refused({"A.csproj": csproj()}, "dotnet: {sdk: latest}").kind is SETTINGS_INVALID


def test_global_json_may_hold_comments(found, csproj):
    """.NET allows comments and trailing commas there."""
    text = '{ // the SDK\n "sdk": {"version": "9.0.100", /* url */ "x": "http://y",},\n}'
    assert found({"A.csproj": csproj(), "global.json": text}).dotnet.sdk == "9.0"


def test_a_broken_global_json_names_the_line(refused, csproj):
    """The place is what the user opens."""
    error = refused({"A.csproj": csproj(), "global.json": '{\n"sdk": <<<<'})
    assert error.kind is BROKEN_PACKAGE_JSON
    assert error.what.startswith("global.json:2:")


@pytest.mark.parametrize("tfm", ["", "$(Unknown)", "net48"])
def test_without_any_framework_the_guess_is_remarked(found, csproj, tfm):
    """A guess is never silent."""
    app = found({"A.csproj": csproj(tfm=tfm)})
    assert app.dotnet.sdk == "10.0"
    assert "R109" in [r.id for r in app.remarks]


@pytest.mark.parametrize(
    ("roll", "tfm", "sdk"),
    [
        ("latestMajor", "net10.0", "10.0"),
        ("major", "net10.0", "10.0"),
        ("latestMajor", "net8.0", "9.0"),
        ("latestFeature", "net10.0", "9.0"),
    ],
)
def test_a_pin_that_gives_way_is_the_oldest_allowed(found, csproj, roll, tfm, sdk):
    """Where a later major may stand in, the one that builds every framework is taken."""
    pin = f'{{"sdk": {{"version": "9.0.203", "rollForward": "{roll}"}}}}'
    assert found({"A.csproj": csproj(tfm=tfm), "global.json": pin}).dotnet.sdk == sdk
