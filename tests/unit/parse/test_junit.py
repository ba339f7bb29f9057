"""JUnit XML."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from pipeline.parse.junit import parse
from pipeline.parse.model import CaseResult, CaseStatus, Parsed

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("pass", {"passed": 6, "skipped": 2}),
        ("fail", {"passed": 4, "skipped": 2, "failed": 2}),
        ("load", {"passed": 4, "skipped": 2, "failed": 1}),
        ("hang", {"passed": 5, "skipped": 2, "failed": 1}),
        ("none", {}),
    ],
)
def test_vitest_counts(read: Callable[[str], str], run: str, expected: dict[str, int]) -> None:
    """Every test is counted once; a file that cannot be loaded is a failure."""
    parsed = parse(read(f"vitest-3.2.7-{run}.junit.xml"), "/src")
    assert (Counter(case.status.value for case in parsed.cases), parsed.problems) == (expected, ())


def test_a_failed_case_in_full(read: Callable[[str], str]) -> None:
    """File, name with its describe blocks, seconds, message and details are read."""
    cases = {case.name: case for case in parse(read("vitest-3.2.7-fail.junit.xml"), "/src", "web").cases}
    assert cases["sum > fails"] == CaseResult(
        suite="src/sum.test.ts",
        name="sum > fails",
        status=CaseStatus.FAILED,
        duration=0.01110842,
        message="expected 3 to be 4 // Object.is equality",
        details="AssertionError: expected 3 to be 4 // Object.is equality\n\n- Expected\n+ Received\n\n- 4\n+ 3\n\n"
        " \u276f src/sum.test.ts:9:74",
        file="web/src/sum.test.ts",
        line=9,
    )


def test_a_difference_of_several_lines_is_part_of_the_message() -> None:
    """Values are shortened in the message; what differs stands only in the text below."""
    body = "Error: expected {…}\n\n- Expected\n+ Received\n\n  {\n-   a: 1,\n+   a: 2,\n  }\n\n \u276f a.ts:1:1"
    text = f'<testsuite name="s"><testcase name="a"><failure message="expected">{body}</failure></testcase></testsuite>'
    (case,) = parse(text, "/src").cases
    assert case.message == "expected\n- Expected\n+ Received\n  {\n-   a: 1,\n+   a: 2,\n  }"


def test_an_unhandled_rejection_is_not_in_the_report(read: Callable[[str], str]) -> None:
    """Known trap: vitest exits with 1 over an all-green report, so the exit code must be looked at too."""
    assert {case.status for case in parse(read("vitest-3.2.7-reject.junit.xml"), "/src").cases} == {
        CaseStatus.PASSED,
        CaseStatus.SKIPPED,
    }


def test_an_error_counts_as_a_failure() -> None:
    """Other writers use `error` for exceptions; the first line of its text is the message."""
    text = '<testsuite name="s"><testcase name="a" time="2"><error>boom\nmore</error></testcase></testsuite>'
    (case,) = parse(text, "/src").cases
    assert (case.suite, case.status, case.message, case.duration) == ("s", CaseStatus.FAILED, "boom", 2.0)


def test_failures_that_are_counted_and_not_listed_are_a_problem() -> None:
    """A suite that counts an error and lists none is not green."""
    text = '<testsuites errors="1"><testsuite name="s" errors="1"><testcase name="a"/></testsuite></testsuites>'
    assert parse(text, "/src").problems == ("suite s counts 1 failures and lists 0",)


def test_nested_suites_count_once() -> None:
    """An outer suite repeats the counts of its inner ones."""
    inner = '<testsuite name="i" failures="1"><testcase name="a"><failure/></testcase></testsuite>'
    parsed = parse(f'<testsuite name="o" failures="1">{inner}</testsuite>', "/src")
    assert (len(parsed.cases), parsed.problems) == (1, ())


@pytest.mark.parametrize("time", ["", "nan", "inf", "-1", "1,5", "soon"])
def test_a_bad_duration_counts_nothing(time: str) -> None:
    """What is not a finite, positive number is no duration."""
    (case,) = parse(f'<testsuite><testcase name="a" time="{time}"/></testsuite>', "/src").cases
    assert case.duration == 0.0


def test_another_kind_of_xml_is_a_problem() -> None:
    """A file of another format under this name is said to be one."""
    expected = Parsed(problems=("the JUnit report is another kind of XML: its root is <html>",), completed=False)
    assert parse("<html/>", "/src") == expected


def test_names_are_one_line() -> None:
    """A name may hold line ends by entity: `::error::` behind one would be an order to the CI system."""
    text = (
        '<testsuites><testsuite name="s"><testcase classname="a&#13;::b" name="x&#13;::error::y&#10;z"/>'
        '<testcase name="many" classname=""/></testsuite></testsuites>'
    )
    assert [(case.suite, case.name) for case in parse(text, "/src").cases] == [
        ("a ::b", "x ::error::y z"),
        ("s", "many"),
    ]
