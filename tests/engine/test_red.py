"""Red code is red for its own reason, with the evidence of everything else, and never a traceback."""

from __future__ import annotations

import pytest
from defusedxml import ElementTree

from pipeline.errors import ExitCode
from tests import apps
from tests.engine.dagger_call import dagger, evidence

pytestmark = pytest.mark.engine

FILES = {"report.json", "summary.md", "summary.txt", "junit.xml", "coverage.cobertura.xml", "steps"}


def check_red(found, red, quotes):
    """Check what holds for every red run: all files, and each red step's command, exit code and last lines."""
    assert found.report.verdict is ExitCode.RED
    assert {file.name for file in found.folder.iterdir()} == FILES
    assert {id_ for id_, state in found.states.items() if state == "failed"} == red
    assert "Traceback" not in found.done.said
    for name in ("summary.md", "summary.txt"):
        text = found.text(name)
        assert text.lstrip("# ").startswith("RED")
        for id_ in red:
            step = found.step(id_)
            assert f"$ {' '.join(step.command)}   (exit code {step.exit_code})" in text
            assert "last lines:" in text
    for id_, words in quotes.items():
        assert words in found.step(id_).tail
    ran = {id_ for id_, state in found.states.items() if state in {"passed", "failed"} and id_ != "image"}
    assert {folder.name for folder in (found.folder / "steps").iterdir()} == ran


def check_ci(app, *words):
    """Check the one call of a CI system: exit code 1, the reason, no traceback."""
    done = dagger(app, "ci")

    assert done.code == 1
    assert "Traceback" not in done.said
    for word in ("RED  ", "(exit code ", "last lines:", *words):
        assert word in done.said


def cases(found):
    """Return the numbers of cases and failures in the merged junit.xml."""
    suites = ElementTree.parse(found.folder / "junit.xml").getroot().iter("testsuite")
    totals = [(int(suite.get("tests")), int(suite.get("failures")) + int(suite.get("errors", "0"))) for suite in suites]
    return sum(t for t, _ in totals), sum(f for _, f in totals)


def test_a_failing_test_and_a_format_error_are_two_findings(tmp_path):
    """Siblings go on: the format check, the coverage and the publish are there beside a failing test."""
    app = apps.minimal(tmp_path / "app")
    apps.fail_a_test(app)
    apps.misformat_csharp(app)

    found = evidence(app, tmp_path / "evidence")

    red = {"api.test.Hello.Tests", "api.format"}
    check_red(found, red, {"api.test.Hello.Tests": "Hello.Tests.Failing.Case", "api.format": "Greeter.cs"})
    assert found.states["api.publish"] == "passed"
    assert found.step("api.test.Hello.Tests").reason == "1 of 9 tests failed"
    assert {(f.file, f.rule) for f in found.step("api.format").findings} == {(apps.GREETER, "WHITESPACE")}
    assert cases(found) == (9, 1)
    assert (found.report.coverage.covered, found.report.coverage.total) == (12, 12)
    check_ci(app, "1 of 9 tests failed", "Hello.Tests.Failing", "WHITESPACE")


def test_code_that_does_not_compile(tmp_path):
    """The compiler's error is quoted with its place; tests are skipped for that reason, the format check is not."""
    app = apps.minimal(tmp_path / "app")
    apps.break_csharp(app)

    found = evidence(app, tmp_path / "evidence")

    check_red(found, {"api.build"}, {"api.build": "error CS0029"})
    assert found.states == {
        "api.restore": "passed",
        "api.build": "failed",
        "api.format": "passed",
        "api.test.Hello.Tests": "skipped",
        "api.publish": "skipped",
        "image": "skipped",
    }
    errors = [(f.file, f.line, f.rule) for f in found.step("api.build").findings if f.severity.value == "error"]
    assert errors == [(apps.GREETER, 19, "CS0029")]
    assert found.step("api.test.Hello.Tests").reason == "api.build is failed"
    check_ci(app, "CS0029", f"{apps.GREETER}:19")


def test_tests_that_hang_crash_or_do_not_exist(tmp_path):
    """Four test projects in one run: each red for its own reason, the green one keeps its result and coverage."""
    app = apps.minimal(tmp_path / "app")
    apps.add_test_project(app, "Hang.Tests", apps.HANGS)
    apps.add_test_project(app, "Crash.Tests", apps.CRASHES)
    apps.add_test_project(app, "Empty.Tests", None)
    app.write("pipeline.yaml", "test: {hang_minutes: 1}\ndotnet: {format: false}\n")

    found = evidence(app, tmp_path / "evidence")

    hang, crash, empty = "api.test.Hang.Tests", "api.test.Crash.Tests", "api.test.Empty.Tests"
    check_red(found, {hang, crash, empty}, {crash: "Test Run Aborted."})
    assert found.states["api.test.Hello.Tests"] == "passed"
    assert "Hello.Tests.Hanging.Case" in found.step(hang).reason
    assert "the process is gone" in found.step(crash).reason
    assert "no test" in found.step(empty).reason.lower()
    assert found.report.coverage.total == 12


def test_a_stale_nuget_lock_file(tmp_path):
    """A package that the lock file does not know is refused, not resolved anew."""
    app = apps.minimal(tmp_path / "app")
    apps.outdate_nuget_lock(app)

    found = evidence(app, tmp_path / "evidence")

    check_red(found, {"api.restore"}, {"api.restore": "NU1004"})
    assert found.step("api.restore").attempts == 1
    check_ci(app, "NU1004")


def test_a_spa_with_three_faults(tmp_path):
    """Types, lint rules and tests each tell their own fault in one run, and the coverage is there."""
    app = apps.spa(tmp_path / "app")
    apps.break_types(app)
    apps.break_lint(app)
    apps.fail_vitest(app)

    found = evidence(app, tmp_path / "evidence")

    red = {"spa.lint", "spa.types", "spa.test", "spa.build"}  # the build script type-checks too
    check_red(found, red, {"spa.types": "TS2322", "spa.lint": "no-explicit-any", "spa.test": "fails on purpose"})
    assert {(f.file, f.rule) for f in found.step("spa.types").findings} == {("src/format.ts", "TS2322")}
    assert {(f.file, f.rule) for f in found.step("spa.lint").findings} == {
        ("src/format.ts", "@typescript-eslint/no-explicit-any")
    }
    assert [c.name for c in found.step("spa.test").cases if c.status.value == "failed"] == ["fails on purpose"]
    assert cases(found)[1] == 1
    assert found.report.coverage.covered > 0
    check_ci(app, "TS2322", "no-explicit-any", "fails on purpose")


def test_a_stale_npm_lock_file(tmp_path):
    """A package.json that its lock file does not fit is refused, not resolved anew."""
    app = apps.spa(tmp_path / "app")
    apps.outdate_npm_lock(app)

    found = evidence(app, tmp_path / "evidence")

    check_red(found, {"spa.install"}, {"spa.install": "package-lock.json"})
    assert found.step("spa.install").attempts == 1
    check_ci(app, "npm ci")


NOTHING = ("P101", {"README.md": "nothing here\n"})
BROKEN_XML = ("P103", {"src/Hello.Web/Hello.Web.csproj": "<Project"})
BROKEN_JSON = ("P104", {"client/package.json": "{"})
UNKNOWN_KEY = ("P105", {"pipeline.yaml": "dotnt: {}\n"})


@pytest.mark.parametrize(("id_", "files"), [NOTHING, BROKEN_XML, BROKEN_JSON, UNKNOWN_KEY], ids=lambda v: str(v)[:4])
def test_a_configuration_error_is_told_by_its_id(id_, files, tmp_path):
    """What a user can mend before anything runs: the kind first, the id, what to do, no traceback."""
    app = apps.committed(tmp_path / "app") if id_ == "P101" else apps.minimal(tmp_path / "app")
    for path, text in files.items():
        app.write(path, text)

    done = dagger(app, "ci", feed=False)

    assert done.code == 1
    for words in ("config error", f"{id_} ", "what to do: "):
        assert words in done.said
    assert "Traceback" not in done.said
