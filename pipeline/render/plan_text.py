"""The plan for people and for machines."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from pipeline.render import remarks

if TYPE_CHECKING:
    from pipeline.app.model import App
    from pipeline.plan.model import Plan, Step


def text(app: App, plan: Plan) -> str:
    """Return what was found, what will run in which order, and what will not, each with its reason."""
    lines = [f"{plan.app}: {len(plan.steps)} steps", "", "Found:"]
    lines += [f"  {fact.name:<18} {fact.value}  ({fact.source})" for fact in app.facts]
    lines += ["", "Steps:"]
    for step in plan:
        lines += _step(step)
    if plan.services:
        lines += ["", "Services for tests:", *(f"  {s.name:<10} {s.image}" for s in plan.services)]
    if plan.off:
        lines += ["", "Off:", *(f"  {off.id:<18} {off.reason}" for off in plan.off)]
    if app.remarks:
        lines += [
            "",
            "Worth knowing:",
            *(f"  - {line}" for line in remarks.short(app.remarks)),
        ]
    return "\n".join(lines) + "\n"


def _step(step: Step) -> list[str]:
    after = f"  after {', '.join(step.after)}" if step.after else ""
    lines = [f"  {step.id}{after}", f"      {step.reason}"]
    lines += [f"      $ {' '.join(command)}" for command in step.commands]
    return lines


def as_json(plan: Plan) -> str:
    """Return the plan as JSON."""
    return json.dumps(asdict(plan), indent=1) + "\n"
