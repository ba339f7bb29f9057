"""The sequence file that VSTest's blame collector leaves after a hang or a crash."""

from __future__ import annotations

from pipeline.parse import xml_report
from pipeline.parse.model import Parsed
from pipeline.parse.text import first_line


def parse(text: str, root: str, prefix: str = "") -> Parsed:
    """Return the tests that had started and did not finish, as problems."""
    del root, prefix  # it names tests, not files
    document = xml_report.read(text, "the blame sequence file", "TestSequence")
    if isinstance(document, Parsed):
        return document
    running = (
        first_line(test.get("DisplayName") or test.get("Name") or "a test without a name")
        for test in xml_report.every(document, "Test")
        if test.get("Completed", "").lower() != "true"
    )
    problems = tuple(f"did not finish: {name}" for name in dict.fromkeys(running))
    return Parsed(problems=problems, completed=not problems)
