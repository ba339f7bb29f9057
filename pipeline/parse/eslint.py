"""ESLint's JSON (`eslint --format json`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.parse import json_report
from pipeline.parse.model import Finding, Parsed, Severity
from pipeline.parse.paths import relative

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEVERITY = {2: Severity.ERROR, 1: Severity.WARNING}


def parse(text: str, root: str, prefix: str = "") -> Parsed:
    """Return the findings; output of npm before and after the list does no harm."""
    report = json_report.read(text, "the ESLint report")
    if isinstance(report, Parsed):
        return report
    return Parsed(findings=tuple(_findings(report, root, prefix)))


def _findings(report: list[object], root: str, prefix: str) -> Iterator[Finding]:
    for result in json_report.objects(report):
        file = relative(json_report.text(result.get("filePath")), root, prefix)
        for message in json_report.objects(result.get("messages")):
            yield _finding(message, file)


def _finding(message: dict[str, object], file: str | None) -> Finding:
    line = json_report.positive(message.get("line")) if file else None
    severity = message.get("severity")
    return Finding(
        rule=json_report.text(message.get("ruleId")) or ("parsing" if message.get("fatal") else "eslint"),
        severity=_SEVERITY.get(severity, Severity.NOTE) if isinstance(severity, int) else Severity.NOTE,
        message=json_report.text(message.get("message")),
        tool="eslint",
        file=file,
        line=line,
        column=json_report.positive(message.get("column")) if line else None,
    )
