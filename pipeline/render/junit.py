"""All test cases of a run as one JUnit file."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from pipeline.judge.model import Report, StepResult, count
from pipeline.parse.model import CaseStatus

# What XML 1.0 cannot hold, whatever a test prints.
FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(report: Report) -> str:
    """Return the JUnit XML: one suite per step that has cases."""
    root = ET.Element("testsuites", name=safe(report.app))
    for step in report:
        if step.cases:
            root.append(_suite(step))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(step: StepResult) -> ET.Element:
    counts = count(step.cases)
    numbers = {"tests": counts.total, "failures": counts.failed, "skipped": counts.skipped, "errors": 0}
    suite = ET.Element("testsuite", {"name": safe(step.id)} | {key: str(value) for key, value in numbers.items()})
    suite.set("time", f"{sum(c.duration for c in step.cases):.3f}")
    for case in step.cases:
        node = ET.SubElement(
            suite, "testcase", classname=safe(case.suite), name=safe(case.name), time=f"{case.duration:.3f}"
        )
        if case.file:
            node.set("file", safe(case.file))
        if case.line:
            node.set("line", str(case.line))
        if case.status is CaseStatus.FAILED:
            ET.SubElement(node, "failure", message=safe(case.message)).text = safe(case.details)
        elif case.status is CaseStatus.SKIPPED:
            ET.SubElement(node, "skipped", message=safe(case.message))
    return suite


def safe(value: str) -> str:
    """Return the text without characters that XML 1.0 cannot hold."""
    return FORBIDDEN.sub("\ufffd", value)
