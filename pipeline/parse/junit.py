"""JUnit XML, as vitest and many others write it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.parse import frames, xml_report
from pipeline.parse.model import CaseResult, CaseStatus, Parsed
from pipeline.parse.text import brief, clean, first_line, title

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_DIFFERENCE = re.compile(r"^- Expected(?: .*)?\n\+ Received(?: .*)?\n\n(.+?)\n(?:\n|\Z)", re.MULTILINE | re.DOTALL)
# One value each: the message says them.
ONE_EACH = 1


def parse(text: str, root: str, prefix: str = "") -> Parsed:
    """Return the cases of one JUnit file; a count of failures without cases becomes a problem.

    An error outside of any test (vitest: an unhandled rejection) is not in this file at all: only the
    tool's exit code tells it.
    """
    document = xml_report.read(text, "the JUnit report", "testsuites", "testsuite")
    if isinstance(document, Parsed):
        return document
    suites = list(xml_report.every(document, "testsuite"))
    cases = tuple(
        _case(suite, case, root, prefix) for suite in suites for case in suite if xml_report.local(case) == "testcase"
    )
    problems = tuple(problem for suite in suites for problem in _problems(suite))
    return Parsed(cases=cases, problems=problems)


def _case(suite: Element, case: Element, root: str, prefix: str) -> CaseResult:
    outcome = _outcome(case)
    status, reason = outcome or (CaseStatus.PASSED, None)
    body = xml_report.content(reason)
    message = (reason.get("message") if reason is not None else "") or first_line(body)
    name = title(case.get("classname") or suite.get("name") or "")
    place = frames.javascript(body, name, root, prefix) if status is CaseStatus.FAILED else None
    return CaseResult(
        suite=name,
        name=title(case.get("name", "")),
        status=status,
        duration=xml_report.number(case.get("time")),
        message=brief(message + _difference(body), lines=20),
        details=brief(body, lines=40, chars=8_000) if status is CaseStatus.FAILED else "",
        file=place[0] if place else None,
        line=place[1] if place else None,
    )


def _difference(body: str) -> str:
    """Return what differs, where the message alone cannot tell: vitest shortens the values in it."""
    found = _DIFFERENCE.search(clean(body))
    return f"\n- Expected\n+ Received\n{found[1].rstrip()}" if found and found[1].count("\n") > ONE_EACH else ""


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
        yield f"suite {title(suite.get('name', ''))[:200]} counts {counted} failures and lists {listed}"
