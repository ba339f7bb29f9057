"""`pipeline ci --on host`: this machine's own tools give the same kind of answer as an engine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

from pipeline.errors import ExitCode
from pipeline.render import as_json
from tests import apps

pytestmark = pytest.mark.host

SECONDS = 300
GREEN = {
    "api.restore": "passed",
    "api.build": "passed",
    "api.format": "passed",
    "api.test.Hello.Tests": "passed",
    "api.publish": "passed",
    "image": "skipped",
}


@pytest.fixture(scope="session")
def packages(tmp_path_factory):
    """Return a folder of restored packages that all runs share: each restore after the first is quick."""
    return tmp_path_factory.mktemp("packages")


@pytest.fixture
def env(packages):
    """Return an environment that marks every process started from it."""
    own = {"NUGET_PACKAGES": str(packages), "PYTHONPATH": str(apps.ROOT), "PIPELINE_TEST_MARK": uuid.uuid4().hex}
    return os.environ | own


def command(*words):
    scans = [] if "--settings" in words or "ci" not in words else ["--settings", str(apps.NO_SCANS)]
    return [sys.executable, "-m", "pipeline.cli", *words, *scans, *apps.feed_flags()]


def pipeline(app, env, *words):
    return subprocess.run(
        command(*words), cwd=app.folder, env=env, capture_output=True, text=True, timeout=SECONDS, check=False
    )


def ci(app, env):
    """Run everything and return the exit code and the report."""
    done = pipeline(app, env, "ci", "--on", "host", "--json")
    assert "Traceback" not in done.stderr
    return done.returncode, as_json.read(done.stdout)


def states(report):
    return {step.id: step.status.value for step in report}


def step(report, id_):
    return next(s for s in report if s.id == id_)


def marked(env):
    """Return the command lines of all living processes that were started from this environment."""
    mark = f"PIPELINE_TEST_MARK={env['PIPELINE_TEST_MARK']}".encode()
    found = []
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and mark in (folder / "environ").read_bytes().split(b"\0"):
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue  # it ended while we looked
    return found


def test_a_green_run(env, tmp_path):
    """Every step that needs no container is green, and the evidence folder holds every report."""
    app = apps.minimal(tmp_path / "app")
    before = sorted(app.folder.rglob("*"))

    done = pipeline(app, env, "ci", "--on", "host", "--evidence", str(tmp_path / "evidence"))

    assert done.returncode == ExitCode.GREEN, done.stdout + done.stderr
    assert done.stderr.splitlines()[0] == "pipeline ci: hello on this machine's own tools (--on host)"
    assert done.stdout.startswith("GREEN  hello on this machine's own tools: 6 steps, tests 8 passed, 0 failed")
    report = as_json.read((tmp_path / "evidence" / "report.json").read_text())
    assert states(report) == GREEN
    assert (report.coverage.covered, report.coverage.total) == (12, 12)
    names = {"report.json", "summary.md", "summary.txt", "junit.xml", "coverage.cobertura.xml"}
    assert {file.name for file in (tmp_path / "evidence").iterdir() if file.is_file()} == names
    assert sorted(app.folder.rglob("*")) == before, "the run wrote into the source"
    assert marked(env) == []


def test_several_applications_in_one_repository(env, tmp_path):
    """Each has steps and evidence of its own; a fault of one is no fault of the other."""
    app = apps.two_apps(tmp_path / "app")
    apps.fail_a_test(apps.App(app.folder / "two"))

    done = pipeline(app, env, "ci", "--on", "host", "--evidence", str(tmp_path / "evidence"))

    assert done.returncode == ExitCode.RED, done.stdout + done.stderr
    found = states(as_json.read((tmp_path / "evidence/report.json").read_text()))
    assert found["one/api.test.Hello.Tests"] == "passed"
    assert found["two/api.test.Hello.Tests"] == "failed"
    assert found["one/api.publish"] == found["two/api.publish"] == "passed"
    for name in ("one", "two"):
        assert len(list((tmp_path / f"evidence/steps/{name}/api.test.Hello.Tests").glob("Hello.Tests*.trx"))) == 1
    assert not (tmp_path / "evidence/steps/one/api.publish/publish").exists()


def test_code_that_does_not_compile(env, tmp_path):
    """The compiler's error has its place in the source, not in a work copy."""
    app = apps.minimal(tmp_path / "app")
    apps.break_csharp(app)

    code, report = ci(app, env)

    assert code == ExitCode.RED
    assert states(report) == GREEN | {
        "api.build": "failed",
        "api.test.Hello.Tests": "skipped",
        "api.publish": "skipped",
    }
    errors = [(f.file, f.line, f.rule) for f in step(report, "api.build").findings if f.severity.value == "error"]
    assert errors == [(apps.GREETER, 19, "CS0029")]


def test_tests_that_fail_hang_crash_or_do_not_exist(env, tmp_path):
    """Each is red for its own reason, a format error too; siblings go on, and nothing that they started lives on."""
    app = apps.minimal(tmp_path / "app")
    apps.fail_a_test(app)
    apps.misformat_csharp(app)
    apps.add_test_project(app, "Hang.Tests", apps.HANGS)
    apps.add_test_project(app, "Crash.Tests", apps.CRASHES)
    apps.add_test_project(app, "Empty.Tests", None)
    app.write("pipeline.yaml", "test: {hang_minutes: 1}\n")

    code, report = ci(app, env)

    assert (code, report.verdict) == (ExitCode.RED, ExitCode.RED)
    red = ("api.format", *(f"api.test.{name}.Tests" for name in ("Hello", "Hang", "Crash", "Empty")))
    assert states(report) == GREEN | dict.fromkeys(red, "failed")
    failing = step(report, "api.test.Hello.Tests")
    assert (failing.reason, failing.exit_code) == ("1 of 9 tests failed", 1)
    assert "Hello.Tests.Failing.Case" in failing.tail
    assert {(f.file, f.rule) for f in step(report, "api.format").findings} == {(apps.GREETER, "WHITESPACE")}
    assert (report.coverage.covered, report.coverage.total) == (12, 12)
    assert "Hello.Tests.Hanging.Case" in step(report, "api.test.Hang.Tests").reason
    assert "the process is gone" in step(report, "api.test.Crash.Tests").reason
    assert "no test" in step(report, "api.test.Empty.Tests").reason.lower()
    assert marked(env) == []


def test_each_framework_of_a_test_project_outside_of_the_solution_is_told(env, tmp_path):
    """Both runners: one framework's report takes no other's place; the project is checked as if it were listed."""
    app = apps.minimal(tmp_path / "app")
    code = apps.xunit("Every", "return;").replace("public void", "public  void")
    apps.add_test_project(app, "Both.Tests", code, listed=False)
    apps.in_two_frameworks(app, "Both.Tests")
    apps.add_platform_project(app, "Platform.Tests", apps.xunit("Every", "return;"))
    for name in ("Both.Tests", "Platform.Tests"):
        app.write(f"tests/{name}/Failing.cs", f"#if NET8_0\n{apps.FAILS}#endif\n")

    code, report = ci(app, env)

    assert code == ExitCode.RED
    for name in ("Both.Tests", "Platform.Tests"):
        told = step(report, f"api.test.{name}")
        assert told.reason == "1 of 3 tests failed"
        assert sorted(c.suite for c in told.cases) == ["Hello.Tests.Every", "Hello.Tests.Every", "Hello.Tests.Failing"]
    assert {f.file for f in step(report, "api.format").findings} == {"tests/Both.Tests/Tests.cs"}
    assert "tests/Both.Tests/Both.Tests.csproj" in [remark.file for remark in report.remarks]


def test_a_hang_under_microsoft_testing_platform(env, tmp_path):
    """It leaves no report: the reason names the run that hung, and the other framework's tests are told."""
    app = apps.minimal(tmp_path / "app")
    apps.add_platform_project(app, "Platform.Tests", apps.xunit("Fine", "return;"))
    app.write("tests/Platform.Tests/Hanging.cs", f"#if NET10_0\n{apps.HANGS}#endif\n")
    app.write("pipeline.yaml", "dotnet: {format: false}\ntest: {timeout_minutes: 1}\n")

    code, report = ci(app, env)

    told = step(report, "api.test.Platform.Tests")
    assert (code, told.status.value) == (ExitCode.RED, "failed")
    assert told.reason.startswith("did not end within 60 s; did not finish: Platform.Tests.dll (net10.0)")
    assert [case.suite for case in told.cases] == ["Hello.Tests.Fine"]
    assert marked(env) == []


def test_a_stale_nuget_lock_file(env, tmp_path):
    """A package that the lock file does not know is refused, not resolved anew."""
    app = apps.minimal(tmp_path / "app")
    apps.outdate_nuget_lock(app)

    code, report = ci(app, env)

    assert code == ExitCode.RED
    assert states(report)["api.restore"] == "failed"
    assert "NU1004" in {f.rule for f in step(report, "api.restore").findings}


def test_a_spa_with_three_faults(env, tmp_path):
    """Types, lint rules and tests each tell their own fault in one run."""
    app = apps.spa(tmp_path / "app")
    apps.keep_one_test(app)
    apps.break_types(app)
    apps.break_lint(app)
    apps.fail_vitest(app)

    code, report = ci(app, env)

    assert code == ExitCode.RED
    assert states(report) == {
        "spa.install": "passed",
        "spa.lint": "failed",
        "spa.types": "failed",
        "spa.test": "failed",
        "spa.build": "failed",
    }
    assert {(f.file, f.rule) for f in step(report, "spa.types").findings} == {("src/format.ts", "TS2322")}
    assert [c.name for c in step(report, "spa.test").cases if c.status.value == "failed"] == ["fails on purpose"]


@pytest.mark.parametrize(
    ("scripts", "open_"),
    [
        ({"test": "npm run before && npm run unit-tests", "before": "node -v", "unit-tests": "vitest run"}, None),
        ({"test": "npm run unit-tests && exit 3", "unit-tests": "vitest run"}, "of script test only unit-tests ran"),
        ({"test": "vitest run && exit 0"}, "which tests ran is not known: vitest is not the last command"),
    ],
)
def test_vitest_behind_other_scripts(scripts, open_, env, tmp_path):
    """Flags reach vitest through npm; where they cannot, that is said and nothing is red for it."""
    app = apps.spa(tmp_path / "app")
    apps.keep_one_test(app)
    apps.rewrite_scripts(app, {"lint": None, "type-check": None, "build": "mkdir dist"} | scripts)
    app.write("pipeline.yaml", "spa: {dist: dist}\n")

    code, report = ci(app, env)

    tests = step(report, "spa.test")
    assert (code, tests.status.value, tests.reason) == (ExitCode.GREEN, "passed", "")
    said = [line for line in report.not_proven if line.startswith("spa.test: ")]
    assert [line.startswith(f"spa.test: {open_}") for line in said] == ([True] if open_ else [])
    assert bool(tests.cases) != bool(open_ and open_.startswith("which"))


def test_a_build_that_leaves_nothing(env, tmp_path):
    """A build script that ends well without output is red: there is nothing to ship."""
    app = apps.spa(tmp_path / "app")
    apps.rewrite_scripts(app, {"lint": None, "type-check": None, "test": None})
    apps.build_nothing(app)

    code, report = ci(app, env)

    assert code == ExitCode.RED
    assert {id_ for id_, state in states(report).items() if state == "failed"} == {"spa.build"}
    assert step(report, "spa.build").reason == "left no folder dist, although the command ended with 0"


def test_an_interrupt_ends_every_process(env, tmp_path):
    """Ctrl-C while a test runs: exit code 130, one line, and nothing of it lives on."""
    app = apps.minimal(tmp_path / "app")
    app.write(f"{apps.TESTS}/Hanging.cs", apps.HANGS)
    app.write("pipeline.yaml", "dotnet: {format: false}\n")
    process = subprocess.Popen(
        command("ci", "--on", "host"),
        cwd=app.folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + SECONDS
    while not any("testhost" in line for line in marked(env)) and process.poll() is None and time.monotonic() < end:
        time.sleep(0.2)  # the only sign that the tests have begun is their process
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)

    assert (process.returncode, out) == (ExitCode.INTERRUPTED, "")
    assert err.splitlines()[-1] == "interrupted; every process it started was ended"
    assert "Traceback" not in err
    assert marked(env) == []


def everything_but(name, folder):
    """Return a PATH of links to all executables of this machine except one."""
    folder.mkdir()
    for place in os.environ["PATH"].split(os.pathsep):
        for tool in Path(place).glob("*"):
            link = folder / tool.name
            if tool.name != name and not link.is_symlink():
                link.symlink_to(tool.resolve())
    return str(folder)


def test_a_machine_without_any_tool_is_refused(env, tmp_path):
    """Where nothing of the plan can run, one clear error says what is missing: exit code 2, before anything runs."""
    app = apps.minimal(tmp_path / "app")

    done = pipeline(app, env | {"PATH": everything_but("dotnet", tmp_path / "tools")}, "ci", "--on", "host")

    assert (done.returncode, done.stdout) == (ExitCode.CONFIG, "")
    assert "P107 a tool is missing on this machine: not on PATH: dotnet" in done.stderr
    assert "what to do: " in done.stderr


def test_a_missing_tool_is_unavailable(env, tmp_path):
    """Without dotnet the SPA is still proven: the run is incomplete, exit code 3, and the missing tool is named."""
    app, spa = apps.both(tmp_path / "app")
    apps.keep_one_test(spa)

    code, report = ci(app, env | {"PATH": everything_but("dotnet", tmp_path / "tools")})

    assert (code, report.verdict) == (ExitCode.INCOMPLETE, ExitCode.INCOMPLETE)
    assert {states(report)[id_] for id_ in ("spa.install", "spa.lint", "spa.test", "spa.build")} == {"passed"}
    restore = step(report, "api.restore")
    assert (restore.status.value, restore.error_id, restore.reason) == (
        "unavailable",
        "P107",
        "`dotnet` is not on PATH",
    )
    assert any("`dotnet` is not on PATH" in line for line in report.not_proven)


def wrong_csproj(app):
    app.write("src/Hello.Web/Hello.Web.csproj", "<Project")


def wrong_json(app):
    app.write("client/package.json", '{"name": "x",}')


def unknown_key(app):
    app.write("pipeline.yaml", "dotnt: {}\n")


def two_solutions(app):
    """Each holds the web project, and one that the other does not hold."""
    app.write("src/Other/Other.csproj", app.read("src/Hello.Web/Hello.Web.csproj").replace("Sdk.Web", "Sdk"))
    second = app.read("Hello.sln").replace(r"tests\Hello.Tests\Hello.Tests", r"src\Other\Other")
    app.write("Second.sln", second.replace("Hello.Tests", "Other"))


def no_lock_file(app):
    app.write(
        "client/package.json",
        json.dumps({"name": "x", "scripts": {"build": "parcel build"}, "dependencies": {"react": "1"}}),
    )


def huge_file(app):
    app.write("src/Hello.Web/Hello.Web.csproj", f"<Project>{' ' * 1_100_000}</Project>")


def undecodable_text(app):
    (app.folder / "src/Hello.Web/Hello.Web.csproj").write_bytes(b"<Project>\xff\xfe\xfa</Project>")


@pytest.mark.parametrize(
    ("break_it", "id_", "words"),
    [
        (wrong_csproj, "P103", "src/Hello.Web/Hello.Web.csproj"),
        (wrong_json, "P104", "client/package.json"),
        (unknown_key, "P105", "dotnt"),
        (no_lock_file, "P106", "client holds package.json"),
        (huge_file, "P109", "src/Hello.Web/Hello.Web.csproj"),
        (undecodable_text, "P108", "src/Hello.Web/Hello.Web.csproj"),
        (two_solutions, "P102", "Second.sln"),
    ],
)
@pytest.mark.parametrize("verb", [("ci", "--on", "host"), ("plan",)], ids=["ci", "plan"])
def test_bad_input_is_one_clear_error(verb, break_it, id_, words, env, tmp_path):
    """An id, the place, what to do, exit code 2: before anything runs."""
    app = apps.minimal(tmp_path / "app")
    break_it(app)

    done = pipeline(app, env, *verb)

    assert done.returncode == ExitCode.CONFIG, done.stdout + done.stderr
    assert (done.stdout, done.stderr.split()[0]) == ("", id_)
    assert words in done.stderr
    assert "what to do: " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_is_not_there(env, tmp_path):
    """A wrong path is told as one."""
    app = apps.minimal(tmp_path / "app")

    done = pipeline(app, env, "ci", "nowhere", "--on", "host")

    assert (done.returncode, done.stderr.split()[0]) == (ExitCode.CONFIG, "P108")


def test_a_folder_that_must_not_be_read(env, tmp_path):
    """Missing permission on a source folder is told, not passed over in silence."""
    app = apps.minimal(tmp_path / "app")
    locked = app.folder / "src" / "Hello.Web"
    locked.chmod(0)
    # Root may read everything; without these capabilities it is a user like any other.
    plain = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    try:
        done = subprocess.run(
            [*plain, *command("plan")], cwd=app.folder, env=env, capture_output=True, text=True, check=False
        )
    finally:
        locked.chmod(0o755)

    assert (done.returncode, done.stderr.split()[0]) == (ExitCode.CONFIG, "P108")
    assert "src/Hello.Web: Permission denied" in done.stderr


def test_odd_files_are_no_obstacle(env, tmp_path):
    """A loop of links, a link out of the tree, and names that are no UTF-8 change nothing."""
    app = apps.minimal(tmp_path / "app")
    plain = pipeline(app, env, "plan", "--json")
    (app.folder / "src" / "loop").symlink_to("..")
    (app.folder / "src" / "self").symlink_to("self")
    (app.folder / "outside.csproj").symlink_to("/etc/passwd")
    (app.folder / os.fsdecode(b"caf\xe9.txt")).write_text("text")
    (app.folder / os.fsdecode(b"caf\xe9")).mkdir()
    (app.folder / os.fsdecode(b"caf\xe9/\xe9.props")).write_text(f"<Project Name={quoteattr('x')} />")

    odd = pipeline(app, env, "plan", "--json")

    assert (odd.returncode, odd.stderr) == (ExitCode.GREEN, "")
    assert odd.stdout == plain.stdout


def test_odd_files_do_not_stop_a_run(env, tmp_path):
    """The work copy takes such names as they are, and leaves out links that lead elsewhere."""
    app = apps.minimal(tmp_path / "app")
    app.write("pipeline.yaml", "dotnet: {format: false}\n")
    (app.folder / "src" / "loop").symlink_to("..")
    (app.folder / "src" / "self").symlink_to("self")
    (app.folder / "outside").symlink_to("/etc/passwd")
    (app.folder / os.fsdecode(b"caf\xe9.txt")).write_text("text")

    code, report = ci(app, env)

    assert code == ExitCode.GREEN, states(report)
