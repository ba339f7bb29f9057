"""What a step may see: the promise that an edit of one half does not run the other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.plan.make import make
from pipeline.plan.model import Files, Plan
from tests import samples
from tests.unit.plan.globs import sees

SPA = "src/Shop.Web/client"
WEB_EDITS = (
    f"{SPA}/src/App.tsx",
    f"{SPA}/src/app.css",
    f"{SPA}/package.json",
    f"{SPA}/package-lock.json",
    f"{SPA}/vite.config.ts",
    f"{SPA}/.editorconfig",
    f"{SPA}/Directory.Build.props",
    f"{SPA}/desktop/Shell.csproj",
    f"{SPA}/node_modules/x/x.csproj",
    f"{SPA}/node_modules/x/Build.props",
)
NET_EDITS = (
    "src/Shop.Web/Program.cs",
    "src/Shop.Web/Shop.Web.csproj",
    "src/Shop.Web/packages.lock.json",
    "tests/Shop.Tests/CartTests.cs",
    "Directory.Build.props",
    "Shop.slnx",
)
NOBODYS = (
    "README.md",
    "docs/index.md",
    "src/Shop.Web/README.md",
    f"{SPA}/README.md",
    "LICENSE",
    ".git/HEAD",
    ".github/workflows/ci.yml",
    "pipeline.yaml",
)


def _plan(**more: object) -> Plan:
    return make(samples.app(**more), samples.settings(), samples.IMAGES)


def _seeing(plan: Plan, path: str) -> set[str]:
    return {step.id for step in plan if sees(step.files, path)}


def _dotnet(plan: Plan) -> set[str]:
    return {step.id for step in plan if step.tool == "dotnet"}


def _node(plan: Plan) -> set[str]:
    return {step.id for step in plan if step.tool == "node"}


@pytest.mark.parametrize("path", WEB_EDITS)
def test_no_dotnet_step_sees_a_file_of_the_spa(path):
    """A TSX edit runs no dotnet command, although the SPA lies below a project folder."""
    plan = _plan()
    assert _seeing(plan, path) & _dotnet(plan) == set()


@pytest.mark.parametrize("path", NET_EDITS)
def test_no_npm_step_sees_a_file_of_dotnet(path):
    """A C# edit runs no npm command."""
    plan = _plan()
    assert _seeing(plan, path) & _node(plan) == set()


@pytest.mark.parametrize("path", NOBODYS)
def test_no_step_sees_what_decides_nothing(path):
    """A README edit runs nothing."""
    assert _seeing(_plan(), path) == set()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("src/Shop.Web/Program.cs", {"api.build", "api.format"}),
        ("tests/Shop.Tests/CartTests.cs", {"api.build", "api.format"}),
        ("src/Shop.Web/appsettings.json", {"api.build", "api.format"}),
        ("src/Shop.Web/Shop.Web.csproj", {"api.restore", "api.build", "api.format"}),
        ("src/Shop.Web/packages.lock.json", {"api.restore", "api.build", "api.format"}),
        ("Directory.Build.props", {"api.restore", "api.build", "api.format"}),
        ("Shop.slnx", {"api.restore", "api.build", "api.format"}),
        (".editorconfig", {"api.build", "api.format"}),
        (f"{SPA}/src/App.tsx", {"spa.lint", "spa.types", "spa.test", "spa.build"}),
        (f"{SPA}/package.json", {"spa.install", "spa.lint", "spa.types", "spa.test", "spa.build"}),
        (f"{SPA}/package-lock.json", {"spa.install", "spa.lint", "spa.types", "spa.test", "spa.build"}),
        (f"{SPA}/.npmrc", {"spa.install", "spa.lint", "spa.types", "spa.test", "spa.build"}),
        (f"{SPA}/dist/index.html", set()),
        (f"{SPA}/coverage/lcov.info", set()),
        (f"{SPA}/node_modules/react/index.js", set()),
        ("src/Shop.Web/obj/project.assets.json", set()),
        ("src/Shop.Web/bin/Release/Shop.dll", set()),
    ],
)
def test_each_edit_reaches_exactly_its_steps(path, expected):
    """A step sees all that decides its result and nothing else; outputs of tools count for nobody."""
    assert _seeing(_plan(), path) == expected


def test_restore_does_not_see_code():
    """A restore is keyed on project files alone, so that a code edit downloads nothing."""
    restore = _plan().step("api.restore")
    assert [p for p in ("src/Shop.Web/Program.cs", "src/Shop.Web/appsettings.json") if sees(restore.files, p)] == []


def test_a_project_at_the_root_sees_all_but_the_spa():
    """With a project file at the root the whole tree is its source, without the SPA and junk."""
    web = samples.web(path="Shop.csproj")
    files = _plan(
        dotnet=samples.dotnet(projects=(web,), web=web, tests=()),
        spa=samples.spa(folder="client", lock_file="client/package-lock.json"),
    )
    build = files.step("api.build").files
    paths = ("Program.cs", "deep/er/X.cs", "client/src/App.tsx", "README.md", "obj/x.cs", "node_modules/x.cs")
    assert [p for p in paths if sees(build, p)] == ["Program.cs", "deep/er/X.cs"]


def test_a_linked_file_outside_of_the_project_folders_is_seen():
    """A file that a project links to decides the build, wherever it lies."""
    web = samples.web(outside_inputs=("shared/Version.cs", "assets/**"))
    build = _plan(dotnet=samples.dotnet(projects=(web,), web=web, tests=())).step("api.build").files
    paths = ("shared/Version.cs", "shared/Other.cs", "assets/a/b.png")
    assert [p for p in paths if sees(build, p)] == ["shared/Version.cs", "assets/a/b.png"]


def test_settings_add_inputs_for_each_half():
    """`dotnet.inputs` and `spa.inputs` widen what the steps of that half see, and only of that half."""
    base = samples.settings()
    settings = replace(
        base, dotnet=replace(base.dotnet, inputs=("data/**",)), spa=replace(base.spa, inputs=("shared/**",))
    )
    plan = make(samples.app(), settings, samples.IMAGES)
    assert _seeing(plan, "data/seed.json") == {"api.build", "api.format"}
    assert _seeing(plan, "shared/types.ts") == {"spa.lint", "spa.types", "spa.test", "spa.build"}


def test_inputs_win_over_what_is_left_out():
    """What the settings name is seen although its kind is not, and nothing else of that kind."""
    base = samples.settings()
    settings = replace(
        base,
        dotnet=replace(base.dotnet, inputs=("src/Shop.Web/README.md", f"{SPA}/src/words.json")),
        spa=replace(base.spa, inputs=(f"{SPA}/README.md",)),
    )
    plan = make(samples.app(), settings, samples.IMAGES)
    assert _seeing(plan, "src/Shop.Web/README.md") == {"api.build", "api.format"}
    assert _seeing(plan, f"{SPA}/src/words.json") >= {"api.build", "api.format"}
    assert _seeing(plan, f"{SPA}/README.md") == {"spa.lint", "spa.types", "spa.test", "spa.build"}
    assert _seeing(plan, "README.md") == set()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("src/Shop.Web/Mails/welcome.md", {"api.build", "api.format"}),
        (f"{SPA}/src/pages/terms.md", {"spa.lint", "spa.types", "spa.test", "spa.build"}),
        (f"{SPA}/build/webpack.js", {"spa.lint", "spa.types", "spa.test", "spa.build"}),
    ],
)
def test_markdown_and_build_folders_can_be_source(path, expected):
    """A glob that finds no content is green and empty: only files that people alone read are left out."""
    assert _seeing(_plan(), path) == expected


def test_a_spa_at_the_root_keeps_its_own_junk_out():
    """With package.json at the root the SPA sees the tree without the outputs of its tools."""
    plan = _plan(dotnet=None, spa=samples.spa(folder=".", lock_file="package-lock.json"))
    lint = plan.step("spa.lint").files
    paths = ("src/App.tsx", "node_modules/x.js", "dist/index.html", "README.md", ".git/HEAD", "package.json")
    assert [p for p in paths if sees(lint, p)] == ["src/App.tsx", "package.json"]
    assert [p for p in paths if sees(plan.step("spa.install").files, p)] == ["package.json"]


@pytest.mark.parametrize(
    "path",
    [
        "src/Shop.Web/Program.cs",
        "src/Shop.Web/appsettings.json",
        "tests/Shop.Tests/CartTests.cs",
        "tools/Loose.cs",
        "Shop.slnx",
        "Directory.Build.props",
    ],
)
def test_a_spa_at_the_root_does_not_see_code_of_dotnet(path):
    """A C# edit runs no npm command, also when package.json lies at the root beside the solution."""
    plan = _plan(spa=samples.spa(folder=".", lock_file="package-lock.json"))
    assert _seeing(plan, path) & _node(plan) == set()


@pytest.mark.parametrize("path", ["dagger.lock", "pipeline.yaml", "pipeline.staging.yaml", ".github/workflows/ci.yml"])
def test_what_belongs_to_ci_runs_nothing_also_at_the_root(path):
    """An application at the root does not see the files of its own pipeline."""
    web = samples.web(path="Shop.csproj")
    dotnet = _plan(dotnet=samples.dotnet(projects=(web,), web=web, tests=()), spa=None)
    spa = _plan(dotnet=None, spa=samples.spa(folder=".", lock_file="package-lock.json"))
    assert (_seeing(dotnet, path), _seeing(spa, path)) == (set(), set())


def test_a_deep_readme_of_the_spa_is_not_seen():
    """A README edit runs nothing, wherever the README lies."""
    assert _seeing(_plan(), f"{SPA}/src/components/README.md") == set()


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("**/*.cs", "a/b/C.cs", True),
        ("**/*.cs", "C.cs", True),
        ("*.cs", "a/C.cs", False),
        ("src", "src/a/b.cs", True),
        ("src", "tests/src", False),
        ("**/obj", "a/obj/x/y", True),
        ("src/**", "src/a", True),
        ("src/**", "srcs/a", False),
        ("NuGet.[Cc]onfig", "NuGet.Config", True),
        ("a?c", "a/c", False),
    ],
)
def test_the_matcher_of_these_tests_reads_globs_as_the_engine_does(glob, path, expected):
    """`**` crosses folders, `*` does not, and a folder stands for all below it."""
    assert sees(Files(include=(glob,)), path) is expected
