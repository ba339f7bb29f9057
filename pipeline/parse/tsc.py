"""What the TypeScript compiler prints, plain or pretty."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.parse.model import Finding, Parsed, Severity
from pipeline.parse.paths import relative
from pipeline.parse.text import lines

_PLAIN = re.compile(r"^(\S.*?)\(([0-9]{1,9}),([0-9]{1,9})\): (error|warning) (TS[0-9]{1,9}): (.*)$")
_PRETTY = re.compile(r"^(\S.*?):([0-9]{1,9}):([0-9]{1,9}) - (error|warning) (TS[0-9]{1,9}): (.*)$")
_GLOBAL = re.compile(r"^(?:()()())?(error|warning) (TS[0-9]{1,9}): (.*)$")


def parse(text: str, root: str, prefix: str = "") -> Parsed:
    """Return the errors; lines that explain one are part of its message."""
    found: list[Finding] = []
    open_message = False
    for line in lines(text):
        match = _PLAIN.match(line) or _PRETTY.match(line) or _GLOBAL.match(line)
        if match:
            found.append(_finding(match, root, prefix))
        elif open_message and line.startswith("  "):
            found[-1] = replace(found[-1], message=f"{found[-1].message}\n{line}")
        # An empty line ends the message; below it, pretty output shows the code.
        open_message = bool(match) or (open_message and line.startswith("  "))
    return Parsed(findings=tuple(dict.fromkeys(found)))


def _finding(match: re.Match[str], root: str, prefix: str) -> Finding:
    name, line, column, severity, rule, message = match.groups()
    file = relative(name or "", root, prefix)
    return Finding(
        rule=rule,
        severity=Severity(severity),
        message=message,
        tool="tsc",
        file=file,
        line=int(line) or None if file else None,
        column=int(column) or None if file else None,
    )
