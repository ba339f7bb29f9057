"""What `dotnet format --verify-no-changes` found: its JSON report, or its log."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.parse import json_report
from pipeline.parse.model import Finding, Parsed, Severity
from pipeline.parse.msbuild import findings
from pipeline.parse.paths import relative
from pipeline.parse.text import lines

if TYPE_CHECKING:
    from collections.abc import Iterator

TOOL = "dotnet-format"
_HELP = "run `dotnet format` and commit the result"
# What an analyzer says begins with these words in the report, and without them in the log.
_HEAD = re.compile(r"^error [A-Za-z]{1,8}[0-9]{1,9}: ")
_UNLOADED = re.compile(r"^Required references did not load for (.{1,400}) or referenced project\.")
_PASSED_OVER = re.compile(r"^Could not format '(.{1,1000})'\. (Format currently supports .*)$")
_CRASHED = "Unhandled exception: "


def parse(text: str, root: str, prefix: str = "") -> Parsed:
    """Return the findings of `format-report.json` or, when the text is no JSON, of the log; they are equal."""
    if not text.lstrip("\ufeff \t\r\n").startswith(("[", "{")):
        return _log(text, root, prefix)
    report = json_report.read(text, "the dotnet format report")
    if isinstance(report, Parsed):
        return report
    return Parsed(findings=tuple(dict.fromkeys(_findings(report, root, prefix))))


def _log(text: str, root: str, prefix: str) -> Parsed:
    """Read the log, which alone tells what was not looked at: the exit code is 0 then, and the report `[]`."""
    said = lines(text)
    found = [replace(f, help=_HELP) if f.file and f.line else f for f in findings(text, root, prefix, tool=TOOL)]
    found += [_passed_over(match, root, prefix) for line in said if (match := _PASSED_OVER.match(line))]
    unloaded = (match[1] for line in said if (match := _UNLOADED.match(line)))
    crashes = (line.removeprefix(_CRASHED) for line in said if line.startswith(_CRASHED))
    problems = [f"dotnet format crashed: {why}" for why in crashes]
    problems += [f"required references did not load for {name}: its rules were not checked" for name in unloaded]
    return Parsed(findings=tuple(found), problems=tuple(dict.fromkeys(problems)), completed=not problems)


def _passed_over(match: re.Match[str], root: str, prefix: str) -> Finding:
    file = relative(match[1], root, prefix)
    return Finding(rule="not-formatted", severity=Severity.NOTE, message=match[2], tool=TOOL, file=file)


def _findings(report: list[object], root: str, prefix: str) -> Iterator[Finding]:
    for document in json_report.objects(report):
        file = relative(json_report.text(document.get("FilePath")), root, prefix)
        for change in json_report.objects(document.get("FileChanges")):
            line = json_report.positive(change.get("LineNumber"))
            yield Finding(
                rule=json_report.text(change.get("DiagnosticId")) or TOOL,
                severity=Severity.ERROR,
                message=_HEAD.sub("", json_report.text(change.get("FormatDescription"))),
                tool=TOOL,
                file=file,
                line=line if file else None,
                column=json_report.positive(change.get("CharNumber")) if file and line else None,
                help=_HELP,
            )
