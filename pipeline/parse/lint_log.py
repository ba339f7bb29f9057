"""ESLint's default text output ("stylish"), for a `lint` script that cannot be asked for JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.parse.model import Finding, Parsed, Severity
from pipeline.parse.paths import relative
from pipeline.parse.text import lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MESSAGE = re.compile(r"^ {1,8}([0-9]{1,9}):([0-9]{1,9}) {1,20}(error|warning) {1,20}(\S.*)$")
_RULE = re.compile(r"^(?:@?[a-z0-9][\w.-]*/)*[a-z0-9][\w.-]*$")
_CRASH = "Oops! Something went wrong"
_TOO_MANY = "ESLint found too many warnings"


def parse(text: str, root: str, prefix: str = "") -> Parsed:
    """Return the findings, and the lines that say why ESLint failed without any."""
    found = tuple(_findings(text, root, prefix))
    crash = _crash(lines(text))
    too_many = next((line for line in lines(text) if line.startswith(_TOO_MANY)), "")
    return Parsed(
        findings=found,
        problems=tuple(problem for problem in (crash, too_many) if problem),
        completed=not crash,
    )


def _crash(said: Sequence[str]) -> str:
    start = next((at for at, line in enumerate(said) if line.startswith(_CRASH)), None)
    if start is None:
        return ""
    reasons = (line.strip() for line in said[start + 1 :] if line.strip() and not line.startswith("ESLint: "))
    return f"ESLint crashed: {next(reasons, 'no reason given')}"


def _findings(text: str, root: str, prefix: str) -> Iterator[Finding]:
    heading = ""
    for line in lines(text):
        match = _MESSAGE.match(line)
        if match:
            yield _finding(match, relative(heading, root, prefix))
        elif line and not line.startswith((" ", "\t", ">", "npm ")):
            heading = line


def _finding(match: re.Match[str], file: str | None) -> Finding:
    message, _, rule = match[4].rstrip().rpartition("  ")
    if not message or not _RULE.match(rule):
        # A parsing error names no rule.
        message, rule = match[4], "parsing" if match[4].startswith("Parsing error") else "eslint"
    line = int(match[1]) or None
    return Finding(
        rule=rule,
        severity=Severity(match[3]),
        message=message.strip(),
        tool="eslint",
        file=file,
        line=line if file else None,
        column=int(match[2]) or None if file and line else None,
    )
