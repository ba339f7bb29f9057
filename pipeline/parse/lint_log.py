"""ESLint's default text output ("stylish"), for a `lint` script that cannot be asked for JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.parse.model import Finding, Parsed, Severity
from pipeline.parse.paths import relative
from pipeline.parse.text import lines

if TYPE_CHECKING:
    from collections.abc import Iterator

_MESSAGE = re.compile(r"^ {1,8}([0-9]{1,9}):([0-9]{1,9}) {1,20}(error|warning) {1,20}(\S.*)$")
_RULE = re.compile(r"^(?:@?[a-z0-9][\w.-]*/)*[a-z0-9][\w.-]*$")
_PROBLEM = re.compile(r"^(?:Oops! Something went wrong|ESLint found too many warnings|ESLint couldn't find)")


def parse(text: str, root: str, prefix: str = "") -> Parsed:
    """Return the findings, and the lines that say why ESLint failed without any."""
    found = tuple(_findings(text, root, prefix))
    problems = tuple(dict.fromkeys(line.strip() for line in lines(text) if _PROBLEM.match(line)))
    return Parsed(
        findings=found,
        problems=problems,
        completed=not any(problem.startswith(("Oops", "ESLint couldn't")) for problem in problems),
    )


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
