"""What `dotnet format --verify-no-changes` found: its JSON report, or its log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.parse import json_report
from pipeline.parse.model import Finding, Parsed, Severity
from pipeline.parse.msbuild import findings
from pipeline.parse.paths import relative

if TYPE_CHECKING:
    from collections.abc import Iterator

TOOL = "dotnet-format"
_HELP = "run `dotnet format` and commit the result"


def parse(text: str, root: str, prefix: str = "") -> Parsed:
    """Return the findings of `format-report.json` or, when the text is no JSON, of the log."""
    if not text.lstrip("\ufeff \t\r\n").startswith(("[", "{")):
        return Parsed(findings=findings(text, root, prefix, tool=TOOL))
    report = json_report.read(text, "the dotnet format report")
    if isinstance(report, Parsed):
        return report
    return Parsed(findings=tuple(dict.fromkeys(_findings(report, root, prefix))))


def _findings(report: list[object], root: str, prefix: str) -> Iterator[Finding]:
    for document in json_report.objects(report):
        file = relative(json_report.text(document.get("FilePath")), root, prefix)
        for change in json_report.objects(document.get("FileChanges")):
            line = json_report.positive(change.get("LineNumber"))
            yield Finding(
                rule=json_report.text(change.get("DiagnosticId")) or TOOL,
                severity=Severity.ERROR,
                message=json_report.text(change.get("FormatDescription")),
                tool=TOOL,
                file=file,
                line=line if file else None,
                column=json_report.positive(change.get("CharNumber")) if file and line else None,
                help=_HELP,
            )
