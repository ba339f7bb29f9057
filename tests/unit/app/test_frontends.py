"""Which folder is the SPA."""

from __future__ import annotations

import json

import pytest

from pipeline.app.model import Confidence
from pipeline.errors import LOCK_MISSING, NOTHING_FOUND

WEB = "Microsoft.NET.Sdk.Web"


def fact(app, name):
    return next(f for f in app.facts if f.name == name)


@pytest.fixture
def tree(package):
    """Return a tree of folders with a package.json and a lock file."""

    def make(**folders):
        files = {}
        for folder, content in folders.items():
            place = folder.replace("__", "/")
            text = package(**content) if isinstance(content, dict) else content
            files |= {f"{place}/package.json": text, f"{place}/package-lock.json": ""}
        return files

    return make


def test_a_folder_whose_name_says_otherwise_does_not_compete(found, tree):
    """Tools, tests and mail templates build too."""
    assert found(tree(client={}, tools={})).spa.folder == "client"


def test_a_workspace_root_is_not_the_application(found, tree, package):
    """The member with a page is."""
    files = tree(apps__shop={}) | {"package.json": package(workspaces=["apps/*"])}
    assert found(files | {"apps/shop/index.html": ""}).spa.folder == "apps/shop"


def test_a_bundler_beside_a_project_is_asked_for(found, csproj, tree):
    """Assets of server-rendered pages, or the SPA: nothing says which, and there may be none."""
    content = json.dumps({"scripts": {"build": "webpack"}, "devDependencies": {"webpack": "5"}})
    app = found({"W/W.csproj": csproj(sdk=WEB)} | tree(W=content))
    assert app.spa is None
    assert set(fact(app, "spa folder").candidates) == {"W", None}
    assert fact(app, "spa folder").key == "spa.folder"


def test_that_there_is_no_spa_is_an_answer(refused, csproj, tree):
    """The refusal says how to give it."""
    content = json.dumps({"scripts": {"build": "webpack"}, "devDependencies": {"webpack": "5"}})
    files = {"W/W.csproj": csproj(sdk=WEB)} | tree(W=content)
    assert refused(files).details == ("W", "none: `spa.enabled` is false")


def test_a_folder_in_which_the_web_project_runs_npm_is_the_one(found, csproj, tree):
    """The target says it."""
    content = json.dumps({"scripts": {"package": "webpack"}, "devDependencies": {"webpack": "5"}})
    target = '<Target Name="Js" BeforeTargets="Compile"><Exec Command="npm run package" /></Target>'
    app = found({"W/W.csproj": csproj(target, sdk=WEB)} | tree(W=content, X=content))
    assert (app.spa.folder, app.spa.build.name) == ("W", "package")


def test_a_submodule_that_ci_builds_is_asked_for(found, csproj):
    """Its files are not in the tree."""
    files = {
        "A.csproj": csproj(sdk=WEB),
        ".gitmodules": '[submodule "shop-ui"]\n\tpath = shop-ui\n\turl = x\n',
        ".github/workflows/ci.yml": "jobs:\n  a:\n    steps:\n      - run: npm ci --prefix shop-ui\n",
    }
    assert set(fact(found(files), "spa folder").candidates) == {"shop-ui", None}
    assert found(files | {".github/workflows/ci.yml": ""}).spa is None


def test_what_the_candidates_share_is_known(found, tree):
    """The package manager is npm whichever folder it is; the scripts differ."""
    app = found(tree(a={}, b={"scripts": {"build": "vite build", "start": "y"}}))
    assert fact(app, "package manager").value == "npm"
    assert set(fact(app, "script lint").candidates) == {"lint", None}


def test_other_folders_that_build_are_named(found, tree):
    """They are not planned, and should not be forgotten."""
    app = found(tree(client={}, tools={}, docs_={"scripts": {"test": "x"}}))
    assert fact(app, "other frontends").value == ("tools",)


@pytest.mark.parametrize(
    ("scripts", "more", "name"),
    [
        ({"build": "vite build", "build:prod": "x"}, {}, "build"),
        ({"build": "vite build --mode development", "build:production": "vite build"}, {}, "build:production"),
        ({"generate": "nuxt generate", "dev": "x"}, {}, "generate"),
        (
            {"build": "vite build", "prod": "vite build --mode x"},
            {".github/workflows/a.yml": "run: npm run prod"},
            "prod",
        ),
        ({"build": "vite build", "build:e2e": "b"}, {"Dockerfile": "FROM node:20\nRUN pnpm build:e2e"}, "build"),
        ({"build": "vite build", "preview": "b"}, {".github/workflows/a.yml": "run: npm run preview"}, "build"),
    ],
)
def test_the_build_script_is_the_production_build(found, package, scripts, more, name):
    """What others run counts, but neither a server nor a variant of `build`."""
    files = {"c/package.json": package(scripts), "c/package-lock.json": ""} | more
    assert found(files).spa.build.name == name


def test_several_build_scripts_are_asked_for_and_the_setting_answers(found, refused, package):
    """None is called `build`, and nobody runs one."""
    files = {
        "c/package.json": package({"dist:a": "vite build", "dist:b": "parcel build", "build-c": "webpack"}),
        "c/package-lock.json": "",
    }
    error = refused(files)
    assert "spa.build" in error.what
    assert set(error.details) == {"dist:a", "dist:b", "build-c"}
    assert found(files, "spa: {build: 'dist:b'}").spa.build.command == "parcel build"
    assert "has no script nope" in refused(files, "spa: {build: nope}").what


@pytest.mark.parametrize(
    ("scripts", "ci", "name"),
    [
        ({"test": "vitest", "test:run": "vitest run"}, "", "test:run"),
        ({"test": "vitest", "test:run": "vitest run"}, "run: npm test -- --coverage", "test"),
        ({"test": "vitest && playwright test", "test:unit": "vitest run"}, "", "test:unit"),
        ({"test": "cypress run"}, "", None),
    ],
)
def test_the_unit_tests_are_those_that_ci_runs_else_those_that_end(found, package, scripts, ci, name):
    """A watcher would never end; a browser is another role."""
    files = {"c/package.json": package({"build": "vite build"} | scripts), "c/package-lock.json": ""}
    test = found(files | {".github/workflows/a.yml": ci}).spa.test
    assert (test.name if test else None) == name


@pytest.mark.parametrize(
    ("scripts", "format_", "e2e"),
    [
        ({"format:check": "prettier --check ."}, "format:check", None),
        ({"style": "prettier --check ."}, "style", None),
        ({"format": "prettier --write ."}, None, None),
        ({"test:e2e": "playwright test"}, None, "test:e2e"),
        ({"test": "cypress run"}, None, "test"),
    ],
)
def test_format_and_browser_tests_have_roles(found, package, scripts, format_, e2e):
    """A script that writes is no check."""
    app = found({"c/package.json": package({"build": "vite build"} | scripts), "c/package-lock.json": ""})
    assert (fact(app, "script format").value, fact(app, "script e2e").value) == (format_, e2e)


def test_an_empty_lock_file_locks_nothing(found, package):
    """A stray one in the folder or above it does not decide."""
    lock = "x" * 200
    files = {"package-lock.json": '{"packages": {}}', "c/package.json": package(), "c/yarn.lock": lock}
    app = found(files)
    assert (app.spa.package_manager, app.spa.lock_file) == ("yarn", "c/yarn.lock")


@pytest.mark.parametrize(
    ("files", "more", "version"),
    [
        ({"c/pnpm-lock.yaml": "lockfileVersion: '6.0'\n" + "x" * 200}, {}, "8"),
        ({"c/yarn.lock": "# yarn lockfile v1\n" + "x" * 200}, {}, "1.22"),
        ({"c/yarn.lock": "__metadata:\n  version: 8\n" + "x" * 200}, {}, "4"),
        ({"c/pnpm-lock.yaml": "x" * 200}, {"packageManager": "pnpm@10.16.1+sha512.a"}, "10.16.1"),
        ({"c/yarn.lock": "x" * 200}, {"volta": {"yarn": "1.22.19"}}, "1.22.19"),
    ],
)
def test_the_version_of_the_package_manager_is_read(found, package, files, more, version):
    """Stated in package.json, else implied by the format of the lock file."""
    app = found({"c/package.json": package(**more)} | files)
    assert fact(app, "package manager version").value == version


def test_a_site_of_documentation_is_asked_for(found, tree):
    """It builds with a framework like any other, and is seldom the application."""
    app = found(tree(docs={}))
    assert app.spa is None
    assert set(app.fact("spa folder").candidates) == {"docs", None}


@pytest.mark.parametrize(
    ("scripts", "names"),
    [
        ({"build": "dotnet build ./api", "bundle": "webpack"}, set()),
        ({"buildui": "webpack"}, {"buildui"}),
        ({"buildui": "webpack", "buildapi": "dotnet publish"}, {"buildui"}),
        ({"build-a": "webpack", "build-b": "webpack"}, {"build-a", "build-b"}),
    ],
)
def test_only_what_builds_for_browsers_is_a_build(found, package, scripts, names):
    """`dotnet build` behind `build` is the other half."""
    app = found({"c/package.json": package(scripts), "c/package-lock.json": "", "c/index.html": ""})
    fact = app.fact("script build")
    assert (set(fact.candidates) if fact.is_asked else {fact.value} - {None}) == names


@pytest.mark.parametrize(
    ("folder", "package_name", "build"),
    [
        ("docs", "vitepress", "vitepress build"),
        ("website", "@docusaurus/core", "docusaurus build"),
        ("mobile", "expo", "expo export"),
        ("phone", "react-native", "react-native bundle"),
        ("shell", "electron", "vite build && electron-builder"),
        ("letters", "react-email", "email build"),
        ("kit", "storybook", "storybook build"),
    ],
)
def test_what_is_for_no_browser_is_never_the_spa(found, csproj, tree, folder, package_name, build):
    """Documentation, phones, desktops, mails: also when there is nothing else."""
    content = {"scripts": {"build": build}, "dependencies": {"react": "19", package_name: "1"}}
    files = {"W/W.csproj": csproj(sdk=WEB)} | tree(**{folder: content})
    app = found(files)
    assert (app.spa, [f for f in app.facts if f.name == "spa folder"]) == (None, [])
    assert found(files | tree(client={})).spa.folder == "client"


def test_an_application_that_has_such_a_tool_too_is_the_spa(found, tree):
    """Its components are shown by storybook, its documentation lies beside it."""
    content = {"scripts": {"build": "vite build"}, "devDependencies": {"storybook": "9", "vitepress": "1"}}
    assert found(tree(client=content)).spa.folder == "client"


@pytest.mark.parametrize("folder", ["website", "landing-page", "Shop.Site"])
def test_one_in_a_folder_for_something_else_is_asked_for(found, csproj, tree, folder):
    """A site about the product, or the product: nothing says which, and there may be no SPA."""
    files = {"W/W.csproj": csproj(sdk=WEB)} | tree(**{folder: {}})
    assert set(fact(found(files), "spa folder").candidates) == {folder, None}
    config = {f"{folder}/vite.config.ts": "build: {outDir: '../W/wwwroot'}"}
    assert found(files | config).spa.folder == folder


def test_a_name_that_only_holds_such_a_word_is_no_reason(found, csproj, tree):
    """Words end where a name has a border."""
    assert found({"W/W.csproj": csproj(sdk=WEB)} | tree(contest={})).spa.folder == "contest"


def test_one_that_shows_little_is_asked_for(found, csproj, package):
    """A framework among the packages and a page are no application yet."""
    files = {"W/W.csproj": csproj(sdk=WEB), "thing/package.json": package({}), "thing/index.html": ""}
    assert set(fact(found(files), "spa folder").candidates) == {"thing", None}


def test_applications_of_an_nx_workspace_are_told(found, refused, csproj):
    """They have no package.json, so that no rule reads them; that is said."""
    root = json.dumps({"name": "all", "dependencies": {"react": "19"}, "scripts": {"start": "nx serve"}})
    files = {
        "nx.json": "{}",
        "package.json": root,
        "apps/shop/project.json": "{}",
        "apps/shop/index.html": "",
        "libs/ui/project.json": "{}",
    }
    app = found(files | {"W/W.csproj": csproj(sdk=WEB)})
    assert fact(app, "nx applications").value == ("apps/shop",)
    assert [(r.id, r.file) for r in app.remarks if r.id == "R151"] == [("R151", "apps/shop/project.json")]
    assert refused(files).kind is NOTHING_FOUND


def test_a_lock_file_that_locks_nothing_is_not_called_missing(refused, package):
    """It is there: whoever reads that it is not looks in the wrong place."""
    files = {"c/package.json": package(), "c/package-lock.json": '{"packages": {"": {}}}'}
    error = refused(files)
    assert (error.kind, error.what) == (LOCK_MISSING, "c/package-lock.json is there but locks nothing")
    del files["c/package-lock.json"]
    assert "holds package.json but no package-lock.json" in refused(files).what


def test_what_is_not_there_is_not_stated(found, csproj, tree):
    """No file says that there is none."""
    content = json.dumps({"scripts": {"build": "webpack"}, "devDependencies": {"webpack": "5"}})
    app = found(
        {"W/W.csproj": csproj("<PropertyGroup><SpaRoot>..\\c</SpaRoot></PropertyGroup>", sdk=WEB)} | tree(c=content)
    )
    for name in ("framework", "script build", "servers beside the application", "docker context"):
        one = app.fact(name)
        assert one.value or one.confidence is Confidence.DERIVED, name
