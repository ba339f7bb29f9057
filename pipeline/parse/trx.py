"""TRX, the test report of VSTest and of Microsoft.Testing.Platform."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.parse import frames, xml_report
from pipeline.parse.model import CaseResult, CaseStatus, Parsed
from pipeline.parse.text import brief, first_line, title

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from xml.etree.ElementTree import Element

_STATUS = {
    "Passed": CaseStatus.PASSED,
    "PassedButRunAborted": CaseStatus.PASSED,
    "Completed": CaseStatus.PASSED,
    "Warning": CaseStatus.PASSED,
    "NotExecuted": CaseStatus.SKIPPED,
    "NotRunnable": CaseStatus.SKIPPED,
    "Inconclusive": CaseStatus.SKIPPED,
}
_FINISHED = {"Completed", "Passed", "Warning"}
# Microsoft.Testing.Platform repeats its exit code: 2 is failed tests (they are listed), 8 is no tests.
_EXIT_CODE = re.compile(r"^Exit code indicates failure: '([28])'")
_NO_TESTS = "8"
_DURATION = re.compile(r"^(?:([0-9]{1,6})\.)?([0-9]{1,4}):([0-9]{1,2}):([0-9]{1,2}(?:\.[0-9]{1,12})?)$")


def parse(text: str, root: str, prefix: str = "") -> Parsed:
    """Return the cases of one TRX file, and the reasons why its run is not complete.

    A run whose test host hung or crashed lists only what passed before; only the summary says `Failed`.
    """
    del prefix  # stack traces are absolute
    document = xml_report.read(text, "the TRX report", "TestRun")
    if isinstance(document, Parsed):
        return document
    suites = _suites(document)
    cases = tuple(_case(result, suites, root) for result in _results(document))
    failed = any(case.status is CaseStatus.FAILED for case in cases)
    problems = tuple(dict.fromkeys(_problems(document, failed=failed)))
    return Parsed(cases=cases, problems=problems, completed=not problems)


def _suites(document: Element) -> Mapping[str, str]:
    suites = {}
    for definition in xml_report.every(document, "UnitTest"):
        method = xml_report.first(definition, "TestMethod")
        if method is not None:
            # MSTest writes an assembly-qualified name.
            suites[definition.get("id", "").lower()] = method.get("className", "").partition(",")[0].strip()
    return suites


def _results(document: Element) -> Iterator[Element]:
    for result in xml_report.every(document, "UnitTestResult"):
        # A data-driven parent repeats what its rows say.
        if xml_report.first(result, "InnerResults") is None:
            yield result


def _case(result: Element, suites: Mapping[str, str], root: str) -> CaseResult:
    name = title(result.get("testName", ""))
    suite = title(suites.get(result.get("testId", "").lower(), ""))
    status = _STATUS.get(result.get("outcome", ""), CaseStatus.FAILED)
    message = xml_report.content(xml_report.first(result, "Message"))
    if status is CaseStatus.SKIPPED and not message:
        # Microsoft.Testing.Platform writes the reason of a skip to the output.
        message = xml_report.content(xml_report.first(result, "StdOut"))
    if status is CaseStatus.FAILED and not message:
        message = f"outcome: {result.get('outcome') or 'none'}"
    trace = xml_report.content(xml_report.first(result, "StackTrace"))
    place = frames.dotnet(trace, suite, root) if status is CaseStatus.FAILED else None
    return CaseResult(
        suite=suite,
        name=name.removeprefix(f"{suite}.") if suite else name,
        status=status,
        duration=seconds(result.get("duration", "")),
        message=brief(message),
        details=brief(trace, lines=40, chars=8_000),
        file=place[0] if place else None,
        line=place[1] if place else None,
    )


def _problems(document: Element, *, failed: bool) -> Iterator[str]:
    summary = xml_report.first(document, "ResultSummary")
    if summary is None:
        yield "the TRX report has no summary: the run was cut off"
        return
    outcome = summary.get("outcome", "")
    reasons = list(_run_errors(summary, finished=outcome in _FINISHED))
    codes = {match[1] for reason in reasons if (match := _EXIT_CODE.match(reason))}
    serious = [reason for reason in reasons if not _EXIT_CODE.match(reason)]
    yield from serious
    # Whether a run without tests is fine is not decided here.
    explained = bool(serious) or _NO_TESTS in codes or (failed and outcome == "Failed")
    if outcome not in _FINISHED and not explained:
        yield f"the test run ended as {outcome or 'unknown'} although no test failed"


def _run_errors(summary: Element, *, finished: bool) -> Iterator[str]:
    for info in xml_report.every(summary, "RunInfo"):
        text = xml_report.content(info).strip()
        # xunit repeats each failing test as an error of the run; the test itself is listed.
        if info.get("outcome") == "Error" and not first_line(text).endswith("[FAIL]"):
            yield brief(text, lines=6, chars=600) or "the test run reported an error without a text"
        elif not finished and "inactivity time" in text:
            yield first_line(text)


def seconds(duration: str) -> float:
    """Return `[d.]hh:mm:ss.fffffff` in seconds; 0 for anything else."""
    match = _DURATION.match(duration)
    if match is None:
        return 0.0
    days, hours, minutes = (int(part or 0) for part in match.groups()[:3])
    return days * 86_400 + hours * 3_600 + minutes * 60 + float(match[4])
