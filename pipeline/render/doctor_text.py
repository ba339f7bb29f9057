"""The checks of a machine, for people and for machines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.doctor.model import Level

if TYPE_CHECKING:
    from pipeline.doctor.model import Check

WORD = {Level.OK: "ok", Level.NOTE: "note", Level.PROBLEM: "PROBLEM"}


def text(checks: tuple[Check, ...]) -> str:
    """Return one line per check, and below it what mends it."""
    width = max(len(check.name) for check in checks)
    lines = []
    for check in checks:
        lines.append(f"  {WORD[check.level]:<8} {check.name:<{width}}  {check.found}")
        if check.mend:
            lines.append(f"  {'':<8} {'':<{width}}  -> {check.mend}")
    return "\n".join(lines) + "\n"


def as_json(checks: tuple[Check, ...]) -> str:
    """Return the checks as JSON."""
    content = [
        {"name": check.name, "level": check.level.value, "found": check.found, "mend": check.mend} for check in checks
    ]
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"
