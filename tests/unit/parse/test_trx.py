"""TRX of VSTest and of Microsoft.Testing.Platform."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from pipeline.parse.model import CaseResult, CaseStatus, Parsed
from pipeline.parse.trx import parse, seconds

if TYPE_CHECKING:
    from collections.abc import Callable

ABORTED = "The active test run was aborted. Reason: Test host process crashed"
INACTIVE = (
    "Data collector 'Blame' message: The specified inactivity time of 10 seconds has elapsed. "
    "Collecting hang dumps from testhost and its child processes."
)


def counts(parsed: Parsed) -> dict[str, int]:
    """Return how many cases ended how."""
    return dict(Counter(case.status.value for case in parsed.cases))


@pytest.mark.parametrize("run", ["vstest-17.14.1-xunit2", "vstest-17.14.1-xunit3", "mtp-2.5.2"])
def test_green_run(read: Callable[[str], str], run: str) -> None:
    """A green run has its cases and no problems, under each platform."""
    parsed = parse(read(f"{run}-pass.trx"), "/src")
    assert (counts(parsed), parsed.problems, parsed.completed) == ({"passed": 7, "skipped": 1}, (), True)


@pytest.mark.parametrize("run", ["vstest-17.14.1-xunit2", "vstest-17.14.1-xunit3", "mtp-2.5.2"])
def test_failing_tests_are_cases_and_not_problems(read: Callable[[str], str], run: str) -> None:
    """Both platforms repeat failing tests as errors of the run; they count once."""
    parsed = parse(read(f"{run}-fail.trx"), "/src")
    expected = {"passed": 5, "skipped": 1, "failed": 2}
    assert (counts(parsed), parsed.problems, parsed.completed) == (expected, (), True)


@pytest.mark.parametrize("run", ["vstest-17.14.1-xunit2", "vstest-17.14.1-xunit3", "mtp-2.5.2"])
def test_skips_carry_their_reason(read: Callable[[str], str], run: str) -> None:
    """The reason of a skip is the message, wherever the platform writes it."""
    cases = parse(read(f"{run}-pass.trx"), "/src").cases
    assert [case.message for case in cases if case.status is CaseStatus.SKIPPED] == ["later, see #12"]


def test_a_failed_case_in_full(read: Callable[[str], str]) -> None:
    """Class, name without the class, seconds, message and stack trace are read."""
    cases = {case.name: case for case in parse(read("vstest-17.14.1-xunit2-fail.trx"), "/src").cases}
    assert cases["Fails"] == CaseResult(
        suite="Demo.SumsTests",
        name="Fails",
        status=CaseStatus.FAILED,
        duration=0.0041847,
        message="Assert.Equal() Failure: Values differ\nExpected: 4\nActual:   3",
        details="   at Demo.SumsTests.Fails() in /src/vs8/SumsTests.cs:line 12\n"
        "   at System.RuntimeMethodHandle.InvokeMethod(Object target, Void** arguments, Signature sig, "
        "Boolean isConstructor)\n"
        "   at System.Reflection.MethodBaseInvoker.InvokeWithNoArgs(Object obj, BindingFlags invokeAttr)",
        file="vs8/SumsTests.cs",
        line=12,
    )


def test_theory_rows_keep_their_arguments(read: Callable[[str], str]) -> None:
    """Each row of a theory is a case of its own."""
    names = {case.name for case in parse(read("mtp-2.5.2-pass.trx"), "/src").cases}
    assert {"Abs(value: 1, expected: 1)", "Abs(value: -2, expected: 2)"} <= names


@pytest.mark.parametrize("run", ["xunit2-hang", "xunit3-hang", "xunit3-exit"])
def test_a_hung_or_crashed_run_is_no_green_run(read: Callable[[str], str], run: str) -> None:
    """The file lists only passes; the summary tells that the run was aborted, and why."""
    parsed = parse(read(f"vstest-17.14.1-{run}.trx"), "/src")
    assert counts(parsed) == {"passed": 6, "skipped": 1}
    assert (parsed.problems, parsed.completed) == ((ABORTED, INACTIVE), False)


def test_a_crash_can_lose_every_case(read: Callable[[str], str]) -> None:
    """Results of xunit 2 come in batches, so an early end leaves none; the abort is still told."""
    parsed = parse(read("vstest-17.14.1-xunit2-exit.trx"), "/src")
    assert parsed == Parsed(problems=(ABORTED,), completed=False)


@pytest.mark.parametrize(
    ("run", "reason"),
    [("failfast", "Process terminated. the process gives up"), ("stack", "Stack overflow.")],
)
def test_the_reason_of_a_crash_is_short(read: Callable[[str], str], run: str, reason: str) -> None:
    """Of a stack trace of many pages only the start becomes the problem."""
    (problem,) = parse(read(f"vstest-17.14.1-xunit2-{run}.trx"), "/src").problems
    assert problem.startswith(f"{ABORTED} : {reason}")
    assert problem.count("\n") <= 6


@pytest.mark.parametrize("run", ["failfast", "exit"])
def test_a_crash_under_the_testing_platform(read: Callable[[str], str], run: str) -> None:
    """Microsoft.Testing.Platform names the process that crashed."""
    parsed = parse(read(f"mtp-2.5.2-{run}.trx"), "/src")
    assert (counts(parsed), parsed.completed) == ({"passed": 6, "skipped": 1}, False)
    assert [problem.split(":")[0] for problem in parsed.problems] == ["Test host process pid"]


@pytest.mark.parametrize(
    "name",
    ["vstest-17.14.1-xunit2-nomatch", "vstest-17.14.1-xunit3-no-tests", "mtp-2.5.2-no-tests"],
)
def test_a_run_without_tests_is_empty(read: Callable[[str], str], name: str) -> None:
    """No tests: no cases and no problems, whatever the platform calls it; the judge decides."""
    assert parse(read(f"{name}.trx"), "/src") == Parsed()


def report(results: str, summary: str = '<ResultSummary outcome="Completed"/>') -> str:
    """Return a small TRX."""
    namespace = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010"
    return f'<TestRun xmlns="{namespace}"><Results>{results}</Results>{summary}</TestRun>'


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        ("Passed", CaseStatus.PASSED),
        ("NotExecuted", CaseStatus.SKIPPED),
        ("Inconclusive", CaseStatus.SKIPPED),
        ("Failed", CaseStatus.FAILED),
        ("Timeout", CaseStatus.FAILED),
        ("Aborted", CaseStatus.FAILED),
        ("Error", CaseStatus.FAILED),
        ("SomethingNew", CaseStatus.FAILED),
        ("", CaseStatus.FAILED),
    ],
)
def test_outcomes(outcome: str, status: CaseStatus) -> None:
    """An outcome that nobody knows is a failure, never a pass."""
    (case,) = parse(report(f'<UnitTestResult testName="a" outcome="{outcome}"/>'), "/src").cases
    assert case.status is status


def test_a_data_driven_parent_does_not_count() -> None:
    """MSTest lists rows below a parent result; only the rows are cases."""
    row = '<UnitTestResult testName="{}" outcome="Passed"/>'
    parent = f'<UnitTestResult testName="a" outcome="Passed"><InnerResults>{row.format("a (1)")}{row.format("a (2)")}'
    parsed = parse(report(f"{parent}</InnerResults></UnitTestResult>"), "/src")
    assert [case.name for case in parsed.cases] == ["a (1)", "a (2)"]


@pytest.mark.parametrize("outcome", ["Failed", "Aborted", "Timeout", ""])
def test_a_red_summary_without_a_reason_is_a_problem(outcome: str) -> None:
    """A summary that says Failed over nothing but passes is never green."""
    text = report('<UnitTestResult testName="a" outcome="Passed"/>', f'<ResultSummary outcome="{outcome}"/>')
    parsed = parse(text, "/src")
    assert parsed.problems == (f"the test run ended as {outcome or 'unknown'} although no test failed",)
    assert not parsed.completed


def test_an_aborted_run_with_a_failed_test_stays_incomplete() -> None:
    """A failed test explains `Failed`, not `Aborted`."""
    text = report('<UnitTestResult testName="a" outcome="Failed"/>', '<ResultSummary outcome="Aborted"/>')
    assert not parse(text, "/src").completed


def test_a_missing_summary_is_a_problem() -> None:
    """Without a summary nobody knows whether the run ended."""
    parsed = parse(report("", summary=""), "/src")
    assert (parsed.problems, parsed.completed) == (("the TRX report has no summary: the run was cut off",), False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("00:00:01.5000000", 1.5), ("01:02:03", 3723.0), ("1.00:00:00.5", 86400.5), ("", 0.0), ("soon", 0.0)],
)
def test_durations(text: str, expected: float) -> None:
    """Durations are seconds; what is none counts nothing."""
    assert seconds(text) == expected
