"""Entity Framework migrations: which projects hold them, of which contexts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.app.discover.tree import PROJECT_ENDINGS, folder_of, line_of, main_ones, upward
from pipeline.app.model import Confidence, Fact, Migrations

if TYPE_CHECKING:
    from pipeline.app.discover.dotnet import View
    from pipeline.app.discover.tree import Tree

_CONTEXT = re.compile(r"\[DbContext\(typeof\((?:[\w.]+\.)?(\w+)\)\)\]")


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A model snapshot: the project that holds it and the context it belongs to."""

    path: str
    project: str
    context: str
    line: int | None


def snapshots(tree: Tree) -> tuple[Snapshot, ...]:
    """Return all model snapshots outside of samples."""
    return tree.once("snapshots", lambda: _snapshots(tree))


def _snapshots(tree: Tree) -> tuple[Snapshot, ...]:
    found = []
    for path in main_ones(path for path in tree.paths if path.endswith("ModelSnapshot.cs")):
        folders = upward(folder_of(path))
        project = next((p for f in folders for p in tree.beside(f) if p.lower().endswith(PROJECT_ENDINGS)), None)
        context = _CONTEXT.search(tree.facts.texts.get(path, ""))
        if project and context:
            line = line_of(tree.facts.texts[path], context[0])
            found.append(Snapshot(path=path, project=project, context=context[1], line=line))
    return tuple(found)


def of_view(tree: Tree, view: View) -> tuple[Migrations, ...]:
    """Return the contexts with migrations in the projects of the application."""
    found = {(one.project, one.context) for one in snapshots(tree) if one.project in view.files}
    return tuple(Migrations(project=project, context=context) for project, context in sorted(found))


def facts_of_view(tree: Tree, view: View) -> list[Fact[Any]]:
    """Return the migrations of the application: those in its projects, and in projects that no other solution has."""
    found = [one for one in snapshots(tree) if one.project in view.files]
    projects = tuple(sorted({one.project for one in found}))
    contexts = tuple(sorted({one.context for one in found}))
    source, line = (found[0].path, found[0].line) if found else ("no model snapshot in its projects", None)
    return [
        Fact(name="migrations projects", value=projects, source=source, line=line, confidence=Confidence.DERIVED),
        Fact(name="migrations contexts", value=contexts, source=source, line=line),
    ]
