"""How an entry of the corpus is compared with what discovery says: right, asked, or silently wrong.

Asked is right only when the candidates hold the right answer; a question without it is as wrong as a wrong answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pipeline.app.model import Confidence, Fact

Facts = dict[str, Fact[Any]]
Test = Callable[[Any], bool]


class Outcome(Enum):
    RIGHT = "right"
    ASKED = "asked"
    WRONG = "silently wrong"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One fact of one repository."""

    name: str
    outcome: Outcome
    expected: Any
    found: Any


ROLES = {
    "build": "script build",
    "test": "script test",
    "lint": "script lint",
    "typecheck": "script type-check",
    "format_check": "script format",
    "e2e": "script e2e",
}
# Single values, compared as they are.
PLAIN = {
    "web_project": "web project",
    "sdk_version": "sdk version",
    "global_json": "global.json",
    "sdk_roll_forward": "sdk roll forward",
    "web_target_framework": "target framework",
    "central_package_management": "central package management",
    "frontend_dir": "spa folder",
    "package_manager": "package manager",
    "lockfile": "spa lock file",
    "migrates_at_startup": "migrates at start-up",
    "health_development_only": "health in development only",
}
# Sets of texts.
SETS = {
    "target_frameworks": "target frameworks",
    "test_projects": "test projects",
    "test_framework": "test frameworks",
    "lock_files": "lock files",
    "dockerfiles": "dockerfiles",
    "fly_toml": "fly configurations",
    "tests_outside_solution": "tests outside the solution",
    "other_deployables": "other deployables",
    "other_frontends": "other frontends",
}
# What the corpus leaves open: null there says that nobody looked, or that it does not apply.
OPEN_WHEN_NULL = frozenset({"migrates_at_startup", "health_development_only"})


def rows(entry: dict[str, Any], facts: Facts) -> list[Row]:
    """Compare every fact of an entry."""
    expected = entry["facts"] | entry["extra"]
    found = [
        _row(name, facts.get(fact), expected[name], _same(expected[name]))
        for name, fact in PLAIN.items()
        if expected[name] is not None or name not in OPEN_WHEN_NULL
    ]
    found += [_row(name, facts.get(fact), expected[name], _same_set(expected[name])) for name, fact in SETS.items()]
    return [
        *_solution(expected, facts),
        *found,
        *_tests(expected, facts),
        *_node(expected, facts),
        *_scripts(expected, facts),
        _nuget(expected, facts),
        *_docker(expected, facts),
        _migrations(expected, facts),
        _health(expected, facts),
        _services(expected, facts),
    ]


def _row(name: str, fact: Fact[Any] | None, expected: Any, is_right: Test) -> Row:
    if fact is None:
        # A fact that nobody tells is the same as none.
        return Row(name=name, outcome=Outcome.RIGHT if is_right(None) else Outcome.WRONG, expected=expected, found=None)
    if fact.confidence is Confidence.ASKED:
        known = any(is_right(candidate) for candidate in fact.candidates)
        outcome = Outcome.ASKED if known else Outcome.WRONG
        return Row(name=name, outcome=outcome, expected=expected, found=("asked", *fact.candidates))
    outcome = Outcome.RIGHT if is_right(fact.value) else Outcome.WRONG
    return Row(name=name, outcome=outcome, expected=expected, found=fact.value)


def _same(expected: Any) -> Test:
    return lambda value: value == expected


def _same_set(expected: list[str]) -> Test:
    return lambda value: set(value or ()) == set(expected)


def _solution(expected: dict[str, Any], facts: Facts) -> list[Row]:
    accepted = {*expected["acceptable_solutions"], expected["solution"]}
    ending = expected["solution_format"] if expected["solution_format"] != "none" else None
    return [
        _row("solution", facts.get("solution"), expected["solution"], lambda value: value in accepted),
        _row("solution_format", facts.get("solution"), ending,
             lambda value: value in accepted or (value or "").rpartition(".")[2] == (ending or "")),
    ]  # fmt: skip


def _tests(expected: dict[str, Any], facts: Facts) -> list[Row]:
    runner = [expected["test_runner"]] if expected["test_runner"] else []
    traps = set(expected["looks_like_test_but_is_not"])
    return [
        _row("test_runner", facts.get("test runners"), runner, _same_set(runner)),
        _row("looks_like_test_but_is_not", facts.get("test projects"), sorted(traps),
             lambda value: traps.isdisjoint(value or ())),
    ]  # fmt: skip


def _node(expected: dict[str, Any], facts: Facts) -> list[Row]:
    """Compare the major version; nothing is expected where no file says anything."""
    hint = (expected["node_version_hint"] or {}).get("value")
    return [_row("node_version_hint", facts.get("node as written"), hint, lambda value: _major(value) == _major(hint))]


def _major(written: str | None) -> str | None:
    found = re.search(r"\d+", written or "")
    return found[0] if found else written or None


def _scripts(expected: dict[str, Any], facts: Facts) -> list[Row]:
    scripts = expected["frontend_scripts"]
    wanted = {role: (scripts.get(role) or {}).get("script") for role in ROLES}
    return [_row(f"script {role}", facts.get(fact), wanted[role], _same(wanted[role])) for role, fact in ROLES.items()]


def _nuget(expected: dict[str, Any], facts: Facts) -> Row:
    """Look among all files: the corpus names a configuration without effect too."""
    wanted = expected["nuget_config"]
    return _row("nuget_config", facts.get("nuget.config files"), wanted,
                lambda value: wanted in (value or ()) if wanted else not value)  # fmt: skip


def _docker(expected: dict[str, Any], facts: Facts) -> list[Row]:
    wanted = expected["dockerfile_for_web"] or {}
    file, context = wanted.get("file"), wanted.get("context")
    found = [_row("dockerfile_for_web", facts.get("dockerfile of the web project"), file, _same(file))]
    # Words instead of a folder say what has to be made before; that is another fact.
    if context is None or " " not in context:
        found.append(_row("docker_context", facts.get("docker context"), context, _same(context)))
    return found


def _migrations(expected: dict[str, Any], facts: Facts) -> Row:
    wanted = expected["ef_migrations_project"]
    listed = [wanted] if isinstance(wanted, str) else wanted or []
    return _row("ef_migrations_project", facts.get("migrations projects"), listed, _same_set(listed))


def _health(expected: dict[str, Any], facts: Facts) -> Row:
    wanted = {"/" + path.strip("/") for path in expected["health_endpoints"]}
    return _row(
        "health_endpoints", facts.get("health endpoints"), sorted(wanted), lambda value: set(value or ()) == wanted
    )


def _services(expected: dict[str, Any], facts: Facts) -> Row:
    """Allow that what is optional is missing; a browser is a browser, whoever drives it."""
    every = [name.replace("playwright-", "") for name in expected["needs_services"]]
    needed = {name for name in every if "(optional)" not in name}
    allowed = {name.removesuffix(" (optional)") for name in every}
    return _row("needs_services", facts.get("services of the tests"), sorted(every),
                lambda value: needed <= set(value or ()) <= allowed)  # fmt: skip
