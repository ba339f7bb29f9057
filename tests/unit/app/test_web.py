"""Which project is published."""

from __future__ import annotations

import pytest

from pipeline.errors import AMBIGUOUS, SETTINGS_INVALID

WEB = "Microsoft.NET.Sdk.Web"


def test_the_only_web_project_wins(found, csproj):
    """The plain case, without a solution: it is also what is built."""
    app = found({"A/A.csproj": csproj(sdk=WEB), "B/B.csproj": csproj()})
    assert app.dotnet.web.path == app.dotnet.build_target == "A/A.csproj"
    assert [p.path for p in app.dotnet.projects] == ["A/A.csproj"]


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("B/B.Tests.csproj", ["xunit.v3"]),
        ("B/Fuzz.csproj", []),
        ("B/Host.csproj", ["<PropertyGroup><IsAspireHost>true</IsAspireHost></PropertyGroup>"]),
    ],
)
def test_web_sdk_alone_is_not_enough(found, csproj, path, parts):
    """Tests, fuzzers and Aspire hosts with Sdk.Web are not published."""
    assert found({"A/A.csproj": csproj(sdk=WEB), path: csproj(*parts, sdk=WEB)}).dotnet.web.path == "A/A.csproj"


def test_a_web_project_referenced_by_another_loses(found, csproj, reference):
    """The one that references is the host."""
    files = {"A/A.csproj": csproj(sdk=WEB), "B/B.csproj": csproj(reference("../A/A.csproj"), sdk=WEB)}
    assert found(files).dotnet.web.path == "B/B.csproj"


def test_asks_when_several_are_left(refused, csproj):
    """Both candidates and the key are named."""
    error = refused({"A/A.csproj": csproj(sdk=WEB), "B/B.csproj": csproj(sdk=WEB)})
    assert error.kind is AMBIGUOUS
    assert error.details == ("A/A.csproj", "B/B.csproj")
    assert "dotnet.web" in error.what


def test_the_setting_ends_the_question(found, csproj):
    """The key of the error is the way out, in any spelling of the path."""
    files = {"A/A.csproj": csproj(sdk=WEB), "B/B.csproj": csproj(sdk=WEB)}
    assert found(files, "dotnet: {web: .\\B\\B.csproj}").dotnet.web.path == "B/B.csproj"


def test_a_setting_that_is_not_there_is_an_error(refused, csproj):
    """An override that does not exist on disk is never ignored."""
    error = refused({"A/A.csproj": csproj(sdk=WEB)}, "dotnet: {web: C.csproj}")
    assert error.kind is SETTINGS_INVALID
    assert error.details == ("there is A/A.csproj",)


def test_no_web_project_is_remarked(found, csproj, sln):
    """Nothing to publish is a normal state that must be visible."""
    app = found({"App.sln": sln("A.csproj"), "A.csproj": csproj()})
    assert app.dotnet.web is None
    assert "R106" in [r.id for r in app.remarks]


def test_a_set_project_outside_the_solution_is_taken_along(found, csproj, sln):
    """The project to publish belongs to the projects."""
    app = found(
        {"App.sln": sln("A.csproj"), "A.csproj": csproj(), "W/W.csproj": csproj(sdk=WEB)}, "dotnet: {web: W/W.csproj}"
    )
    assert [p.path for p in app.dotnet.projects] == ["A.csproj", "W/W.csproj"]
