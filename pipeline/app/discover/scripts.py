"""Scripts of package.json by the role they play."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.app.discover.calls import call_of, programs_of
from pipeline.app.model import Script

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

ROLES = {
    "build": ("build",),
    "lint": ("lint", "lint:ci", "eslint"),
    "type-check": ("type-check", "typecheck", "check-types", "tsc", "types", "check"),
    "test": ("test:ci", "test:run", "test:unit", "test", "unit"),
    "format": ("format:check", "format-check", "check:format", "prettier:check", "lint:prettier"),
    "e2e": ("test:e2e", "e2e", "e2e:ci", "cypress:run"),
}
# Names of a production build where there is no `build`.
BUILDS = ("build:production", "build:prod", "generate", "package", "prod", "production")

# A longer one is no script that a person wrote, and the patterns below are slow on it.
MAX_COMMAND = 4_000

_DEVELOPMENT = re.compile(r"--(?:mode|configuration|env|c)[ =]dev(?:elopment)?\b")
_BUILD_NAME = re.compile(r"(?:build|generate|package|prod|production|dist)(?:[:_-]\w+)?")
_LIKE_A_BUILD = re.compile(r"build|generate|dist|package|prod")
_FOREIGN = frozenset({"dotnet", "docker", "docker-compose", "make", "cd", "rm", "cp", "mkdir"})
_SERVES = re.compile(r"(?:preview|serve|start|dev|demo|watch|storybook)(?:[:_-].*)?")
_TEST_NAME = re.compile(r"(?:test|unit)(?:[:_-](?:ci|run|unit|coverage|cov|headless))?")
_CHECKS_TYPES = re.compile(r"\b(?:tsc|vue-tsc|svelte-check)\b")
_CHECKS_FORMAT = re.compile(r"\bprettier\b(?=.*\s(?:--check|-c|-l|--list-different)\b)|\bbiome\s+format\b(?!.*--write)")
_BROWSER = re.compile(r"\b(?:playwright|cypress|testcafe|protractor|ng\s+e2e|nightwatch)\b")
_NO_TEST = re.compile(r"\s*echo\b.*no test specified", re.IGNORECASE)
_OR_NOTHING = re.compile(r"\|\|\s*(?:true\b|:(?:\s|$)|exit\s+0\b|echo\b)")
_THEN_NOTHING = re.compile(r";\s*(?:exit\s+0|true|:)\s*$")
_ONLY_ECHO = re.compile(r"\s*(?:echo\b[^&|;]*|true|:|exit\s+0)\s*")
_CALL = re.compile(
    r"(?<![\w-])(?:npm|yarn|pnpm|bun)(?:\s+(?:--cwd|--prefix|--dir|-C)[ =]\S+|\s+--?[\w-]+)*"
    r"(?:\s+run(?:-script)?)?\s+([A-Za-z][\w:.-]*)"
)


def called(texts: Iterable[str], scripts: Mapping[str, object]) -> frozenset[str]:
    """Return the scripts that some text runs by a package manager."""
    return frozenset(found[1] for text in texts for found in _CALL.finditer(text) if found[1] in scripts)


def script_for(role: str, scripts: Mapping[str, object], run: AbstractSet[str] = frozenset()) -> Script | None:
    """Return the script of a role; among several that could be it, one that is run elsewhere goes first."""
    if role == "test":
        return _test(scripts, run)
    if role in _FINDERS:
        return _FINDERS[role](scripts)
    found = [script for name in ROLES[role] if (script := _script(name, scripts, role))]
    return min(found, key=lambda script: script.name not in run, default=None)


def builds(scripts: Mapping[str, object], run: AbstractSet[str] = frozenset()) -> tuple[Script, ...]:
    """Return the script of the production build; several when nothing tells which, none when there is none."""
    own = {name for name in scripts if _builds_something_else(name, scripts) is False}
    named = [name for name in sorted(run & own) if _BUILD_NAME.fullmatch(name) and not _SERVES.fullmatch(name)]
    usual = [*(["build"] if _is_production("build", scripts) else []), *BUILDS, "build"]
    order = [name for name in usual if name in (named or own)]
    # Others run a variant of `build`; where they never run `build` itself, theirs is the one.
    variants = [name for name in named if name.partition(":")[0] == "build"]
    if variants and "build" in own - set(named) and _is_production("build", scripts):
        order = ["build"]
    found = order[:1] or named or [name for name in scripts if name in own and _LIKE_A_BUILD.match(name)]
    return tuple(script for name in found if (script := _script(name, scripts)))


def _builds_something_else(name: str, scripts: Mapping[str, object]) -> bool:
    """Whether a script only starts programs of another trade, such as `dotnet build`."""
    programs = programs_of(name, scripts)
    return bool(programs) and set(programs) <= _FOREIGN


def _is_production(name: str, scripts: Mapping[str, object]) -> bool:
    script = _script(name, scripts)
    return script is not None and not _DEVELOPMENT.search(script.command)


def _test(scripts: Mapping[str, object], run: AbstractSet[str]) -> Script | None:
    named = [script for name in scripts if _TEST_NAME.fullmatch(name) and (script := _script(name, scripts, "test"))]
    units = [s for s in named if not _NO_TEST.match(s.command) and not _BROWSER.search(s.command)]
    left = units or [s for s in named if s.name == "test" and not _NO_TEST.match(s.command) and not _is_e2e(s)]
    order = ROLES["test"]

    def rank(script: Script) -> tuple[bool, bool, bool, int]:
        place = order.index(script.name) if script.name in order else len(order)
        return script.name not in run, script.call is None, not (script.call and script.call.dashes), place

    return min(left, key=rank, default=None)


def _type_check(scripts: Mapping[str, object]) -> Script | None:
    named = [script for name in ROLES["type-check"] if (script := _script(name, scripts))]
    return next((s for s in named if s.name != "check" or _CHECKS_TYPES.search(s.command)), None)


def _format(scripts: Mapping[str, object]) -> Script | None:
    named = [script for name in ROLES["format"] if (script := _script(name, scripts))]
    found = (script for name in scripts if (script := _script(name, scripts)) and name != "lint")
    by_command = [s for s in found if _CHECKS_FORMAT.search(s.command) and "&&" not in s.command]
    return next(iter([*named, *by_command]), None)


def _e2e(scripts: Mapping[str, object]) -> Script | None:
    named = [script for name in ROLES["e2e"] if (script := _script(name, scripts))]
    test = _script("test", scripts)
    return next(iter([*named, *([test] if test and _is_e2e(test) else [])]), None)


def _is_e2e(script: Script) -> bool:
    return bool(_BROWSER.search(script.command))


_FINDERS = {"type-check": _type_check, "format": _format, "e2e": _e2e}


def _script(name: str, scripts: Mapping[str, object], role: str = "") -> Script | None:
    command = scripts.get(name)
    if not isinstance(command, str) or not command.strip() or len(command) > MAX_COMMAND:
        return None
    return Script(name=name, command=command.strip(), call=call_of(role, name, scripts))


def cannot_fail(command: str) -> bool:
    """Whether a command line, or a part of it, turns every failure into success."""
    return bool(_OR_NOTHING.search(command) or _THEN_NOTHING.search(command) or _ONLY_ECHO.fullmatch(command))
