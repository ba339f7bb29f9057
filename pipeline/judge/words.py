"""The reason of a step that is not green, in a few words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.parse import network
from pipeline.parse.text import counted

if TYPE_CHECKING:
    from pipeline.judge.model import Execution
    from pipeline.plan.model import Step

MOST = 3
# What vitest, VSTest and Microsoft.Testing.Platform say, beside an empty report or none.
_NO_TESTS = re.compile(r"No test files found|No test is available|Zero tests ran")
# How a shell ends a script that calls a program which is not there.
NOT_FOUND = 127
# Behind `|| true` the words are all that is left of it.
_LACKING = re.compile(
    r"^(?:/bin/)?(?:ba|da)?sh: (?:line )?(?:\d+: )?([\w@./-]{1,100}): (?:command )?not found$", re.MULTILINE
)


def of_exit_code(step: Step, seen: Execution, mistakes: int) -> str:
    """Return what a command's end says, with what lacks or how many errors were found."""
    lacking = _LACKING.search(seen.log) if seen.exit_code == NOT_FOUND and step.tool == "node" else None
    if lacking:
        return f"`{lacking[1]}` was not found; is it in devDependencies? (exit code {seen.exit_code})"
    return f"exit code {seen.exit_code}" + (f", {counted(mistakes, 'error')}" if mistakes else "")


def of_lack(step: Step, seen: Execution) -> str:
    """Return what a step lacks although its command ended well: a program, a folder or a report."""
    if (lacking := _LACKING.search(seen.log)) and step.tool == "node":
        return f"`{lacking[1]}` was not found"
    if seen.missing:
        return f"left no folder {', '.join(seen.missing)}"
    lost = _lost(step, seen)
    return f"left no report {', '.join(lost)}" if lost else ""


def _lost(step: Step, seen: Execution) -> list[str]:
    """Return the reports that must be there and are not."""
    required = [output for output in step.outputs if output.required]
    return [output.path for output in required if not any(output.holds(path) for path, _ in seen.files)]


def of_no_tests(step: Step, seen: Execution) -> str:
    """Return that a step for tests found none, or nothing where its tool does not say so."""
    told = step.wants_cases and seen.exit_code and _NO_TESTS.search(seen.log)
    return f"no test was found (exit code {seen.exit_code})" if told else ""


def takes_folder(step: Step) -> bool:
    """Say whether a step takes its packages from a folder that the caller gave."""
    return any("${feed}" in literal.text for literal in step.literals)


def some(names: tuple[str, ...]) -> str:
    """Return the first of many names, and how many more there are."""
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    return ", ".join(names[:MOST]) + more


def of_network(seen: Execution, line: str) -> str:
    """Return the server that did not answer, or what was said where none was named."""
    attempts = counted(seen.attempts, "attempt")
    if server := network.host(seen.log):
        return f"{server} could not be reached ({attempts})"
    return f"the network failed ({attempts}): {line}"
