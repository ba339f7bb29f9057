"""The parts of a plan that have a verb of their own, each with what it needs and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.errors import SETTINGS_INVALID, PipelineError
from pipeline.plan import audits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipeline.plan.model import Plan

AUDIT, LINT, TEST, BUILD = "audit", "lint", "test", "build"
_FORMS = frozenset({"api.format", "spa.lint", "spa.types"})
_MADE = (".build", ".publish", ".migrations")
_TESTS = ("api.test", "spa.test")
_HALVES = frozenset({"api", "spa"})
# By the id of a step without its application.
_CHOSEN: Mapping[str, Callable[[str], bool]] = {
    LINT: _FORMS.__contains__,
    TEST: lambda id_: id_.startswith(_TESTS),
    BUILD: lambda id_: id_.endswith(_MADE),
}


def scans(part: str) -> bool:
    """Return whether a part has security scans in it."""
    return part in {"", AUDIT}


def only(planned: Plan, part: str) -> Plan:
    """Return a part of a plan; the whole for an empty name.

    Raises:
        PipelineError: P105, there is no such part.

    """
    if not part:
        return planned
    if part == AUDIT:
        return audits.only(planned)
    if part not in _CHOSEN:
        names = ", ".join(sorted((AUDIT, *_CHOSEN)))
        raise PipelineError(SETTINGS_INVALID, f"--part: expected one of {names}, got {part}")
    is_chosen = _CHOSEN[part]
    plan = planned.only(frozenset(step.id for step in planned if is_chosen(step.local)))
    local = [(off, off.id.rpartition("/")[2]) for off in planned.off]
    # What another part leaves out says nothing about this one.
    return replace(plan, off=tuple(off for off, id_ in local if is_chosen(id_) or id_ in _HALVES))
