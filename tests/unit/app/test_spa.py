"""The React half: folder, scripts, output, remarks."""

from __future__ import annotations

import pytest

from pipeline.app.model import Call
from pipeline.errors import AMBIGUOUS, BROKEN_PACKAGE_JSON, SETTINGS_INVALID, TOO_LARGE

WEB = "Microsoft.NET.Sdk.Web"


@pytest.fixture
def spa_of(found):
    """Return the SPA of a package.json, with more files beside it."""

    def run(package_json, settings="", **more):
        files = {"client/package.json": package_json, "client/package-lock.json": ""}
        return found(files | {f"client/{name}": text for name, text in more.get("files", {}).items()}, settings).spa

    return run


def test_a_react_application_is_found(spa_of, package):
    """Folder, lock file and the roles of the scripts."""
    scripts = {"build": "vite build", "lint": "eslint .", "typecheck": "tsc", "test": "vitest"}
    spa = spa_of(package(scripts))
    assert (spa.folder, spa.lock_file, spa.package_manager) == ("client", "client/package-lock.json", "npm")
    assert [s.name for s in (spa.build, spa.lint, spa.type_check, spa.test)] == ["build", "lint", "typecheck", "test"]
    assert (spa.test_tool, spa.dist) == ("vitest", "dist")


@pytest.mark.parametrize(
    "text", ['{"dependencies": {"react": "19"}}', '{"scripts": {"build": "vite build"}}', '{"dependencies": []}']
)
def test_other_packages_are_no_spa(found, csproj, text):
    """It takes React or Vite and a build script; no lock file is asked of others."""
    assert found({"A.csproj": csproj(), "tools/package.json": text}).spa is None


def test_a_package_below_wwwroot_is_no_spa(found, csproj, package):
    """What lies there is output or a vendored library."""
    assert found({"A.csproj": csproj(), "wwwroot/lib/package.json": package()}).spa is None


def test_of_several_the_one_below_the_web_project_wins(found, csproj, package):
    """The SPA of the web project is the one that it ships."""
    files = {
        f"{folder}/{name}": text
        for folder in ("W/ClientApp", "mail")
        for name, text in (("package.json", package()), ("package-lock.json", ""))
    }
    assert found(files | {"W/W.csproj": csproj(sdk=WEB)}).spa.folder == "W/ClientApp"


def test_of_several_the_one_that_spa_root_names_wins(found, csproj, package):
    """SpaRoot is a word of the web project itself; its case may differ."""
    files = {
        f"{folder}/{name}": text
        for folder in ("W/mail", "shop.client")
        for name, text in (("package.json", package()), ("package-lock.json", ""))
    }
    text = csproj("<PropertyGroup><SpaRoot>..\\Shop.Client\\</SpaRoot></PropertyGroup>", sdk=WEB)
    assert found(files | {"W/W.csproj": text}).spa.folder == "shop.client"


def test_asks_when_several_are_left_and_the_setting_answers(found, refused, package):
    """Both candidates and the key are named; the key is the way out."""
    files = {
        f"{folder}/{name}": text
        for folder in ("a", "b")
        for name, text in (("package.json", package()), ("package-lock.json", ""))
    }
    error = refused(files)
    assert error.kind is AMBIGUOUS
    assert error.details == ("a", "b")
    assert "spa.folder" in error.what
    assert found(files, "spa: {folder: b/}").spa.folder == "b"


def test_a_folder_that_is_not_there_is_an_error(refused, package):
    """An override that does not exist on disk is never ignored."""
    assert refused({"a/package.json": package()}, "spa: {folder: c}").kind is SETTINGS_INVALID


def test_broken_json_names_file_and_line(refused):
    """Trailing commas, merge markers, wrong shapes."""
    for text, place in (('{\n"a": 1,\n}', ":3:"), ("{\n<<<<<<< HEAD\n}", ":2:"), ("[]", ":1:"), ("[" * 100_000, ":1:")):
        error = refused({"package.json": text})
        assert error.kind is BROKEN_PACKAGE_JSON
        assert error.what.startswith(f"package.json{place}")


def test_a_broken_one_beside_others_does_not_stop_them(found, package):
    """A template with placeholders is told, and is not the application."""
    files = {"tools/package.json": "{{ name }}", "client/package.json": package(), "client/package-lock.json": ""}
    app = found(files)
    assert app.spa.folder == "client"
    assert app.fact("package.json files that cannot be read").value == ("tools/package.json",)


def test_a_huge_package_json_is_an_error(refused):
    """A generated file with that name is told, not skipped."""
    assert refused({}, paths={"package.json": "too large"}).kind is TOO_LARGE


@pytest.mark.parametrize(
    ("files", "scripts", "dist"),
    [
        ({}, {"build": "vite build"}, "dist"),
        (
            {"vite.config.ts": "// outDir: 'no'\nexport default {build: {outDir: './out/'}}"},
            {"build": "vite build"},
            "out",
        ),
        ({"vite.config.mjs": 'build: {"outDir": "../API/wwwroot"}'}, {"build": "vite build"}, "../API/wwwroot"),
        ({"vite.config.ts": "outDir: 'a'"}, {"build": "vite build --outDir b"}, "b"),
        ({}, {"build": "react-scripts build"}, "build"),
    ],
)
def test_the_output_folder_is_read(spa_of, package, files, scripts, dist):
    """A flag, a literal in the Vite configuration, the habit of react-scripts, else dist."""
    text = package(scripts, dependencies={"react": "18", "react-scripts": "5"})
    assert spa_of(text, files=files).dist == dist


@pytest.mark.parametrize(
    ("scripts", "name", "tool"),
    [
        ({"test": "vitest"}, "test", "vitest"),
        ({"unit": "jest --ci"}, "unit", "jest"),
        ({"test": "react-scripts test"}, "test", "jest"),
        ({"test": "playwright test", "test:unit": "vitest run"}, "test:unit", "vitest"),
        ({"test": "npm run unit", "unit": "vitest"}, "test", "vitest"),
        ({"test": "vitest run && npm run e2e", "test:unit": "vitest run"}, "test:unit", "vitest"),
        ({"test": "npm run test"}, "test", None),
        ({"test": "mocha"}, "test", None),
    ],
)
def test_the_script_of_the_unit_tests_is_the_one_with_a_known_tool(spa_of, package, scripts, name, tool):
    """End-to-end tests behind `test` do not win; calls of other scripts are followed, but not for ever."""
    spa = spa_of(package({"build": "vite build"} | scripts))
    assert (spa.test.name, spa.test_tool) == (name, tool)


def test_the_placeholder_of_npm_init_is_no_test(spa_of, package):
    """`no test specified` means no tests."""
    assert spa_of(package({"build": "vite build", "test": 'echo "Error: no test specified" && exit 1'})).test is None


def test_coverage_needs_its_package(spa_of, package):
    """Vitest collects coverage with a provider, and would try to install a missing one."""
    assert not spa_of(package()).collects_coverage
    assert spa_of(package(devDependencies={"@vitest/coverage-v8": "4"})).collects_coverage


def test_how_arguments_get_to_a_tool_is_found_out(spa_of, package):
    """Of the tests and of the linter, also behind other scripts."""
    scripts = {
        "build": "vite build",
        "lint": "tsc && npm run js",
        "js": "eslint .",
        "test": "npm run unit",
        "unit": "vitest",
    }
    spa = spa_of(package(scripts))
    assert spa.test.call == Call(tool="vitest", script="test", dashes=2)
    assert spa.lint.call == Call(tool="eslint", script="lint", dashes=2)
    assert spa.build.call is None


@pytest.mark.parametrize(
    "command", ["eslint . || true", "eslint .; exit 0", "echo ok", "tsc || exit 0 && vite build", "a || echo b"]
)
def test_a_script_that_cannot_fail_is_remarked(found, package, command):
    """Its green proves nothing; the remark points at the line."""
    app = found({"package.json": package({"build": "vite build", "lint": command}), "package-lock.json": ""})
    remark = next(r for r in app.remarks if r.id == "R101")
    assert (remark.file, remark.line) == ("package.json", 5)
    assert "lint" in remark.message


@pytest.mark.parametrize("command", ["eslint .", "echo start && eslint .", "eslint --rule 'x || y'"])
def test_an_honest_script_is_not_remarked(found, package, command):
    """No false alarm."""
    app = found({"package.json": package({"build": "vite build", "lint": command}), "package-lock.json": ""})
    assert "R101" not in [r.id for r in app.remarks]


def test_missing_roles_and_foreign_output_are_remarked(found, package):
    """No lint, no tests and an output folder elsewhere are visible."""
    files = {"c/package.json": package({"build": "vite build --outDir=../w"}), "c/package-lock.json": ""}
    assert {r.id for r in found(files).remarks} == {"R105", "R112", "R110"}
