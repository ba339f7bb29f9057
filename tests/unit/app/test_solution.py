"""Which solution is built, and which projects it lists."""

from __future__ import annotations

import pytest

from pipeline.errors import AMBIGUOUS, BROKEN_PACKAGE_JSON, BROKEN_PROJECT, SETTINGS_INVALID


def test_lists_the_projects_of_a_classic_solution(found, csproj, sln):
    """Backslashes become slashes, solution folders are no projects."""
    folder = 'Project("{2150E333-8FDC-42A3-9474-1A3956D46DE8}") = "src", "src.csproj", "{2}"\nEndProject\n'
    app = found({"App.sln": sln("src\\A\\A.csproj") + folder, "src/A/A.csproj": csproj()})
    assert app.dotnet.solution == app.dotnet.build_target == "App.sln"
    assert [p.path for p in app.dotnet.projects] == ["src/A/A.csproj"]
    assert not [r for r in app.remarks if r.id in ("R107", "R108")]


def test_lists_the_projects_of_a_slnx(found, csproj):
    """Projects are found inside folders, with either slash."""
    text = '<Solution><Folder Name="/s/"><Project Path="s\\A.csproj"/></Folder><Project Path="B/B.fsproj"/></Solution>'
    app = found({"App.slnx": text, "s/A.csproj": csproj(), "B/B.fsproj": csproj()})
    assert [p.path for p in app.dotnet.projects] == ["B/B.fsproj", "s/A.csproj"]


@pytest.mark.parametrize("change", [lambda t: "\ufeff" + t, lambda t: t.replace("\n", "\r\n")])
def test_tolerates_a_byte_order_mark_and_windows_newlines(found, csproj, sln, change):
    """What Visual Studio writes is read."""
    app = found({"App.sln": change(sln("A.csproj")), "A.csproj": change(csproj())})
    assert [p.path for p in app.dotnet.projects] == ["A.csproj"]


def test_takes_the_solution_nearest_the_root(found, csproj, sln):
    """Depth decides before anything else."""
    app = found({"App.sln": sln("A.csproj"), "x/Other.sln": sln("..\\A.csproj"), "A.csproj": csproj()})
    assert app.dotnet.solution == "App.sln"


def test_asks_when_two_lie_at_the_same_depth(refused, csproj, sln):
    """Both candidates and the key are named."""
    error = refused({"A.sln": sln("A.csproj"), "B.sln": sln("B.csproj"), "A.csproj": csproj(), "B.csproj": csproj()})
    assert error.kind is AMBIGUOUS
    assert error.details == ("A.sln", "B.sln")
    assert "dotnet.solution" in error.what


def test_the_setting_ends_the_question(found, csproj, sln):
    """The key of the error is the way out."""
    files = {"A.sln": sln("A.csproj"), "B.sln": sln("B.csproj"), "A.csproj": csproj(), "B.csproj": csproj()}
    assert found(files, "dotnet: {solution: B.sln}").dotnet.solution == "B.sln"


def test_a_setting_that_is_not_there_is_an_error_with_the_known_ones(refused, csproj, sln):
    """An override that does not exist on disk is never ignored."""
    error = refused({"A.sln": sln("A.csproj"), "A.csproj": csproj()}, "dotnet: {solution: C.sln}")
    assert error.kind is SETTINGS_INVALID
    assert error.details == ("there is A.sln",)


def test_twins_of_both_formats_count_as_one(found, csproj, sln):
    """A .sln and a .slnx with the same projects are one solution; every SDK reads the .sln."""
    files = {
        "A.sln": sln("A.csproj"),
        "A.slnx": '<Solution><Project Path="A.csproj"/></Solution>',
        "A.csproj": csproj(),
    }
    assert found(files).dotnet.solution == "A.sln"


def test_a_solution_without_projects_on_disk_does_not_count(found, csproj, sln):
    """A leftover solution at the root does not hide the real one."""
    app = found({"Old.sln": sln("gone\\A.csproj"), "x/App.sln": sln("A.csproj"), "x/A.csproj": csproj()})
    assert app.dotnet.solution == "x/App.sln"


def test_samples_do_not_compete(found, csproj, sln):
    """Solutions in sample folders lose against any other."""
    files = {"samples/S.sln": sln("S.csproj"), "samples/S.csproj": csproj()}
    files |= {"src/App.sln": sln("A.csproj"), "src/A.csproj": csproj()}
    assert found(files).dotnet.solution == "src/App.sln"


def test_missing_and_misspelt_projects_are_remarked(found, csproj, sln):
    """Linux tells cases apart: the remark names the file on disk."""
    app = found({"App.sln": sln("a\\A.csproj", "B.csproj", "c.sqlproj"), "A/A.csproj": csproj()})
    said = [(r.id, r.message) for r in app.remarks if r.id in ("R107", "R108")]
    assert [id_ for id_, _ in said] == ["R107", "R107", "R108"]
    assert "A/A.csproj" in said[0][1]
    assert "not there" in said[1][1]


def test_a_broken_slnx_names_file_and_line(refused, csproj):
    """The place is what the user opens."""
    error = refused({"App.slnx": "<Solution>\n  <Project\n</Solution>", "A.csproj": csproj()})
    assert error.kind is BROKEN_PROJECT
    assert error.what.startswith("App.slnx:3:")


def test_a_filter_that_ci_names_wins(found, csproj, sln):
    """It leaves out what CI cannot build; its paths start at the solution."""
    files = {
        "App.sln": sln("src\\A\\A.csproj", "src\\M\\M.csproj"),
        "ci/Web.slnf": '{"solution": {"path": "..\\\\App.sln", "projects": ["src\\\\A\\\\A.csproj"]}}',
        "src/A/A.csproj": csproj(),
        "src/M/M.csproj": csproj(),
    }
    assert found(files).dotnet.solution == "App.sln"
    app = found(files | {".github/workflows/ci.yml": "run: dotnet test ci/Web.slnf"})
    assert (app.dotnet.solution, [p.path for p in app.dotnet.projects]) == ("ci/Web.slnf", ["src/A/A.csproj"])


def test_a_filter_of_another_shape_is_an_error(refused, csproj):
    """It is JSON with a solution."""
    files = {"A.csproj": csproj(), "B.slnf": '{"solution": {}}', ".github/workflows/ci.yml": "dotnet build B.slnf"}
    assert refused(files).kind is BROKEN_PACKAGE_JSON


def test_of_two_at_one_depth_ci_decides(found, csproj, sln):
    """The only one that it names."""
    files = {"A.sln": sln("A.csproj"), "B.sln": sln("B.csproj"), "A.csproj": csproj(), "B.csproj": csproj()}
    assert found(files | {".github/workflows/ci.yml": "run: dotnet build B.sln # A.sln"}).dotnet.solution == "B.sln"


def test_of_two_at_one_depth_the_whole_decides(found, csproj, sln):
    """One that holds all projects of the other."""
    files = {"A.sln": sln("A.csproj"), "B.sln": sln("A.csproj", "B.csproj"), "A.csproj": csproj(), "B.csproj": csproj()}
    assert found(files).dotnet.solution == "B.sln"


def test_a_solution_for_windows_does_not_count(found, csproj, sln):
    """.NET Framework, and project files without an SDK."""
    files = {"a/Old.sln": sln("Old.csproj"), "b/App.sln": sln("A.csproj"), "b/A.csproj": csproj()}
    assert found(files | {"a/Old.csproj": csproj(tfm="net452")}).dotnet.solution == "b/App.sln"
    assert found(files | {"a/Old.csproj": "<Project ToolsVersion='4.0'/>"}).dotnet.solution == "b/App.sln"


def test_facts_under_two_solutions_are_merged(found, csproj, sln):
    """What both agree on is known; the rest is asked by the key of the solution."""
    files = {
        "A.sln": sln("A.csproj"),
        "B.sln": sln("B.csproj"),
        "A.csproj": csproj(sdk="Microsoft.NET.Sdk.Web", tfm="net8.0"),
        "B.csproj": csproj(sdk="Microsoft.NET.Sdk.Web", tfm="net10.0"),
    }
    app = found(files)
    facts = {fact.name: fact for fact in app.facts}
    assert app.dotnet is None
    assert (facts["sdk"].candidates, facts["sdk"].key) == (("10.0", "8.0"), "dotnet.solution")
    assert facts["web project"].candidates == ("A.csproj", "B.csproj")
    assert facts["central package management"].value is False


def test_one_as_large_elsewhere_is_another_product(refused, found, csproj, sln):
    """Nearer to the root says nothing then, unless CI names only that one."""
    files = {"a/A.sln": sln("A.csproj"), "a/A.csproj": csproj(), "b/c/B.sln": sln("B.csproj"), "b/c/B.csproj": csproj()}
    assert refused(files).details == ("a/A.sln", "b/c/B.sln")
    assert found(files | {".github/workflows/ci.yml": "dotnet test a/A.sln"}).dotnet.solution == "a/A.sln"


def test_a_smaller_one_elsewhere_or_a_part_of_it_is_none(found, csproj, sln):
    """Tools have a solution too, and a folder may have one for itself."""
    files = {"a/A.sln": sln("A.csproj", "B.csproj"), "a/A.csproj": csproj(), "a/B.csproj": csproj()}
    files |= {"t/x/T.sln": sln("T.csproj"), "t/x/T.csproj": csproj(), "a/x/P.sln": sln("../A.csproj", "../B.csproj")}
    assert found(files).dotnet.solution == "a/A.sln"


def test_a_nearer_solution_of_something_else_is_asked(found, csproj, sln):
    """More tools near the root are no reason to build them instead of the application; CI is one."""
    web = csproj(sdk="Microsoft.NET.Sdk.Web")
    files = {"tools/Tools.sln": sln("A.csproj", "B.csproj"), "tools/A.csproj": csproj(), "tools/B.csproj": csproj()}
    files |= {"src/app/App.sln": sln("Web.csproj"), "src/app/Web.csproj": web}
    assert found(files).fact("solution").candidates == ("src/app/App.sln", "tools/Tools.sln")
    below = {"All.sln": sln("tools/A.csproj", "tools/B.csproj")} | files
    assert "src/app/App.sln" in found(below).fact("solution").candidates
    ci = {".github/workflows/ci.yml": "run: dotnet build tools/Tools.sln"}
    assert found(files | ci).dotnet.solution == "tools/Tools.sln"
    whole = {"All.sln": sln("tools/A.csproj", "src/app/Web.csproj")} | files
    assert found(whole).dotnet.solution == "All.sln"


def test_a_test_that_release_does_not_build_is_built_along(found, csproj):
    """Without it `--no-build` finds nothing to run."""
    entry = 'Project("{{X}}") = "x", "{0}/{0}.csproj", "{{{0}}}"\nEndProject\n'
    active = "\t\t{{{0}}}.Release|Any CPU.ActiveCfg = Release|Any CPU\n"
    built = "\t\t{{{0}}}.Release|Any CPU.Build.0 = Release|Any CPU\n"
    text = entry.format("AT") + entry.format("BT") + active.format("AT") + active.format("BT") + built.format("AT")
    files = {"S.sln": text, "AT/AT.csproj": csproj("xunit", "Microsoft.NET.Test.Sdk")}
    files["BT/BT.csproj"] = csproj("xunit", "Microsoft.NET.Test.Sdk")
    code = "class A { [Fact] void B() {} }"
    assert found(files | {"AT/T.cs": code, "BT/T.cs": code}).dotnet.also_build == ("BT/BT.csproj",)
