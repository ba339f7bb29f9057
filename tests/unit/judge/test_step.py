from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.judge.model import Execution, Status, count
from pipeline.judge.step import judge, total
from pipeline.parse.model import CaseStatus, Coverage
from pipeline.plan.model import Output
from tests import samples

GREEN_TRX = samples.trx("Passed", "Passed")
MSBUILD_ERROR = "/src/src/Cart.cs(7,9): error CS0103: The name 'x' does not exist [/src/src/Shop.csproj]\n"
NETWORK = "error : Unable to load the service index for source https://n.test/ (Connection refused)\n"


@pytest.fixture
def fixture():
    """Return a reader of stored outputs."""
    return lambda name: (Path(__file__).parents[2] / "fixtures" / name).read_text(encoding="utf-8")


def _tests(*reports: str, **more: object):
    files = tuple((f"Shop{n}.trx", text) for n, text in enumerate(reports))
    return judge(samples.step(), samples.execution(files=files, **more))


def _build(log: str = "", **more: object):
    return judge(samples.plain_step(log="msbuild"), samples.execution(step="api.build", log=log, **more))


def _restore(log: str = "", **more: object):
    step = samples.plain_step("api.restore", log="msbuild", fetches=True)
    return judge(step, samples.execution(step="api.restore", log=log, **more))


def test_passed():
    """Exit code 0 and a complete report of passing cases is green, with nothing to explain."""
    result = _tests(GREEN_TRX)
    assert (result.status, result.reason, result.error_id, result.tail) == (Status.PASSED, "", "", "")
    assert [case.name for case in result.cases] == ["Case0", "Case1"]


def test_what_the_runner_saw_is_kept():
    """Id, proof, time, command, attempts, exit code and where it came from reach the report."""
    result = _tests(GREEN_TRX, cached=True, attempts=2)
    assert (result.id, result.proves) == ("api.test.Shop.Tests", "the tests of Shop.Tests pass")
    assert (result.duration, result.ran_at, result.cached, result.attempts) == (2.5, 100.0, True, 2)
    assert (result.command, result.exit_code, result.folder) == (("dotnet", "test"), 0, ".")


def test_time_never_runs_backwards():
    """A clock that was set back gives no negative duration."""
    assert _build(started=10.0, ended=9.0).duration == 0.0


def test_a_step_without_reports_is_green_by_its_exit_code():
    """A build has no cases and needs none."""
    assert _build("all fine\n").status is Status.PASSED


def test_an_exit_code_is_red():
    """A command that ends with a code is red although it printed nothing we understand, with its last lines."""
    result = _build("one\ntwo\n", exit_code=3)
    assert (result.status, result.reason, result.error_id) == (Status.FAILED, "exit code 3", "")
    assert result.tail == "one\ntwo"


def test_a_folder_that_is_not_there_is_red():
    """A build that ends well and leaves nothing has built nothing."""
    result = _build("all fine\n", missing=("client/dist",))
    assert (result.status, result.error_id) == (Status.FAILED, "")
    assert result.reason == "left no folder client/dist, although the command ended with 0"


def test_an_exit_code_counts_the_errors_found():
    """The reason says how many errors the log names; they are findings with a place in the repository."""
    result = _build(MSBUILD_ERROR, exit_code=1)
    assert result.reason == "exit code 1, 1 error"
    assert [(f.rule, f.file, f.line) for f in result.findings] == [("CS0103", "src/Cart.cs", 7)]


def test_a_finding_that_is_told_twice_counts_once():
    """MSBuild repeats its errors at the end of the log."""
    assert len(_build(MSBUILD_ERROR * 3, exit_code=1).findings) == 1


def test_the_tail_is_the_end_of_the_log():
    """A red step shows its last 40 lines, not all."""
    result = _build("".join(f"line {n}\n" for n in range(100)), exit_code=1)
    assert result.tail.split("\n") == [f"line {n}" for n in range(60, 100)]


def _at(root, log, **more):
    step = samples.plain_step(log="msbuild")
    return judge(step, samples.execution(exit_code=1, log=log, root=root, out="/run/x/out/api.build", **more))


def test_folders_of_the_run_are_not_shown():
    """They are gone after it: what is said about the source is said by its own paths."""
    log = (
        "/run/x/source/a.csproj : error NU1301: no answer for /run/x/source/a.csproj\n"
        "/run/x/source/a.csproj : error NU1301:   from /run/x/source/b [/run/x/source/Shop.sln]\n"
        "Results File: /run/x/out/api.build/a.trx\n"
    )
    result = _at("/run/x/source", log)
    assert result.findings[0].message == "no answer for a.csproj\n  from b"
    assert "/run/x" not in result.tail
    assert result.tail.splitlines()[-1] == "Results File: a.trx"


def test_folders_of_the_run_are_not_shown_by_tests_either():
    """Stack traces and messages quote files."""
    report = samples.trx("Failed", summary="Failed").replace(
        "/></Results>",
        "><Output><ErrorInfo><Message>no /run/x/a.json</Message><StackTrace>   at A.B() in /run/x/a.cs:line 3"
        "</StackTrace></ErrorInfo></Output></UnitTestResult></Results>",
    )
    (case,) = _tests(report, exit_code=1, root="/run/x").cases
    assert (case.message, case.details, case.file) == ("no a.json", "   at A.B() in a.cs:line 3", "a.cs")


@pytest.mark.parametrize(
    ("log", "more", "expected"),
    [
        (MSBUILD_ERROR, {}, True),
        ("nothing that a parser knows", {}, False),
        (MSBUILD_ERROR.replace("error", "warning"), {}, False),
        (MSBUILD_ERROR, {"exit_code": 137}, False),
        (MSBUILD_ERROR, {"timed_out": True}, False),
        (MSBUILD_ERROR, {"exit_code": 0}, False),
    ],
)
def test_errors_with_a_place_explain_a_red_step(log, more, expected):
    """Then its last lines say nothing new; a step that was ended from outside is never explained by them."""
    assert _build(log, **({"exit_code": 1} | more)).explained is expected


@pytest.mark.parametrize(
    ("checks", "log", "expected"),
    [
        (True, MSBUILD_ERROR, True),
        (True, f"{MSBUILD_ERROR}\nsh: 1: eslint: not found", False),
        (False, MSBUILD_ERROR, False),
    ],
)
def test_errors_explain_a_check_that_ends_with_0(checks, log, expected):
    """`tsc || true` is red by its errors alone, and they are shown; what else is missing is in the log alone."""
    step = samples.plain_step("spa.types", log="msbuild", checks=checks, tool="node", outputs=())
    found = judge(step, samples.execution(step="spa.types", log=log, exit_code=0))
    assert found.explained is expected


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (samples.trx("Passed", "Failed", summary="Failed"), True),
        (samples.trx("Passed", "Failed", summary="Aborted", info="the host crashed"), False),
        (samples.trx("Passed"), False),
    ],
)
def test_failed_tests_explain_a_red_step(report, expected):
    """A crash beside them does not: its words are in the log alone."""
    assert _tests(report, exit_code=1).explained is expected


NONE = '<testsuites name="vitest tests" tests="0"></testsuites>'


@pytest.mark.parametrize("report", ["", NONE])
@pytest.mark.parametrize(
    "log", ["No test files found, exiting with code 1", "No test is available in /x.dll.", "Zero tests ran"]
)
def test_a_run_without_tests_says_so(log, report):
    """Neither an exit code nor an empty report tells a user that he has none."""
    files = (("junit.xml", report),)
    step = samples.plain_step("spa.test", outputs=(Output(path="junit.xml", kind="junit"),), wants_cases=True)
    result = judge(step, samples.execution(exit_code=1, log=f"x\n{log}\n", files=files))
    assert (result.status, result.reason) == (Status.FAILED, "no test was found (exit code 1)")


def test_a_run_that_could_not_begin_is_no_run_without_tests():
    """A broken configuration has no cases either."""
    step = samples.plain_step("spa.test", wants_cases=True)
    assert judge(step, samples.execution(exit_code=1, log="failed to load config")).reason == "exit code 1"


@pytest.mark.parametrize(
    ("tool", "line", "reason"),
    [
        ("node", "sh: 1: eslint: not found", "`eslint` was not found; is it in devDependencies? (exit code 127)"),
        ("node", "sh: eslint: command not found", "`eslint` was not found; is it in devDependencies? (exit code 127)"),
        ("node", "Error: the api was not found", "exit code 127"),
        ("dotnet", "sh: 1: node: not found", "exit code 127"),
    ],
)
def test_a_tool_that_no_package_brings(tool, line, reason):
    """A shell's 127 is the user's own; what lacks is named."""
    step = samples.plain_step(tool=tool)
    assert judge(step, samples.execution(exit_code=127, log=f"> lint\n> eslint .\n\n{line}\n")).reason == reason


def test_failed_cases_are_red():
    """Failing cases are the reason, whatever the exit code adds."""
    result = _tests(samples.trx("Passed", "Failed", summary="Failed"), exit_code=1)
    assert (result.status, result.reason) == (Status.FAILED, "1 of 2 tests failed")


def test_failed_cases_are_red_although_the_command_is_green():
    """A runner that ends with 0 after a failure does not make it green."""
    assert _tests(samples.trx("Failed", summary="Failed")).status is Status.FAILED


def test_a_failing_case_in_one_of_several_reports_is_red():
    """Every report that matches counts, not the first or the last."""
    reports = (GREEN_TRX, samples.trx("Failed", summary="Failed"), GREEN_TRX)
    result = _tests(*reports)
    assert (result.status, result.reason, len(result.cases)) == (Status.FAILED, "1 of 5 tests failed", 5)


def test_an_incomplete_run_with_only_passes_is_red():
    """A crashed test host lists only what passed before: its summary makes it red, although the exit code is 0."""
    result = _tests(samples.trx("Passed", "Passed", summary="Failed"))
    assert (result.status, result.reason) == (
        Status.FAILED,
        "the test run ended as Failed although no test failed",
    )


def test_an_error_of_the_run_is_told():
    """What the report says about the run itself is the reason."""
    result = _tests(samples.trx("Passed", summary="Failed", info="Test host process crashed"), exit_code=1)
    assert (result.status, result.reason) == (Status.FAILED, "Test host process crashed")


def test_failed_cases_and_a_crash_are_both_told():
    """A crash after a failure is not hidden behind the failure."""
    result = _tests(samples.trx("Failed", summary="Failed", info="Test host process crashed"), exit_code=1)
    assert result.reason == "1 of 1 test failed; Test host process crashed"


def test_a_report_that_is_cut_off_is_red():
    """Half a report proves nothing."""
    result = _tests(GREEN_TRX[: len(GREEN_TRX) // 2])
    assert result.status is Status.FAILED
    assert "not well-formed XML" in result.reason


def test_an_empty_report_is_red():
    """A report of no bytes proves nothing."""
    assert (_tests("").status, _tests("").reason) == (Status.FAILED, "the TRX report is empty")


def test_no_tests_is_red():
    """A green command that found no test is no proof."""
    result = _tests(samples.trx())
    assert (result.status, result.reason) == (
        Status.FAILED,
        "no test was found, although the command ended with 0",
    )


def test_a_missing_report_is_red():
    """A green command that left no report is no proof."""
    result = _tests()
    assert (result.status, result.reason) == (
        Status.FAILED,
        "no test was found, although the command ended with 0",
    )


def test_every_test_skipped_is_red():
    """Skipped tests prove nothing, and the reason tells them from no tests."""
    result = _tests(samples.trx("NotExecuted", "NotExecuted"))
    assert (result.status, result.reason) == (
        Status.FAILED,
        "every test was skipped, although the command ended with 0",
    )


def test_some_tests_skipped_is_green():
    """One passing test is a proof; the skipped ones are counted."""
    result = _tests(samples.trx("Passed", "NotExecuted"))
    assert (result.status, count(result.cases).skipped) == (Status.PASSED, 1)


def test_a_step_that_wants_no_cases_may_have_none():
    """Only test steps must bring cases."""
    step = samples.step(wants_cases=False)
    assert judge(step, samples.execution()).status is Status.PASSED


def test_a_timeout_is_red():
    """A command that did not end in time is the user's red, with the limit in the reason."""
    result = _tests(GREEN_TRX, exit_code=124, timed_out=True)
    assert (result.status, result.reason) == (Status.FAILED, "did not end within 60 s")


def test_a_timeout_names_what_did_not_finish(fixture):
    """The log of a run that hung says which one it was, when no report does."""
    step = samples.step(log="mtp-log")
    result = judge(step, samples.execution(log=fixture("mtp-2.5.2-hang.log"), exit_code=124, timed_out=True))
    assert result.status is Status.FAILED
    assert result.reason == (
        "did not end within 60 s; did not finish: Demo.Tests.dll (net10.0), after Demo.SumsTests.Fails"
    )


@pytest.mark.parametrize("code", [None, 124, 127, 137, -15])
def test_a_timeout_is_red_whatever_the_exit_code(code):
    """The runners end a command in different ways; a timeout is never `could not be started`."""
    assert _build(exit_code=code, timed_out=True).reason == "did not end within 60 s"


def test_a_timeout_is_red_before_anything_else_is_told():
    """What a stopped run left behind is not the reason."""
    result = _tests(samples.trx("Failed", summary="Failed"), exit_code=124, timed_out=True)
    assert result.reason == "did not end within 60 s"


@pytest.mark.parametrize(
    ("code", "log"),
    [
        (None, "dotnet: No such file or directory"),
        (127, "timeout: failed to run command 'dotnet': No such file or directory\n"),
        (126, "timeout: failed to run command 'dotnet': Permission denied\n"),
    ],
)
def test_a_tool_that_cannot_be_started_is_broken(code, log):
    """A missing executable is not the user's code."""
    result = _build(log, exit_code=code)
    assert (result.status, result.error_id) == (Status.BROKEN, "P107")
    assert result.reason == f"`dotnet` could not be started (exit code {code})"


@pytest.mark.parametrize("code", [126, 127])
def test_a_script_that_calls_a_missing_program_is_red(code):
    """`npm run lint` ends with 127 when eslint is not in package.json: that is the user's to mend."""
    result = _build("sh: 1: eslint: not found\n", exit_code=code)
    assert (result.status, result.reason, result.error_id) == (Status.FAILED, f"exit code {code}", "")


def test_infra_is_broken_with_its_id():
    """A fault of engine or registry names its error id and is nobody's red code."""
    result = _build(exit_code=None, infra="P402 cannot pull registry.test/sdk")
    assert (result.status, result.error_id, result.reason) == (
        Status.BROKEN,
        "P402",
        "cannot pull registry.test/sdk",
    )


def test_infra_without_an_id_is_our_bug():
    """A fault that nobody thought of still has an id."""
    result = _build(exit_code=None, infra="something odd")
    assert (result.status, result.error_id, result.reason) == (Status.BROKEN, "P700", "something odd")


def test_infra_beats_failing_cases():
    """When the infrastructure failed, what the reports say cannot be trusted to be complete."""
    result = _tests(samples.trx("Failed", summary="Failed"), exit_code=1, infra="P405 postgres did not start")
    assert (result.status, result.error_id) == (Status.BROKEN, "P405")


def test_a_failed_network_is_broken_for_a_step_that_fetches():
    """A restore that cannot reach its source is no red code, and says how often it was tried."""
    result = _restore(NETWORK, exit_code=1, attempts=3)
    assert (result.status, result.error_id) == (Status.BROKEN, "P403")
    assert result.reason == "n.test could not be reached (3 attempts)"


@pytest.mark.parametrize(("attempts", "expected"), [(1, "1 attempt"), (2, "2 attempts")])
def test_a_failed_network_without_a_server(attempts, expected):
    """Where no server is named the line itself is given, without the folder of this run."""
    log = "/src/a.csproj : error NU1301: read ECONNRESET\n"
    result = _restore(log, exit_code=1, attempts=attempts)
    assert result.reason == f"the network failed ({expected}): a.csproj : error NU1301: read ECONNRESET"


ABSENT = (
    "/src/t.csproj : error NU1101: Unable to find package coverlet.collector. No packages exist with this id in "
    "source(s): given [/src/a.sln]\n"
)


def _restore_of(feed, log):
    literals = (samples.literal(feed),) if feed else ()
    step = samples.plain_step("api.restore", log="msbuild", fetches=True, literals=literals)
    return judge(step, samples.execution(exit_code=1, log=log))


def test_a_given_folder_without_a_package_is_no_red_code():
    """Who gave the folder can mend it: the code is not wrong, and no nuget.config names a source."""
    result = _restore_of("${feed}", ABSENT)
    assert (result.status, result.error_id) == (Status.BROKEN, "P122")
    assert result.reason == "the folder given with --nuget-feed does not hold coverlet.collector"


def test_many_absent_packages_are_counted():
    """Three names tell whether it is the wrong folder."""
    log = "".join(ABSENT.replace("coverlet.collector", f"p{n}") for n in range(5))
    assert _restore_of("${feed}", log).reason.endswith("does not hold p0, p1, p2 and 2 more")


@pytest.mark.parametrize("feed", ["https://n.test/index.json", ""])
def test_a_source_without_a_package_is_red(feed):
    """Where nobody gave a folder, the name of the package or the repository's own sources are wrong."""
    assert _restore_of(feed, ABSENT).status is Status.FAILED


def test_a_failed_network_is_red_for_a_step_that_does_not_fetch():
    """A test that prints `Connection refused` is a red test."""
    assert _build(NETWORK, exit_code=1).status is Status.FAILED


def test_network_words_in_a_green_log_do_not_matter():
    """A restore that retried by itself and ended well is green."""
    assert _restore(NETWORK).status is Status.PASSED


def test_a_refused_login_is_red():
    """401 is a matter of configuration, not of the network."""
    log = "error : Response status code does not indicate success: 401 (Unauthorized).\n"
    assert _restore(log, exit_code=1).status is Status.FAILED


@pytest.mark.parametrize(
    ("log", "code", "expected"),
    [
        ("All good\n", 0, Status.PASSED),
        ("", 1, Status.FAILED),
        ("/src/a.cs(1,1): warning CS0168: unused [/src/a.csproj]\n", 0, Status.PASSED),
    ],
)
def test_warnings_inform_and_do_not_fail(log, code, expected):
    """Only errors, exit codes and reports make a step red."""
    assert _build(log, exit_code=code).status is expected


def test_an_error_in_the_log_is_red_although_the_command_is_green():
    """A script that swallows its tool's exit code (`eslint . || true`) does not turn errors green."""
    step = samples.step("spa.lint", log="msbuild", checks=True)
    seen = samples.execution(step="spa.lint", log=MSBUILD_ERROR)
    assert judge(step, seen).status is Status.FAILED


def test_coverage_is_read():
    """Covered and coverable lines of a complete run are counted, by file of the repository."""
    files = (("a.trx", GREEN_TRX), ("x/coverage.cobertura.xml", samples.cobertura("src/Cart.cs", 1, 0, 2)))
    result = judge(samples.step(), samples.execution(files=files))
    assert (result.coverage.covered, result.coverage.total) == (2, 3)
    assert [file.file for file in result.coverage.files] == ["src/Cart.cs"]


def test_coverage_that_is_written_twice_counts_once():
    """The coverlet collector leaves two copies of one report."""
    report = samples.cobertura("src/Cart.cs", 1, 0)
    files = (("a.trx", GREEN_TRX), ("a/x.cobertura.xml", report), ("b/x.cobertura.xml", report))
    assert judge(samples.step(), samples.execution(files=files)).coverage.total == 2


def test_coverage_of_an_incomplete_run_is_ignored():
    """A crashed run writes every line with no hit: 0 % would be a lie."""
    files = (
        ("a.trx", samples.trx("Passed", summary="Failed")),
        ("x.cobertura.xml", samples.cobertura("src/Cart.cs", 0, 0)),
    )
    assert judge(samples.step(), samples.execution(files=files, exit_code=1)).coverage == Coverage()


def test_coverage_of_a_complete_red_run_counts():
    """A failing test still covers lines."""
    files = (
        ("a.trx", samples.trx("Failed", summary="Failed")),
        ("x.cobertura.xml", samples.cobertura("src/Cart.cs", 1, 0)),
    )
    result = judge(samples.step(), samples.execution(files=files, exit_code=1))
    assert (result.status, result.coverage.percent) == (Status.FAILED, 50.0)


def test_only_declared_files_are_read():
    """A file that no output names is no evidence."""
    result = judge(samples.step(), samples.execution(files=(("other.xml", GREEN_TRX),)))
    assert result.cases == ()


def test_outputs_match_at_the_top_and_below():
    """`**/*.trx` is found directly in the folder too."""
    for path in ("a.trx", "deep/er/a.trx"):
        result = judge(samples.step(), samples.execution(files=((path, GREEN_TRX),)))
        assert len(result.cases) == 2


def test_outputs_without_a_parser_are_left_alone():
    """A folder is no report."""
    step = samples.plain_step(outputs=(Output(path="publish", kind="directory"),))
    assert judge(step, samples.execution(files=(("publish", "x"),))).status is Status.PASSED


FORMAT_REPORTS = tuple(Output(path=f"{n}/format-report.json", kind="dotnet-format", required=True) for n in (1, 2))


def _format(log: str = "", files: tuple[tuple[str, str], ...] = (("1/format-report.json", "[]"),), **more: object):
    step = samples.plain_step("api.format", log="dotnet-format", checks=True, outputs=FORMAT_REPORTS[: len(files) or 1])
    return judge(step, samples.execution(step="api.format", log=log, files=files, **more))


def test_a_report_that_is_required_and_not_there_is_red():
    """A tool that ends well without its report has looked at nothing."""
    assert _format().status is Status.PASSED
    result = _format(files=())
    assert (result.status, result.error_id) == (Status.FAILED, "")
    assert result.reason == "left no report 1/format-report.json, although the command ended with 0"


def test_each_required_report_is_missed():
    """Of two commands one may leave nothing."""
    result = _format(files=(("1/format-report.json", "[]"), ("other.json", "[]")))
    assert result.reason == "left no report 2/format-report.json, although the command ended with 0"


def test_a_missing_report_does_not_hide_why_the_command_failed():
    """A command that fails before it writes its report is red for its exit code."""
    assert _format("it broke\n", files=(), exit_code=1).reason == "exit code 1"


def test_errors_of_a_log_beside_an_empty_report_are_red():
    """`dotnet format` with exit code 0 and an empty report, and a log that says otherwise."""
    log = "/src/a.cs(3,15): error WHITESPACE: Fix whitespace formatting. Insert '\\n'. [/src/a.csproj]\n"
    result = _format(log)
    assert (result.status, [f.file for f in result.findings]) == (Status.FAILED, ["a.cs"])
    assert result.reason == "1 error, although the command ended with 0"


def test_a_finding_of_report_and_log_counts_once(fixture):
    """Both say the same."""
    seen = (("1/format-report.json", fixture("dotnet-10.0.401-format.json")),)
    assert len(_format(fixture("dotnet-10.0.401-format.log"), seen, exit_code=2).findings) == 18


def test_files_are_relative_to_the_root_also_from_a_work_folder():
    """A tool that runs in a subfolder names files from there; the report names them from the root."""
    step = samples.plain_step("spa.types", tool="node", log="tsc", workdir="client", commands=(("npm", "run", "t"),))
    log = "src/App.tsx(3,5): error TS2322: Type 'string' is not assignable to type 'number'.\n"
    result = judge(step, samples.execution(log=log, exit_code=2))
    assert [(f.file, f.line) for f in result.findings] == [("client/src/App.tsx", 3)]


def test_total_merges_the_coverage_of_all_steps():
    """One line covered by either of two steps is covered."""
    one = samples.result("a", coverage=samples.coverage(cart=((1, 1), (2, 0))))
    two = samples.result("b", coverage=samples.coverage(cart=((1, 0), (2, 3)), shop=((1, 0),)))
    merged = total((one, two))
    assert (merged.covered, merged.total) == (2, 3)


def test_count():
    """Each status is counted on its own, and all together."""
    cases = tuple(samples.case(status=s) for s in (*CaseStatus, CaseStatus.PASSED))
    counts = count(cases)
    assert (counts.passed, counts.failed, counts.skipped, counts.total) == (2, 1, 1, 4)


@settings(deadline=None)
@given(
    code=st.one_of(st.none(), st.integers(-64, 255)),
    log=st.text(max_size=200),
    report=st.one_of(st.none(), st.text(max_size=200), st.just(GREEN_TRX)),
    timed_out=st.booleans(),
    wants=st.booleans(),
)
def test_nothing_is_green_without_exit_code_0(code, log, report, timed_out, wants):
    """Whatever a tool leaves behind, the judge answers; it is green only for exit code 0 in time, and says why else."""
    files = () if report is None else (("a.trx", report),)
    seen = Execution(step="x", exit_code=code, log=log, files=files, timed_out=timed_out)
    result = judge(samples.step(wants_cases=wants), seen)
    if result.status is Status.PASSED:
        assert (code, timed_out) == (0, False)
        assert not wants or result.cases
    else:
        assert result.reason


def test_a_tool_that_says_why_it_could_not_look_is_believed():
    """Its exit code alone would call the user's code wrong."""
    step = samples.plain_step("api.migrations", log="ef-log")
    log = "error:   No DbContext named 'X' was found.\n"
    found = judge(step, samples.execution(step=step.id, log=log, exit_code=1))
    assert (found.status, found.reason) == (Status.UNAVAILABLE, "No DbContext named 'X' was found.")


def test_a_script_that_cannot_fail_is_unavailable_until_something_was_seen():
    """`jest || true` ends well whatever happens: without a single test case that is no green."""
    step = samples.plain_step("spa.test", unsure="its script `test` ends well whatever happens")
    assert judge(step, samples.execution(step=step.id)).status is Status.UNAVAILABLE
    assert judge(step, samples.execution(step=step.id)).reason == step.unsure


@pytest.mark.parametrize("line", ["sh: 1: jest: not found", "sh: jest: command not found", "/bin/sh: 1: tsc: not found",
                                  "bash: line 1: vite: command not found"])  # fmt: skip
def test_a_missing_program_is_no_success(line):
    """`|| true` behind it hides the exit code, not the shell's words."""
    step = samples.plain_step("spa.test", tool="node")
    found = judge(step, samples.execution(step=step.id, log=f"> test\n{line}\n"))
    assert (found.status, "was not found" in found.reason) == (Status.FAILED, True)
