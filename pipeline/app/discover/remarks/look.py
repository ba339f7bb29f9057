"""Every detector over an application; one that meets a file it cannot read says less, and never stops the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.app.discover.remarks import (
    compose,
    configuration,
    deployment,
    fly,
    images,
    installs,
    packages,
    projects,
    sources,
    spa,
    targets,
    workflows,
)
from pipeline.app.discover.remarks.view import View
from pipeline.app.discover.tree import SIDE_FOLDERS, Tree, is_below

if TYPE_CHECKING:
    from datetime import date

    from pipeline.app.facts import Facts
    from pipeline.app.model import App, Remark

AREAS = (
    projects,
    packages,
    targets,
    spa,
    installs,
    images,
    compose,
    fly,
    workflows,
    deployment,
    configuration,
    sources,
)


def look(facts: Facts, app: App, today: date) -> tuple[Remark, ...]:
    """Return what can be said about the application and the files around it on this day."""
    view = View(Tree(facts), app, today)
    found = (remark for area in AREAS for detector in area.DETECTORS for remark in detector(view))
    return tuple(dict.fromkeys(remark for remark in found if not _is_aside(remark, app)))


def _is_aside(remark: Remark, app: App) -> bool:
    """Whether a remark is about a template or a sample that the application is no part of."""
    side = _side(remark.file or "")
    own = [app.spa.folder] if app.spa else []
    own += [project.path for project in app.dotnet.projects] if app.dotnet else []
    return bool(side) and not any(is_below(path, side) for path in own)


def _side(path: str) -> str:
    parts = path.split("/")[:-1]
    at = next((n for n, part in enumerate(parts) if part.lower() in SIDE_FOLDERS), None)
    return "" if at is None else "/".join(parts[: at + 1])
