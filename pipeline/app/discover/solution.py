"""Solutions: which one, and which projects it lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.app.discover import ci, remarks
from pipeline.app.discover.choice import Choice
from pipeline.app.discover.markup import json_of, section, string, tag_of, xml_of
from pipeline.app.discover.tree import PROJECT_ENDINGS, Lines, folder_of, is_below, main_ones, resolve
from pipeline.app.model import Confidence
from pipeline.errors import BROKEN_PACKAGE_JSON, SETTINGS_INVALID, PipelineError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.app.discover.tree import Tree
    from pipeline.app.model import Remark

ENDINGS = (".sln", ".slnx", ".slnf")
KEY = "dotnet.solution"

# So many solutions beside each other are a collection.
MANY = 3

_ENTRY = re.compile(r'^[ \t]*Project\("([^"\n]*)"\)[ \t]*=[ \t]*"[^"\n]*"[ \t]*,[ \t]*"([^"\n]*)"', re.MULTILINE)
_OWN = re.compile(_ENTRY.pattern + r'[ \t]*,[ \t]*"([^"\n]*)"', re.MULTILINE)
_RELEASE = re.compile(r"^[ \t]*(\{[^}\n]*\})\.Release\|Any CPU\.(ActiveCfg|Build\.0)[ \t]*=", re.MULTILINE)
_CLASSIC = re.compile(r"net[1-4]\d{1,2}", re.IGNORECASE)
_WEB = re.compile(r"""Microsoft\.NET\.Sdk\.Web["'/]""")
_TESTS = re.compile(r"tests?\.\w+$", re.IGNORECASE)
_SOLUTION_FOLDER = "2150E333-8FDC-42A3-9474-1A3956D46DE8"


@dataclass(frozen=True, kw_only=True)
class Solution:
    """A solution file: projects on disk that are read, JavaScript projects, and what is odd about the others."""

    path: str
    projects: tuple[str, ...]
    scripts: tuple[str, ...] = ()
    missing: int = 0
    unbuilt: frozenset[str] = frozenset()
    remarks: tuple[Remark, ...] = ()


def choose(tree: Tree, setting: str) -> Choice[Solution]:
    """Return the solution to build: the one that is set, a filter that CI names, else the one nearest the root."""
    if setting:
        return Choice((read_solution(tree, _as_set(tree, setting)),), Confidence.STATED)
    paths = main_ones(tree.ending(*ENDINGS))
    filters = [path for path in paths if path.lower().endswith(".slnf")]
    levels: dict[int, list[str]] = {-1: [path for path in filters if ci.names(tree, path)]}
    for path in paths:
        if path not in filters:
            levels.setdefault(path.count("/"), []).append(path)
    for depth, level in sorted(levels.items()):
        usable = [found for found in (read_solution(tree, path) for path in level) if _is_usable(tree, found)]
        if usable:
            best = tuple(_best(tree, usable))
            deeper = [path for other, names in levels.items() if other > depth for path in names]
            return Choice((*best, *(_rivals(tree, best[0], deeper) if len(best) == 1 else ())))
    return Choice()


def _rivals(tree: Tree, best: Solution, deeper: list[str]) -> list[Solution]:
    """Return solutions of other products: nearer to the root is no reason where one as large lies elsewhere.

    Nor where another one has web projects and shares nothing with it; below it that counts when it has none itself.
    """
    usable = []
    for path in deeper:
        try:
            other = read_solution(tree, path)
            usable += [other] if _is_usable(tree, other) else []
        except PipelineError:
            continue
    found = [other for other in usable if not is_below(other.path, folder_of(best.path))]
    large = [other for other in found if len(other.projects) >= len(best.projects)]
    lacks = not _has_web(tree, best)
    apart = [
        other
        for other in (usable if lacks else found)
        if set(other.projects).isdisjoint(best.projects) and _has_web(tree, other)
    ]
    rivals = found if large or len(found) > MANY else apart
    named = ci.names(tree, best.path) and not any(ci.names(tree, other.path) for other in rivals)
    return [] if named else rivals


def _has_web(tree: Tree, found: Solution) -> bool:
    """Whether a project of it has the SDK for the web, and no name that says tests."""
    return any(_WEB.search(tree.facts.texts.get(path, "")) and not _TESTS.search(path) for path in found.projects)


def read_solution(tree: Tree, path: str) -> Solution:
    """Parse a .sln, .slnx or .slnf file."""
    listed = _LISTS[path.lower().rpartition(".")[2]](tree, path)
    projects: dict[str, None] = {}
    odd: list[Remark] = []
    scripts: list[str] = []
    missing = 0
    lines = Lines(tree.read(path))
    for written in dict.fromkeys(listed):
        if not written.lower().endswith(PROJECT_ENDINGS):
            script = resolve(folder_of(path), written) if written.lower().endswith(".esproj") else None
            scripts += [there] if script and (there := tree.on_disk(script)) else []
            odd.append(remarks.other_kind(path, written))
            continue
        wanted = resolve(folder_of(path), written)
        there = tree.on_disk(wanted) if wanted else None
        missing += there is None
        if there:
            projects[there] = None
        if there is None or there != wanted:
            odd.append(remarks.not_on_disk(path, written, there, lines.of(written)))
    return Solution(
        path=path, projects=tuple(projects), scripts=tuple(scripts), missing=missing, remarks=tuple(odd),
        unbuilt=_unbuilt(tree, path),
    )  # fmt: skip


def _unbuilt(tree: Tree, path: str) -> frozenset[str]:
    """Return the projects that a classic solution has a Release configuration for, but does not build in it."""
    if not path.lower().endswith(".sln"):
        return frozenset()
    text = tree.read(path)
    lines = {(project.upper(), what) for project, what in _RELEASE.findall(text)}
    out = {project for project, what in lines if what == "ActiveCfg" and (project, "Build.0") not in lines}
    named = (resolve(folder_of(path), written) for _, written, own in _OWN.findall(text) if own.upper() in out)
    return frozenset(there for one in named if one and (there := tree.on_disk(one)))


def _as_set(tree: Tree, setting: str) -> str:
    path = resolve(".", setting)
    if path in tree.paths and path is not None and path.lower().endswith(ENDINGS):
        return path
    known = tuple(f"there is {name}" for name in tree.ending(*ENDINGS))
    raise PipelineError(SETTINGS_INVALID, f"{KEY}: {setting} is not a solution file in the source", known)


def _is_usable(tree: Tree, found: Solution) -> bool:
    """Whether the SDK can build most of it on Linux."""
    return bool(found.projects) and not needs_windows(tree, found) and found.missing <= len(found.projects)


def needs_windows(tree: Tree, found: Solution) -> bool:
    """Whether all its projects are without an SDK, or for .NET Framework."""
    return bool(found.projects) and not any(_is_modern(tree, path) for path in found.projects)


def _is_modern(tree: Tree, path: str) -> bool:
    try:
        root = xml_of(tree, path)
    except PipelineError:
        # Told when the project is read; here it must not hide its solution.
        return True
    targets = [
        element.text or "" for element in root.iter() if tag_of(element) in ("TargetFramework", "TargetFrameworks")
    ]
    if targets and all(_CLASSIC.fullmatch(target.strip()) for target in targets):
        return False
    return bool(root.get("Sdk")) or any(tag_of(child) == "Sdk" or child.get("Sdk") for child in root)


def _best(tree: Tree, found: list[Solution]) -> Iterable[Solution]:
    """Return those of one level that no rule can tell apart."""
    # The same projects as .sln and .slnx side by side: every SDK reads the .sln.
    twins: dict[tuple[str, frozenset[str]], Solution] = {}
    for one in sorted(found, key=lambda one: not one.path.lower().endswith(".sln")):
        twins.setdefault((folder_of(one.path), frozenset(one.projects)), one)
    left = list(twins.values())
    named = [one for one in left if ci.names(tree, one.path)]
    if len(left) > 1 and len(named) == 1:
        return named
    whole = [one for one in left if all(set(one.projects) >= set(other.projects) for other in left)]
    return whole if len(whole) == 1 else left


def _of_sln(tree: Tree, path: str) -> list[str]:
    entries = ((kind.strip("{}").upper(), written) for kind, written in _ENTRY.findall(tree.read(path)))
    return [written for kind, written in entries if kind != _SOLUTION_FOLDER and written.lower().endswith("proj")]


def _of_slnx(tree: Tree, path: str) -> list[str]:
    elements = (element for element in xml_of(tree, path).iter() if tag_of(element) == "Project")
    return [written for written in (element.get("Path", "") for element in elements) if written]


def _of_slnf(tree: Tree, path: str) -> list[str]:
    """Return the projects of a filter, as written from the folder of the filter."""
    content = section(json_of(tree, path, lenient=True), "solution")
    listed = content.get("projects")
    whole = resolve(folder_of(path), string(content, "path"))
    if not isinstance(listed, list) or whole is None:
        raise PipelineError(BROKEN_PACKAGE_JSON, f"{path}:1: expected `solution` with `path` and `projects`")
    up = "../" * (folder_of(path).count("/") + 1 if folder_of(path) != "." else 0)
    return [f"{up}{resolve(folder_of(whole), written) or written}" for written in listed if isinstance(written, str)]


_LISTS = {"sln": _of_sln, "slnx": _of_slnx, "slnf": _of_slnf}
