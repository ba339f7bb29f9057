"""The audit read back from the JSON report."""

from __future__ import annotations

from typing import Any

from pipeline.judge.audit.model import Audit, Covered, Gate, GateState, Judged, Outcome
from pipeline.parse.weakness import Component, Level, Package, Part, Place, Weakness, WeaknessKind


def read(data: dict[str, Any]) -> Audit:
    """Return the audit that `dataclasses.asdict` wrote."""
    return Audit(
        gates=tuple(Gate(**(g | {"state": GateState(g["state"]), "why": tuple(g["why"])})) for g in data["gates"]),
        weaknesses=tuple(_judged(j) for j in data["weaknesses"]),
        coverage=tuple(Covered(**(c | {"part": Part(c["part"])})) for c in data["coverage"]),
        components=tuple(_component(c) for c in data["components"]),
        anchor=data["anchor"],
    )


def _judged(data: dict[str, Any]) -> Judged:
    special = {
        "weakness": _weakness(data["weakness"]),
        "tools": tuple(data["tools"]),
        "outcome": Outcome(data["outcome"]),
    }
    return Judged(**(data | special))


def _weakness(data: dict[str, Any]) -> Weakness:
    special = {
        "kind": WeaknessKind(data["kind"]),
        "level": Level(data["level"]),
        "aliases": tuple(data["aliases"]),
        "path": tuple(data["path"]),
        "also": tuple(Place(**place) for place in data["also"]),
        "package": Package(**data["package"]) if data["package"] else None,
    }
    return Weakness(**(data | special))


def _component(data: dict[str, Any]) -> Component:
    return Component(**(data | {"package": Package(**data["package"]), "licences": tuple(data["licences"])}))
