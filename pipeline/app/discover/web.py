"""Which project is the one to publish."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.app.discover.tree import PROJECT_ENDINGS, resolve
from pipeline.errors import AMBIGUOUS, SETTINGS_INVALID, PipelineError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.app.discover.project import ProjectFile
    from pipeline.app.discover.tree import Tree

KEY = "dotnet.web"

_NEVER = re.compile(r"(fuzz|benchmark)", re.IGNORECASE)


def web_as_set(tree: Tree, setting: str) -> str:
    """Return the path of the project that the settings name."""
    path = resolve(".", setting)
    if path is not None and path in tree.paths and path.lower().endswith(PROJECT_ENDINGS):
        return path
    known = tuple(f"there is {name}" for name in tree.ending(*PROJECT_ENDINGS))
    raise PipelineError(SETTINGS_INVALID, f"{KEY}: {setting} is not a project file in the source", known)


def choose_web(files: Iterable[ProjectFile]) -> ProjectFile | None:
    """Return the only web project that is no test and that no other web project references."""
    candidates = [file for file in files if _is_candidate(file)]
    referenced = {name for file in candidates for name in file.project.references if name != file.project.path}
    # Two that reference each other cannot build, but must not end as "none".
    left = [file for file in candidates if file.project.path not in referenced] or candidates
    if len(left) > 1:
        names = tuple(sorted(file.project.path for file in left))
        raise PipelineError(AMBIGUOUS, f"{len(names)} web projects; set `{KEY}`", names)
    return left[0] if left else None


def _is_candidate(file: ProjectFile) -> bool:
    project = file.project
    return project.is_web and file.may_serve and not project.is_test and not _NEVER.search(project.name)
