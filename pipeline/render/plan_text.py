"""The plan for people and for machines."""

from __future__ import annotations

import json
import shlex
from dataclasses import asdict
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING

from pipeline.parse.text import counted
from pipeline.plan import shown
from pipeline.render import explain, remarks
from pipeline.settings import redact

if TYPE_CHECKING:
    from pipeline.app.model import App, Project
    from pipeline.plan.model import Plan, Step


SCHEMA = 1

# The facts that decide the steps.
NET = ("build target", "sdk", "web project", "target framework")
SPA = ("spa folder", "package manager", "node", "dist")


def text(app: App, plan: Plan, environment: str = "") -> str:
    """Return what was found, what will run in which order, and what will not, each with its reason."""
    where = f", environment {environment}" if environment else ""
    lines = [f"{plan.app}{where}: {counted(len(plan.steps), 'step')}", "", "Found:"]
    for part in app.each:
        lines += [f"  {part.name}:"] if app.parts else []
        lines += _rows(_found(part))
    lines += ["", "Steps:"]
    for step in plan:
        lines += _step(step)
    if plan.services:
        lines += ["", "Services for tests:", *(f"  {s.name:<10} {s.image}" for s in plan.services)]
    if plan.off:
        lines += ["", "Off:", *(f"  {off.id:<18} {off.reason}" for off in plan.off)]
    if said := shown.beside(app.remarks, plan.off):
        lines += [
            "",
            "Worth knowing:",
            *(f"  - {line}" for line in remarks.short(said)),
        ]
    return "\n".join(lines) + "\n"


def _rows(found: list[tuple[str, str, str]]) -> list[str]:
    """Return aligned lines; a source that says nothing but the value again is left out."""
    width = max((len(name) for name, _, _ in found), default=0)
    return [
        f"  {name:<{width}}  {value}" + (f"  ({source})" if source != value else "") for name, value, source in found
    ]


def _found(app: App) -> list[tuple[str, str, str]]:
    """Return the facts that decide the steps; `explain` has them all."""
    by_name = {fact.name: fact for fact in app.facts if fact.value is not None}
    tests = app.dotnet.tests if app.dotnet else ()

    def rows(names: tuple[str, ...]) -> list[tuple[str, str, str]]:
        found = [by_name[name] for name in names if name in by_name]
        return [(one.name, one.text, one.source if one.source == one.text else one.place) for one in found]

    return [*rows(NET), *((f"tests {p.name}", _runner(p), p.path) for p in tests), *rows(SPA)]


def _runner(project: Project) -> str:
    return f"{project.test_framework or 'unknown framework'}, {project.runner.value if project.runner else 'unknown'}"


def _step(step: Step) -> list[str]:
    after = f"  after {', '.join(step.after)}" if step.after else ""
    lines = [f"  {step.id}{after}", f"      {step.reason}"]
    if step.scan:
        # A scanner is called a dozen times with flags that are always the same; JSON has them all.
        return lines
    where = f"   (in {step.workdir})" if step.workdir != "." else ""
    commands = (shown.command(words, step.literals) for words in step.commands)
    lines += [f"      $ {shlex.join(words)}{where}" for words in commands if words]
    return lines


def as_json(app: App, plan: Plan, environment: str = "") -> str:
    """Return the plan as JSON, with the facts and remarks that it follows from; passwords are hidden as in settings."""
    data = asdict(plan)
    for step in data["steps"]:
        step["env"] = [(name, redact.shown(name, value)) for name, value in step["env"]]
    whole = {"schema": SCHEMA, "environment": environment} | data | {"found": explain.about(app)}
    return json.dumps(whole, indent=1, default=_plain) + "\n"


def _plain(value: object) -> str:
    """Return what JSON has no form for: the value of an enumeration, a day."""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date):
        return value.isoformat()
    message = f"{type(value).__name__} has no form in JSON"
    raise TypeError(message)
