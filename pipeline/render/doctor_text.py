"""The checks of a machine, for people and for machines."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from pipeline.doctor.judge import is_fit, problems
from pipeline.doctor.model import Level
from pipeline.parse.text import counted
from pipeline.render import harmless

if TYPE_CHECKING:
    from pipeline.doctor.model import Check

SCHEMA = 1
WORD = {Level.OK: "ok", Level.NOTE: "note", Level.PROBLEM: "PROBLEM"}


def text(checks: tuple[Check, ...]) -> str:
    """Return one line per check, below it what mends it, and at the end what it comes to."""
    width = max(len(check.name) for check in checks)
    lines = []
    for check in checks:
        lines.append(f"  {WORD[check.level]:<8} {check.name:<{width}}  {harmless.line(check.found)}")
        lines += [f"  {'':<8} {'':<{width}}  - {harmless.line(line)}" for line in check.more]
        if check.mend:
            lines.append(f"  {'':<8} {'':<{width}}  -> {check.mend}")
    return "\n".join([*lines, "", verdict(checks)]) + "\n"


def verdict(checks: tuple[Check, ...]) -> str:
    """Return what the checks come to, in one line."""
    if is_fit(checks):
        notes = sum(check.level is Level.NOTE for check in checks)
        return "ready: ci can run here" + (f" ({counted(notes, 'note')})" if notes else "")
    found = problems(checks)
    return f"{counted(len(found), 'problem')}: ci cannot run here, or not to its end ({names(found)})"


def names(checks: tuple[Check, ...]) -> str:
    """Return the names of checks, each once."""
    return ", ".join(dict.fromkeys(check.name for check in checks))


def as_json(checks: tuple[Check, ...]) -> str:
    """Return the checks as JSON."""
    content = {
        "schema": SCHEMA,
        "fit": is_fit(checks),
        "checks": [asdict(check) | {"level": check.level.value} for check in checks],
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"
