"""The software bill of materials: every package of the lock files and of the image, as CycloneDX or SPDX.

Both are written by libraries of their own; they are imported when asked for, they cost a second.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from pipeline.judge.model import Status
from pipeline.plan.model import NEEDS_CONTAINERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.judge.model import Report
    from pipeline.parse.weakness import Component
    from pipeline.plan.model import Plan

# The form and the name of its file.
FORMS = {"cyclonedx": "sbom.cdx.json", "spdx": "sbom.spdx.json"}
STEPS = ("audit.packages", "audit.image")


def problem(report: Report, plan: Plan) -> str:
    """Return why the list would not be whole, or an empty text; a machine without containers has no image."""
    bad = [step for step in report if step.id.rpartition("/")[2] in STEPS and step.status is not Status.PASSED]
    lacking = [step for step in bad if step.reason != NEEDS_CONTAINERS]
    if lacking:
        return f"no bill of materials: {lacking[0].id} is {lacking[0].status.value}: {lacking[0].reason}"
    if report.audit.components:
        return ""
    off = [entry.reason for entry in plan.off if entry.id.rpartition("/")[2] in {"audit", *STEPS}]
    return f"no bill of materials: {(*off, 'no lock file names a package')[0]}"


def lacking(plan: Plan) -> str:
    """Return what a list made by this plan leaves out, or an empty text."""
    off = [entry for entry in plan.off if entry.id.rpartition("/")[2] in STEPS and entry.reason == NEEDS_CONTAINERS]
    return "the image is not in it: that needs containers (--on dagger)" if off else ""


def text(report: Report, form: str) -> str:
    """Return the document in one of the FORMS."""
    return str(import_module(f"pipeline.render.{form}").text(report))


def once(components: Iterable[Component]) -> list[Component]:
    """Return each package once; one that ships counts as shipped, wherever else it is used."""
    found: dict[tuple[str, ...], Component] = {}
    for component in components:
        package = component.package
        # A package of a folder or a git address has no purl, and is there all the same.
        key = (component.purl,) if component.purl else ("", package.ecosystem, package.name, package.version)
        if key not in found or (found[key].dev and not component.dev):
            found[key] = component
    return [found[key] for key in sorted(found)]
