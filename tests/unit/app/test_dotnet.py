"""The .NET half as a whole: tests, files around it, remarks."""

from __future__ import annotations

from pipeline.errors import AMBIGUOUS

WEB = "Microsoft.NET.Sdk.Web"


def ids(app):
    """Return the ids of the remarks."""
    return [remark.id for remark in app.remarks]


def test_a_test_project_outside_the_solution_is_run_and_remarked(found, csproj, reference, sln):
    """`dotnet test App.sln` would be green and empty; here the tests run."""
    files = {"App.sln": sln("A/A.csproj"), "A/A.csproj": csproj(sdk=WEB)}
    files["T/T.csproj"] = csproj("xunit.v3", reference("../A/A.csproj"), reference("../H/H.csproj"))
    app = found(files | {"H/H.csproj": csproj()})
    assert [p.path for p in app.dotnet.tests] == ["T/T.csproj"]
    assert [p.path for p in app.dotnet.projects] == ["A/A.csproj", "H/H.csproj", "T/T.csproj"]
    assert [r.file for r in app.remarks if r.id == "R103"] == ["T/T.csproj"]


def test_tests_of_another_solution_are_left_alone(found, csproj, sln):
    """They belong to that solution."""
    files = {
        "App.sln": sln("A/A.csproj"),
        "A/A.csproj": csproj(),
        "x/B.sln": sln("T.csproj"),
        "x/T.csproj": csproj("xunit.v3"),
    }
    assert found(files).dotnet.tests == ()


def test_a_broken_stray_is_remarked_only(found, csproj, sln):
    """A template that nobody builds must not stop the application."""
    app = found({"App.sln": sln("A.csproj"), "A.csproj": csproj(), "x/T.csproj": "<Project"})
    assert [r.file for r in app.remarks if r.id == "R113"] == ["x/T.csproj"]


def test_no_test_project_is_remarked(found, csproj):
    """Zero tests is a normal state that must be visible."""
    assert "R102" in ids(found({"A.csproj": csproj()}))
    assert "R102" not in ids(found({"A.csproj": csproj("xunit.v3")}))


def test_a_project_without_lock_file_among_others_is_remarked(found, csproj, reference):
    """Locked restore would not check it; without any lock file there is nothing to say."""
    files = {"A/A.csproj": csproj(reference("../B/B.csproj"), sdk=WEB), "B/B.csproj": csproj()}
    assert "R104" not in ids(found(files))
    app = found(files | {"A/packages.lock.json": ""})
    assert [r.file for r in app.remarks if r.id == "R104"] == ["B/B.csproj"]
    assert not app.dotnet.locked
    assert found(files | {"A/packages.lock.json": "", "B/packages.lock.json": ""}).dotnet.locked


def test_root_files_are_those_that_change_a_build_from_outside(found, csproj, sln):
    """Only files on the way from a project to the root count."""
    around = {
        "Directory.Build.props": "<Project/>",
        "src/Directory.Packages.props": "<Project/>",
        "global.json": "{}",
        "NuGet.Config": "",
        ".config/dotnet-tools.json": "{}",
    }
    files = {"src/App.sln": sln("A/A.csproj"), "src/A/A.csproj": csproj(), "client/nuget.config": ""}
    net = found(files | around).dotnet
    assert net.root_files == tuple(sorted([*around, "src/App.sln"]))
    assert net.tools_manifest == ".config/dotnet-tools.json"


def test_several_libraries_without_solution_ask(refused, csproj):
    """Nothing says what to build."""
    error = refused({"A/A.csproj": csproj(), "B/B.csproj": csproj()})
    assert error.kind is AMBIGUOUS
    assert error.details == ("A/A.csproj", "B/B.csproj")


def test_without_solution_the_tests_come_along(found, csproj, reference):
    """The web project is built; test projects are extra."""
    files = {"A/A.csproj": csproj(sdk=WEB), "T/T.csproj": csproj("xunit.v3", reference("../A/A.csproj"))}
    app = found(files | {"B/B.csproj": csproj()})
    assert app.dotnet.build_target == "A/A.csproj"
    assert app.dotnet.solution is None
    assert [p.path for p in app.dotnet.projects] == ["A/A.csproj", "T/T.csproj"]
    assert "R103" not in ids(app)


def test_old_projects_and_property_files_do_not_count(found, csproj):
    """Without an SDK it is nothing that `dotnet build` would build here."""
    app = found({"A/A.csproj": csproj(), "x/Old.csproj": "<Project ToolsVersion='15.0' />"})
    assert [p.path for p in app.dotnet.projects] == ["A/A.csproj"]
