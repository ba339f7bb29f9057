"""Scripts of package.json by the role they play."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.app.model import Script

if TYPE_CHECKING:
    from collections.abc import Mapping

ROLES = {
    "build": ("build",),
    "lint": ("lint", "lint:ci", "eslint"),
    "type-check": ("type-check", "typecheck", "check-types", "tsc", "types"),
    "test": ("test", "test:unit", "unit", "test:run", "test:ci"),
}

_NO_TEST = re.compile(r"\s*echo\b.*no test specified", re.IGNORECASE)
_OR_NOTHING = re.compile(r"\|\|\s*(?:true\b|:(?:\s|$)|exit\s+0\b|echo\b)")
_THEN_NOTHING = re.compile(r";\s*(?:exit\s+0|true|:)\s*$")
_ONLY_ECHO = re.compile(r"\s*(?:echo\b[^&|;]*|true|:|exit\s+0)\s*")
_RUN = re.compile(r"\bnpm\s+(?:run(?:-script)?\s+)([\w:.-]+)")


def script_for(role: str, scripts: Mapping[str, object]) -> Script | None:
    """Return the script of a role; for tests the first one whose tool is known goes first."""
    found = [_script(name, scripts) for name in ROLES[role]]
    present = [script for script in found if script]
    if role == "test":
        present = [script for script in present if not _NO_TEST.match(script.command)]
        present.sort(key=lambda script: test_tool(script, scripts) is None)
    return present[0] if present else None


def _script(name: str, scripts: Mapping[str, object]) -> Script | None:
    command = scripts.get(name)
    return Script(name=name, command=command.strip()) if isinstance(command, str) and command.strip() else None


def cannot_fail(command: str) -> bool:
    """Whether a command line, or a part of it, turns every failure into success."""
    return bool(_OR_NOTHING.search(command) or _THEN_NOTHING.search(command) or _ONLY_ECHO.fullmatch(command))


def test_tool(script: Script | None, scripts: Mapping[str, object]) -> str | None:
    """Return vitest or jest, also when the script only calls another one by `npm run`."""
    for _ in range(3):
        if script is None:
            return None
        if re.search(r"\bvitest\b", script.command):
            return "vitest"
        if re.search(r"\bjest\b|\breact-scripts\s+test\b", script.command):
            return "jest"
        called = _RUN.search(script.command)
        script = _script(called[1], scripts) if called else None
    return None
