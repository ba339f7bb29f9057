"""The plans of several applications as one: equal steps are shared, the others name their owners."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.errors import SETTINGS_INVALID, PipelineError
from pipeline.plan.model import Off, Plan, Service, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pipeline.plan.audit import AuditPlan


def merge(plans: Mapping[str, Plan]) -> Plan:
    """Return one plan for several applications, by their names; a single one stays as it is.

    Raises:
        PipelineError: P105 when two applications define one server differently.

    """
    if len(plans) == 1:
        return next(iter(plans.values()))
    ids = _ids(plans)
    steps: dict[str, Step] = {}
    references: dict[str, str] = {}
    for name, plan in plans.items():
        new = {step.id: ids[name, step.id] for step in plan}
        for step in plan:
            steps.setdefault(new[step.id], _told_apart(_renamed(step, new[step.id], new.__getitem__)))
            references[new[step.id]] = plan.image_of(step)
    return Plan(
        app=" + ".join(plan.app for plan in plans.values()),
        steps=tuple(steps.values()),
        off=_off(plans),
        services=_services(plans),
        images=_images(steps.values(), references),
        audit=_audit(plans, ids),
    )


def _ids(plans: Mapping[str, Plan]) -> dict[tuple[str, str], str]:
    """Return the new id of each application's step: the old one where all that have it have the same step."""
    same: dict[str, dict[str, list[str]]] = {}
    for name, plan in plans.items():
        for id_, signature in _signatures(plan).items():
            same.setdefault(id_, {}).setdefault(signature, []).append(name)
    found: dict[tuple[str, str], str] = {}
    for id_, groups in same.items():
        for names in groups.values():
            shared = len(groups) == 1 and len(names) > 1
            found |= {(name, id_): id_ if shared else f"{'+'.join(names)}/{id_}" for name in names}
    return found


def _signatures(plan: Plan) -> dict[str, str]:
    """Return what makes a step the same as another: all of it, its image, and the same of what it comes after."""
    found: dict[str, str] = {}
    for step in plan:
        servers = [service for service in plan.services if service.name in step.services]
        found[step.id] = _renamed(step, step.id, found.__getitem__).digest(plan.image_of(step), repr(servers))
    return found


def _renamed(step: Step, id_: str, of: Callable[[str], str]) -> Step:
    return replace(
        step,
        id=id_,
        start=of(step.start) if step.start else None,
        needs=tuple(of(need) for need in step.needs),
        artifacts=tuple(replace(artifact, step=of(artifact.step)) for artifact in step.artifacts),
        roots=tuple(replace(root, step=of(root.step)) for root in step.roots),
    )


def _audit(plans: Mapping[str, Plan], ids: Mapping[tuple[str, str], str]) -> AuditPlan:
    """Return what all scans together have to have looked at; one policy holds for a repository."""
    expected = (
        replace(entry, step=ids[name, entry.step] if entry.step else "")
        for name, plan in plans.items()
        for entry in plan.audit.expected
    )
    first = next(iter(plans.values())).audit
    found = (weakness for plan in plans.values() for weakness in plan.audit.found)
    dev = (folder for plan in plans.values() for folder in plan.audit.dev)
    shipped = (folder for plan in plans.values() for folder in plan.audit.shipped)
    return replace(
        first,
        expected=tuple(dict.fromkeys(expected)),
        dev=tuple(dict.fromkeys(dev)),
        shipped=tuple(dict.fromkeys(shipped)),
        found=tuple(dict.fromkeys(found)),
    )


def _told_apart(step: Step) -> Step:
    """Say whose step it is also where a reader sees no id."""
    owner = step.id.rpartition("/")[0]
    return replace(step, proves=f"{owner}: {step.proves}") if owner else step


def _images(steps: Iterable[Step], references: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the images by tool, and by owner and tool where the tool alone means another one; shared steps first."""
    images: dict[str, str] = {}
    for step in sorted(steps, key=lambda step: "/" in step.id):
        used = {step.tool: references[step.id]} | {base.tool: base.image for base in step.bases}
        for tool, reference in used.items():
            if images.setdefault(tool, reference) != reference:
                images[f"{step.id.rpartition('/')[0]}/{tool}"] = reference
    return tuple(sorted(images.items()))


def _off(plans: Mapping[str, Plan]) -> tuple[Off, ...]:
    every = Counter(off for plan in plans.values() for off in plan.off)
    named = (
        off if every[off] == len(plans) else replace(off, id=f"{name}/{off.id}")
        for name, plan in plans.items()
        for off in plan.off
    )
    return tuple(dict.fromkeys(named))


def _services(plans: Mapping[str, Plan]) -> tuple[Service, ...]:
    found: dict[str, tuple[str, Service]] = {}
    for name, service in ((name, service) for name, plan in plans.items() for service in plan.services):
        first, known = found.setdefault(service.name, (name, service))
        if known != service:
            what = (
                f"services.{service.name}: {first} wants {known.image}, {name} wants {service.image}; say one for all"
            )
            raise PipelineError(SETTINGS_INVALID, what)
    return tuple(service for _, service in found.values())
