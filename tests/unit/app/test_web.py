"""Which project is published."""

from __future__ import annotations

import pytest

from pipeline.errors import AMBIGUOUS, SETTINGS_INVALID
from pipeline.plan.questions import EACH

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
    """Both candidates and the key are named, and the way out when both are meant."""
    error = refused({"A/A.csproj": csproj(sdk=WEB), "B/B.csproj": csproj(sdk=WEB)})
    assert error.kind is AMBIGUOUS
    assert error.details == ("A/A.csproj", "B/B.csproj", EACH)
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


IMAGE = 'FROM mcr.microsoft.com/dotnet/aspnet:8.0\nENTRYPOINT ["dotnet", "{}.dll"]\n'
TWO = ("A", "B")


@pytest.mark.parametrize(
    "more",
    [
        {"Dockerfile": IMAGE.format("B")},
        {
            "x/fly.toml": "[build]\ndockerfile = 'b.Dockerfile'",
            "x/b.Dockerfile": IMAGE.format("B"),
            "Dockerfile": IMAGE.format("A"),
        },
        {".github/workflows/ci.yml": "run: dotnet publish -c Release B/B.csproj"},
        {".github/workflows/ci.yml": "run: dotnet publish B -c Release"},
    ],
)
def test_of_two_the_one_that_is_deployed_wins(found, csproj, more):
    """Fly's image before the one at the root; what CI publishes."""
    files = {f"{name}/{name}.csproj": csproj(sdk=WEB) for name in TWO}
    assert found(files | more).dotnet.web.path == "B/B.csproj"


def test_a_small_lead_is_no_decision(refused, csproj):
    """One Dockerfile somewhere is not enough."""
    files = {f"{name}/{name}.csproj": csproj(sdk=WEB) for name in TWO}
    assert refused(files | {"B/Dockerfile": IMAGE.format("B")}).kind is AMBIGUOUS


def test_the_host_of_a_spa_or_of_a_blazor_client_wins(found, csproj, reference):
    """Both are words of the project itself."""
    files = {f"{name}/{name}.csproj": csproj(sdk=WEB) for name in TWO}
    spa = csproj("<PropertyGroup><SpaRoot>..\\client</SpaRoot></PropertyGroup>", sdk=WEB)
    assert found(files | {"B/B.csproj": spa}).dotnet.web.path == "B/B.csproj"
    wasm = {"C/C.csproj": csproj(sdk="Microsoft.NET.Sdk.BlazorWebAssembly")}
    host = csproj(reference("../C/C.csproj"), sdk=WEB)
    app = found(files | wasm | {"B/B.csproj": host})
    assert app.dotnet.web.path == "B/B.csproj"
    assert next(f.value for f in app.facts if f.name == "other deployables") == ("A/A.csproj",)


def test_without_a_web_sdk_a_program_that_reaches_asp_net_is_it(found, csproj, reference, sln):
    """Through a library; an installer and a Windows program are not."""
    exe = "<PropertyGroup><OutputType>Exe</OutputType></PropertyGroup>"
    library = "<PropertyGroup><OutputType>Library</OutputType></PropertyGroup>"
    files = {
        "App.sln": sln("C/App.Console.csproj", "U/App.Update.csproj", "W/App.Tray.csproj", "H/App.Host.csproj"),
        "C/App.Console.csproj": csproj(exe, reference("../H/App.Host.csproj")),
        "U/App.Update.csproj": csproj(exe, reference("../H/App.Host.csproj")),
        "W/App.Tray.csproj": csproj(exe, reference("../H/App.Host.csproj"), tfm="net10.0-windows"),
        "H/App.Host.csproj": csproj(library, sdk=WEB),
    }
    assert found(files).dotnet.web.path == "C/App.Console.csproj"


def test_references_with_a_pattern_are_followed(found, csproj, reference, sln):
    """Props give them to every project of a kind."""
    files = {
        "App.sln": sln("src/Api/Api.csproj"),
        "src/Api/Api.csproj": csproj(reference("..\\Modules\\**\\Infra\\*.csproj"), sdk=WEB),
        "src/Modules/A/Infra/A.csproj": csproj(),
        "src/Modules/B/Infra/B.csproj": csproj(),
        "src/Modules/B/Other/C.csproj": csproj(),
    }
    paths = [p.path for p in found(files).dotnet.projects]
    assert paths == ["src/Api/Api.csproj", "src/Modules/A/Infra/A.csproj", "src/Modules/B/Infra/B.csproj"]


def test_in_a_family_of_services_a_client_decides_nothing(refused, csproj, reference):
    """Of two it would; of many each is deployed."""
    files = {f"{name}/{name}.csproj": csproj(sdk=WEB) for name in ("A", "B", "D")}
    files |= {"C/C.csproj": csproj(sdk="Microsoft.NET.Sdk.BlazorWebAssembly")}
    files |= {"B/B.csproj": csproj(reference("../C/C.csproj"), sdk=WEB)}
    assert refused(files).details == ("A/A.csproj", "B/B.csproj", "D/D.csproj", EACH)


@pytest.mark.parametrize("name", ["Perfume.Web", "Superfuzzy.Api", "PerformanceReviews.Api"])
def test_a_name_that_only_holds_such_a_word_is_a_web_project(found, refused, csproj, name):
    """Words end at dots and capitals; beside another one it is a candidate like any."""
    files = {f"{name}/{name}.csproj": csproj(sdk=WEB)}
    assert found(files).dotnet.web.path == f"{name}/{name}.csproj"
    assert refused(files | {"DevProxy/DevProxy.csproj": csproj(sdk=WEB)}).kind is AMBIGUOUS


@pytest.mark.parametrize("name", ["Shop.Fuzz", "ShopBenchmarks", "Shop.Perf.Host"])
def test_what_measures_loses_and_is_no_other_deployable(found, csproj, name):
    """A word of its own speaks against it."""
    app = found({"A/A.csproj": csproj(sdk=WEB), f"{name}/{name}.csproj": csproj(sdk=WEB)})
    assert app.dotnet.web.path == "A/A.csproj"
    assert app.fact("other deployables").value == ()


@pytest.mark.parametrize(
    ("name", "web"),
    [("App.Immigration", True), ("App.FormBuilder", True), ("App.Migrator", False), ("App.Build", False)],
)
def test_helpers_are_told_by_whole_words(found, csproj, name, web):
    """A program without the web SDK that reaches ASP.NET Core."""
    exe = "<PropertyGroup><OutputType>Exe</OutputType></PropertyGroup>"
    app = found({f"{name}.csproj": csproj(exe, "Microsoft.AspNetCore.App")})
    assert bool(app.dotnet.web) == web


def test_the_only_image_against_the_host_is_asked(found, refused, csproj, reference):
    """Another candidate references the one that is deployed: an old image, or two applications."""
    files = {"A/A.csproj": csproj(sdk=WEB), "B/B.csproj": csproj(reference("../A/A.csproj"), sdk=WEB)}
    assert refused(files | {"Dockerfile": IMAGE.format("A")}).kind is AMBIGUOUS
    deployed = {"fly.toml": "[build]\ndockerfile = 'Dockerfile'", "Dockerfile": IMAGE.format("A")}
    assert found(files | deployed).dotnet.web.path == "A/A.csproj"
    assert found(files | {"Dockerfile": IMAGE.format("B")}).dotnet.web.path == "B/B.csproj"
