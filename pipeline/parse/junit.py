"""JUnit XML, as vitest and many others write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.parse import xml_report
from pipeline.parse.model import CaseResult, CaseStatus, Parsed
from pipeline.parse.text import brief, first_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element


def parse(text: str, root: str, prefix: str = "") -> Parsed:
    """Return the cases of one JUnit file; a count of failures without cases becomes a problem.

    An error outside of any test (vitest: an unhandled rejection) is not in this file at all: only the
    tool's exit code tells it.
    """
    del root, prefix  # suites keep the name that the tool gave them
    document = xml_report.read(text, "the JUnit report", "testsuites", "testsuite")
    if isinstance(document, Parsed):
        return document
    suites = list(xml_report.every(document, "testsuite"))
    cases = tuple(_case(suite, case) for suite in suites for case in suite if xml_report.local(case) == "testcase")
    problems = tuple(problem for suite in suites for problem in _problems(suite))
    return Parsed(cases=cases, problems=problems)


def _case(suite: Element, case: Element) -> CaseResult:
    outcome = _outcome(case)
    status, reason = outcome or (CaseStatus.PASSED, None)
    body = xml_report.content(reason)
    message = (reason.get("message") if reason is not None else "") or first_line(body)
    return CaseResult(
        suite=case.get("classname") or suite.get("name") or "",
        name=case.get("name", ""),
        status=status,
        duration=xml_report.number(case.get("time")),
        message=brief(message),
        details=brief(body, lines=40, chars=8_000) if status is CaseStatus.FAILED else "",
    )


def _outcome(case: Element) -> tuple[CaseStatus, Element] | None:
    for name in ("failure", "error"):
        found = xml_report.first(case, name)
        if found is not None:
            return CaseStatus.FAILED, found
    skipped = xml_report.first(case, "skipped")
    return None if skipped is None else (CaseStatus.SKIPPED, skipped)


def _problems(suite: Element) -> Iterator[str]:
    if any(xml_report.local(child) == "testsuite" for child in suite):
        return  # an outer suite counts what its inner ones list
    counted = xml_report.whole(suite.get("failures")) + xml_report.whole(suite.get("errors"))
    outcomes = (_outcome(case) for case in suite if xml_report.local(case) == "testcase")
    listed = sum(1 for outcome in outcomes if outcome and outcome[0] is CaseStatus.FAILED)
    if counted > listed:
        yield f"suite {suite.get('name', '')[:200]} counts {counted} failures and lists {listed}"
