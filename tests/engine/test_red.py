"""Red code is red for its own reason, with the evidence of everything else, and never a traceback."""

from __future__ import annotations

import shlex

import pytest
from defusedxml import ElementTree

from pipeline.errors import ExitCode
from tests import apps
from tests.engine.dagger_call import dagger, evidence

pytestmark = pytest.mark.engine

FILES = {"report.json", "summary.md", "summary.txt", "junit.xml", "coverage.cobertura.xml", "steps"}


def check_red(found, red, quotes):
    """Check what holds for every red run: all files, each red step's command and exit code, and why it is red."""
    assert found.report.verdict is ExitCode.RED
    assert {file.name for file in found.folder.iterdir()} == FILES
    assert {id_ for id_, state in found.states.items() if state == "failed"} == red
    assert "Traceback" not in found.done.said
    for name in ("summary.md", "summary.txt"):
        text = found.text(name)
        assert text.lstrip("# ").startswith("RED")
        for id_ in red:
            step = found.step(id_)
            assert f"$ {shlex.join(step.command)}   (" in text
            assert f"exit code {step.exit_code})" in text
            assert step.explained or "last lines:" in text
    for id_, words in quotes.items():
        step = found.step(id_)
        assert any(words in quote for quote in (step.tail, *(finding.message for finding in step.findings)))
    ran = {id_ for id_, state in found.states.items() if state in {"passed", "failed"}}
    assert {folder.name for folder in (found.folder / "steps").iterdir()} == ran


def cases(found):
    """Return the numbers of cases and failures in the merged junit.xml."""
    suites = ElementTree.parse(found.folder / "junit.xml").getroot().iter("testsuite")
    totals = [(int(suite.get("tests")), int(suite.get("failures")) + int(suite.get("errors", "0"))) for suite in suites]
    return sum(t for t, _ in totals), sum(f for _, f in totals)


def test_tests_that_fail_hang_crash_or_do_not_exist(tmp_path):
    """One run with five faults: each is red for its own reason, and what is green keeps its result and coverage."""
    app = apps.minimal(tmp_path / "app")
    apps.misformat_csharp(app)
    apps.add_test_project(app, "Fail.Tests", apps.FAILS)
    apps.add_test_project(app, "Hang.Tests", apps.HANGS)
    apps.add_test_project(app, "Crash.Tests", apps.CRASHES)
    apps.add_test_project(app, "Empty.Tests", None)
    app.write("pipeline.yaml", "test: {hang_minutes: 1}\nimage: {verify: false}\n")

    found = evidence(app, tmp_path / "evidence")

    fail, hang, crash, empty = (f"api.test.{name}.Tests" for name in ("Fail", "Hang", "Crash", "Empty"))
    quotes = {fail: "Hello.Tests.Failing.Case", crash: "Test Run Aborted.", "api.format": "Greeter.cs"}
    check_red(found, {"api.format", fail, hang, crash, empty}, quotes)
    assert found.states["api.test.Hello.Tests"] == "passed"
    assert found.states["api.publish"] == "passed"
    assert found.step(fail).reason == "1 of 1 test failed"
    assert "Hello.Tests.Hanging.Case" in found.step(hang).reason
    assert "the process is gone" in found.step(crash).reason
    assert "no test" in found.step(empty).reason.lower()
    assert {(f.file, f.rule) for f in found.step("api.format").findings} == {(apps.GREETER, "WHITESPACE")}
    assert (found.report.coverage.covered, found.report.coverage.total) == (12, 12)
    assert cases(found)[0] >= 9


def test_code_that_does_not_compile_beside_a_spa_with_three_faults(tmp_path):
    """Neither stack hides the other: compiler, types, lint rules and browser tests all tell their own fault."""
    app, spa = apps.both(tmp_path / "app")
    apps.keep_one_test(spa)
    apps.break_csharp(app)
    apps.break_types(spa)
    apps.break_lint(spa)
    apps.fail_vitest(spa)

    found = evidence(app, tmp_path / "evidence")

    red = {"api.build", "spa.lint", "spa.types", "spa.test", "spa.build"}  # the build script type-checks too
    quotes = {
        "api.build": "error CS0029",
        "spa.types": "TS2322",
        "spa.lint": "no-explicit-any",
        "spa.test": "fails on purpose",
    }
    check_red(found, red, quotes)
    assert {found.states[id_] for id_ in ("api.restore", "api.format", "spa.install")} == {"passed"}
    assert {found.step(id_).reason for id_ in ("api.test.Hello.Tests", "api.publish")} == {"because api.build failed"}
    errors = [(f.file, f.line, f.rule) for f in found.step("api.build").findings if f.severity.value == "error"]
    assert errors == [(apps.GREETER, 19, "CS0029")]
    assert {(f.file, f.rule) for f in found.step("spa.types").findings} == {("client/src/format.ts", "TS2322")}
    lint = {(f.file, f.rule) for f in found.step("spa.lint").findings}
    assert lint == {("client/src/format.ts", "@typescript-eslint/no-explicit-any")}
    assert [c.name for c in found.step("spa.test").cases if c.status.value == "failed"] == ["fails on purpose"]
    assert cases(found)[1] == 1
    assert found.report.coverage.covered > 0


def test_stale_lock_files(tmp_path):
    """What a lock file does not know is refused once, not resolved anew; `ci` ends with 1 and says all of it."""
    app, spa = apps.both(tmp_path / "app")
    apps.outdate_nuget_lock(app)
    apps.outdate_npm_lock(spa)

    found = evidence(app, tmp_path / "evidence")
    ci = dagger(app, "ci")

    check_red(found, {"api.restore", "spa.install"}, {"api.restore": "NU1004", "spa.install": "package-lock.json"})
    assert [found.step(id_).attempts for id_ in ("api.restore", "spa.install")] == [1, 1]
    assert ci.code == 1
    assert "Traceback" not in ci.said
    for words in ("RED  hello on dagger", "$ dotnet restore", "$ npm ci", "(exit code 1)", "NU1004"):
        assert words in ci.said


NOTHING = ("P101", {"README.md": "nothing here\n"})
UNKNOWN_KEY = ("P105", {"pipeline.yaml": "dotnt: {}\n"})


@pytest.mark.parametrize(("id_", "files"), [NOTHING, UNKNOWN_KEY], ids=lambda v: str(v)[:4])
def test_a_configuration_error_is_told_by_its_id(id_, files, tmp_path):
    """The kind first, the id, what to do, no traceback. The host tests show every id: both facades load alike."""
    app = apps.committed(tmp_path / "app") if id_ == "P101" else apps.minimal(tmp_path / "app")
    for path, text in files.items():
        app.write(path, text)

    done = dagger(app, "ci", feed=False)

    assert done.code == 1
    for words in ("config error", f"{id_} ", "what to do: "):
        assert words in done.said, done.said[-3000:]
    assert "Traceback" not in done.said
