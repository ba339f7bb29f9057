"""What MSBuild prints: compilers, analyzers, NuGet and the SDK all use its one line form."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.parse.model import Finding, Parsed, Severity
from pipeline.parse.paths import relative
from pipeline.parse.text import lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SAYS = re.compile(r"(?:^|(?<=\S) ?: )(?:[A-Za-z]+ )?(error|warning)(?: ([A-Za-z][A-Za-z0-9._-]{1,40}))? ?: (.*)$")
_PLACE = re.compile(r"^(.+?)\(([0-9]{1,9})(?:,([0-9]{1,9}))?(?:[,-][0-9,-]{1,40})?\)$")
_PROJECT = re.compile(r" \[([^\[\]]+?(?:proj|\.sln[fx]?))(?:::[^\[\]]*)?\]$")
_NODE = re.compile(r"^(?:[0-9]{1,4}(?::[0-9]{1,4})?>)")

_HELP: Mapping[str, str] = {
    "NU1004": "run `dotnet restore --force-evaluate` on your machine and commit packages.lock.json",
    "NU1101": "check the package's name and the sources in nuget.config",
    "NU1102": "check the version; the line below shows what the source has",
    "NU1301": "check that this source can be reached and accepts the credentials; it is named by --nuget-feed, "
    "nuget.source in pipeline.yaml or nuget.config, and without them it is nuget.org",
    "NU1403": "a package differs from the one that was locked; restore again with --force-evaluate if that is right",
    "NETSDK1045": "the SDK is older than the target framework; raise the version in global.json",
    "MSB1009": "check the path of the project or solution",
    "MSB1003": "no project or solution in this folder; name one",
}


def parse(text: str, root: str, prefix: str = "") -> Parsed:
    """Return the errors and warnings of a `dotnet restore`, `build` or `publish` log, each once."""
    return Parsed(findings=findings(text, root, prefix, tool="msbuild"))


def findings(text: str, root: str, prefix: str, tool: str) -> tuple[Finding, ...]:
    """Return what a log in MSBuild's form says; its summary at the end repeats all, so each counts once."""
    return tuple(dict.fromkeys(_joined(_each(text, root, prefix, tool))))


def _each(text: str, root: str, prefix: str, tool: str) -> Iterator[Finding]:
    for line in lines(text):
        found = _SAYS.search(line)
        origin = _NODE.sub("", line[: found.start()].strip()) if found else ""
        if found and (found[2] or _PLACE.match(origin) or origin == "MSBUILD"):
            yield _finding(found, origin, root, prefix, tool)


def _finding(found: re.Match[str], origin: str, root: str, prefix: str, tool: str) -> Finding:
    severity, rule, message = found[1], found[2] or "", found[3]
    place = _PLACE.match(origin)
    project = _PROJECT.search(message)
    file = relative(place[1] if place else origin, root, prefix) if place or "/" in origin else None
    line = int(place[2]) or None if place and file else None
    column = int(place[3] or 0) or None if place and line else None
    if file is None and project:
        # Targets of the SDK raise it; the project is what the user can open.
        file = relative(project[1], root, prefix)
    return Finding(
        rule=rule or tool,
        severity=Severity(severity),
        message=_PROJECT.sub("", message).rstrip(),
        tool=tool,
        file=file,
        line=line,
        column=column,
        help=_HELP.get(rule, ""),
    )


def _joined(found: Iterator[Finding]) -> Iterator[Finding]:
    """Put a message of several lines together: MSBuild repeats the head before each, and indents the rest."""
    last: Finding | None = None
    for finding in found:
        if last and finding.message.startswith("  ") and _head(last) == _head(finding):
            last = replace(last, message=f"{last.message}\n{finding.message}")
            continue
        if last:
            yield last
        last = finding
    if last:
        yield last


def _head(finding: Finding) -> tuple[object, ...]:
    return finding.rule, finding.severity, finding.file, finding.line, finding.column
