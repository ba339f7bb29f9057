"""Solutions: which one, and which projects it lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.app.discover import remarks
from pipeline.app.discover.markup import tag_of, xml_of
from pipeline.app.discover.tree import PROJECT_ENDINGS, folder_of, line_of, main_ones, resolve
from pipeline.errors import AMBIGUOUS, SETTINGS_INVALID, PipelineError

if TYPE_CHECKING:
    from pipeline.app.discover.tree import Tree
    from pipeline.app.model import Remark

ENDINGS = (".sln", ".slnx")
KEY = "dotnet.solution"

_ENTRY = re.compile(r'^[ \t]*Project\("([^"\n]*)"\)[ \t]*=[ \t]*"[^"\n]*"[ \t]*,[ \t]*"([^"\n]*)"', re.MULTILINE)
_SOLUTION_FOLDER = "2150E333-8FDC-42A3-9474-1A3956D46DE8"


@dataclass(frozen=True, kw_only=True)
class Solution:
    """A solution file: projects on disk that are read, and what is odd about the others."""

    path: str
    projects: tuple[str, ...]
    missing: int = 0
    remarks: tuple[Remark, ...] = ()


def choose(tree: Tree, setting: str) -> Solution | None:
    """Return the solution to build: the one that is set, else the one nearest the root, else None."""
    if setting:
        return read_solution(tree, _as_set(tree, setting))
    levels: dict[int, list[str]] = {}
    for path in main_ones(tree.ending(*ENDINGS)):
        levels.setdefault(path.count("/"), []).append(path)
    for _, paths in sorted(levels.items()):
        usable = [found for found in (read_solution(tree, path) for path in paths) if _is_usable(found)]
        if usable:
            return _one(usable)
    return None


def read_solution(tree: Tree, path: str) -> Solution:
    """Parse a .sln or .slnx file."""
    listed = _of_slnx(tree, path) if path.lower().endswith(".slnx") else _of_sln(tree.read(path))
    projects: dict[str, None] = {}
    odd: list[Remark] = []
    missing = 0
    for written in dict.fromkeys(listed):
        if not written.lower().endswith(PROJECT_ENDINGS):
            odd.append(remarks.other_kind(path, written))
            continue
        wanted = resolve(folder_of(path), written)
        there = tree.on_disk(wanted) if wanted else None
        missing += there is None
        if there:
            projects[there] = None
        if there is None or there != wanted:
            odd.append(remarks.not_on_disk(path, written, there, line_of(tree.read(path), written)))
    return Solution(path=path, projects=tuple(projects), missing=missing, remarks=tuple(odd))


def _as_set(tree: Tree, setting: str) -> str:
    path = resolve(".", setting)
    if path in tree.paths and path is not None and path.lower().endswith(ENDINGS):
        return path
    known = tuple(f"there is {name}" for name in tree.ending(*ENDINGS))
    raise PipelineError(SETTINGS_INVALID, f"{KEY}: {setting} is not a solution file in the source", known)


def _is_usable(found: Solution) -> bool:
    return bool(found.projects) and found.missing <= len(found.projects)


def _one(found: list[Solution]) -> Solution:
    # The same projects as .sln and .slnx side by side: every SDK reads the .sln.
    folders = {(folder_of(one.path), frozenset(one.projects)) for one in found}
    classic = [one for one in found if one.path.lower().endswith(".sln")]
    if len(found) == 1:
        return found[0]
    if len(folders) == 1 and len(classic) == 1:
        return classic[0]
    names = tuple(one.path for one in found)
    raise PipelineError(AMBIGUOUS, f"{len(names)} solutions at the same depth; set `{KEY}`", names)


def _of_sln(text: str) -> list[str]:
    entries = ((kind.strip("{}").upper(), path) for kind, path in _ENTRY.findall(text))
    return [path for kind, path in entries if kind != _SOLUTION_FOLDER and path.lower().endswith("proj")]


def _of_slnx(tree: Tree, path: str) -> list[str]:
    elements = (element for element in xml_of(tree, path).iter() if tag_of(element) == "Project")
    return [written for written in (element.get("Path", "") for element in elements) if written]
