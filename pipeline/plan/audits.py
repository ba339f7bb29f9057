"""The scans of a plan, and what they have to have looked at when they are done."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.parse.weakness import Level, Part, Weakness, WeaknessKind
from pipeline.plan.audit import AuditPlan, Expected
from pipeline.plan.model import NEEDS_CONTAINERS, Off, Step
from pipeline.plan.steps import audit, audit_image, audit_npm, audit_nuget, audit_packages, audit_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.app.model import App, Lock, Project
    from pipeline.plan.model import Plan
    from pipeline.settings.model import Settings
    from pipeline.settings.waivers import Waiver

PREFIX = "audit."
_TRIVY = "trivy"
_PART_OF = {"source": Part.SECRETS, "npm": Part.NPM, "nuget": Part.NUGET}
_DATABASE = f"{PREFIX}database"
_PART = {"npm": Part.NPM, "nuget": Part.NUGET}


def steps(app: App, settings: Settings, *, database: bool, image: bool) -> list[Step | Off]:
    """Return every scan, or why it is not part of the plan; `image` says whether there is one."""
    if not settings.security.enabled:
        return [Off(id="audit", reason="security.enabled is false in the settings")]
    packages = audit_packages.make(app)
    found: list[Step | Off | None] = [packages, audit_npm.make(app, settings), audit_nuget.make(app, settings)]
    if isinstance(packages, Step) or image:
        found.append(None if database else audit_packages.make_database(settings.security))
    if isinstance(packages, Step):
        found.append(audit_packages.make_match(database=database))
    found.append(audit_source.make())
    if settings.security.history:
        found.append(audit_source.make_history())
    else:
        found.append(Off(id="audit.history", reason="security.history is false in the settings"))
    if image:
        found += [audit_image.make(settings.image.platforms[0]), audit_image.make_match(database=database)]
    return [entry for entry in found if entry is not None]


def plan(app: App, settings: Settings, planned: Sequence[Step], waivers: tuple[Waiver, ...]) -> AuditPlan:
    """Return by what the scans among the planned steps will be judged."""
    known = {step.id for step in planned}
    expected = tuple(e for e in _expected(app, settings) if e.open or e.step in known)
    web = app.dotnet.web.path if app.dotnet and app.dotnet.web else ""
    return AuditPlan(
        settings=settings.security,
        waivers=waivers,
        expected=expected if any(id_.startswith(PREFIX) for id_ in known) else (),
        dev=tuple(project.folder for project in _tests(app) if project.folder != "."),
        shipped=_shipped(app),
        anchor=web or next((lock.path for lock in app.inventory.locks), ""),
        found=tuple(_silenced(app)) if "audit.source" in known else (),
    )


def _tests(app: App) -> list[Project]:
    """Return what is nothing but tests: the only web project ships, also where it calls itself a test."""
    if not app.dotnet:
        return []
    return [project for project in app.dotnet.tests if app.dotnet.web or not project.is_web]


def _shipped(app: App) -> tuple[str, ...]:
    tests = {project.path for project in _tests(app)}
    folders = [project.folder for project in app.dotnet.projects if project.path not in tests] if app.dotnet else []
    return audit.distinct([*folders, *([app.spa.root] if app.spa else [])])


def _silenced(app: App) -> Iterator[Weakness]:
    """Return what a scanner is told to pass over, without a reason, an owner or an end."""
    for path, line in app.inventory.silenced:
        yield Weakness(
            kind=WeaknessKind.MISCONFIGURATION,
            id="ignored-in-place",
            level=Level.HIGH,
            title="a line switches checks of the next one off",
            tool="pipeline",
            file=path,
            line=line,
            help="take it out; an exception with a reason, an owner and an end belongs into pipeline.exceptions.yaml",
        )


def _expected(app: App, settings: Settings) -> Iterator[Expected]:
    if app.spa and app.spa.lock_file:
        yield Expected(part=Part.NPM, target=app.spa.lock_file, step="audit.npm", tool="npm audit")
    if app.dotnet:
        for path in audit_nuget.projects(app.dotnet):
            yield Expected(part=Part.NUGET, target=path, step="audit.nuget", tool="dotnet list package")
    for lock in app.inventory.locks:
        yield from _of_lock(lock)
    compared = "audit.match" if app.inventory.locks else "audit.image.match"
    yield Expected(part=Part.DATABASE, target="date", step=compared, tool=_TRIVY)
    yield Expected(part=Part.SECRETS, target="source", step="audit.source", tool=_TRIVY)
    yield from _configuration(app)
    yield from _unread(app)
    if settings.security.history:
        yield Expected(part=Part.HISTORY, target="git history", step="audit.history", tool=_TRIVY)
    else:
        yield Expected(part=Part.HISTORY, target="git history", open="security.history is false in the settings")
    yield Expected(part=Part.IMAGE, target="image", step="audit.image", tool=_TRIVY)
    for platform in settings.image.platforms[1:]:
        yield Expected(part=Part.IMAGE, target=f"image for {platform}", open="the first platform's image stands for it")
    yield Expected(part=Part.OS, target="image", step="audit.image.match", tool=_TRIVY)
    yield from _unlocked(app)


def _unread(app: App) -> Iterator[Expected]:
    """Yield what no scanner here reads."""
    if app.dotnet and app.dotnet.tools_manifest:
        why = "no scanner here reads the packages of .NET tools; they do not ship"
        yield Expected(part=Part.NUGET, target=app.dotnet.tools_manifest, open=why)
    for what, target, why in app.inventory.gaps:
        yield Expected(part=_PART_OF[what], target=target, open=why)


def _configuration(app: App) -> Iterator[Expected]:
    unseen = dict(app.inventory.unseen)
    for path in audit.distinct([*app.inventory.dockerfiles, *unseen]):
        why = f"{unseen[path]}: nobody could look for `trivy:ignore`, which Trivy obeys" if path in unseen else ""
        yield Expected(part=Part.CONFIGURATION, target=path, step="audit.source", tool=_TRIVY, missing=why)
    for path, why in app.inventory.unread:
        yield Expected(part=Part.CONFIGURATION, target=path, open=why)


def _of_lock(lock: Lock) -> Iterator[Expected]:
    if lock.packages == 0:
        return  # nothing in it; Trivy does not mention such a file
    yield Expected(part=_PART[lock.ecosystem], target=lock.path, step="audit.match", tool=_TRIVY)
    if lock.gap:
        yield Expected(part=_PART[lock.ecosystem], target=f"{lock.path} (development)", tool=_TRIVY, open=lock.gap)
    if lock.names_licences:
        yield Expected(part=Part.LICENCES, target=lock.path, step="audit.packages", tool=_TRIVY)
    else:
        yield Expected(part=Part.LICENCES, target=lock.path, open="such a lock file names no licences")


def _unlocked(app: App) -> Iterable[Expected]:
    for path in app.inventory.unlocked:
        yield Expected(
            part=Part.NPM, target=path, tool=_TRIVY, open="no lock file: nothing says which packages are used"
        )
    if not app.dotnet:
        return
    for project in {p.path: p for p in (*app.dotnet.projects, *app.dotnet.tests)}.values():
        if not project.has_lock_file:
            why = "no lock file: only NuGet's own audit knows its packages"
            yield Expected(part=Part.NUGET, target=project.path, tool=_TRIVY, open=why)


def only(planned: Plan) -> Plan:
    """Return the plan of the scans and what they need."""
    return planned.only(frozenset(step.id for step in planned if step.scan))


def without_containers(planned: Plan) -> Plan:
    """Return the plan without the scans of the image, which are named: without containers there is none."""
    of_image = {step.id for step in planned if any(_is_image(a.step) for a in step.artifacts)}
    if not of_image:
        return planned
    expected = tuple(
        replace(entry, open=NEEDS_CONTAINERS) if entry.step in of_image else entry for entry in planned.audit.expected
    )
    off = (*planned.off, *(Off(id=id_, reason=NEEDS_CONTAINERS) for id_ in sorted(of_image)))
    kept = [step for step in planned if step.id not in of_image]
    used = {artifact.step for step in kept for artifact in step.artifacts}
    # A database that nothing is compared with need not be downloaded.
    chosen = planned.only(frozenset(step.id for step in kept if step.local != _DATABASE or step.id in used))
    return replace(chosen, off=off, audit=replace(planned.audit, expected=expected))


def _is_image(step: str) -> bool:
    return step.rpartition("/")[2] in {"image", "audit.image"}
