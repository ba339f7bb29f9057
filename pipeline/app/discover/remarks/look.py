"""Every detector over an application; one that meets a file it cannot read says less, and never stops the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.app.discover.remarks import deployment, packages, projects, spa, targets, workflows
from pipeline.app.discover.remarks.view import View
from pipeline.app.discover.tree import Tree

if TYPE_CHECKING:
    from datetime import date

    from pipeline.app.facts import Facts
    from pipeline.app.model import App, Remark

AREAS = (projects, packages, targets, spa, workflows, deployment)


def look(facts: Facts, app: App, today: date) -> tuple[Remark, ...]:
    """Return what can be said about the application and the files around it on this day."""
    view = View(Tree(facts), app, today)
    found = (remark for area in AREAS for detector in area.DETECTORS for remark in detector(view))
    return tuple(dict.fromkeys(found))
