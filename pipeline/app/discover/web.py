"""Which project is the one to publish."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.app.discover import ci
from pipeline.app.discover.choice import Choice
from pipeline.app.discover.docker import dockerfiles, published, started, started_by_stages
from pipeline.app.discover.fly import fly_configs
from pipeline.app.discover.tree import PROJECT_ENDINGS, join, name_of, resolve
from pipeline.app.model import Confidence
from pipeline.errors import SETTINGS_INVALID, PipelineError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.app.discover.docker import Dockerfile
    from pipeline.app.discover.project import ProjectFile
    from pipeline.app.discover.tree import Tree

KEY = "dotnet.web"

# A lead smaller than this is no reason to decide.
LEAD = 2

_NEVER = re.compile(r"(fuzz|benchmark|perf)", re.IGNORECASE)
_HELPERS = re.compile(
    r"(?:^|\.)(?:\w*update\w*|\w*install\w*|build\w*|\w*migrat\w*|\w*seed\w*|\w*generat\w*)$", re.IGNORECASE
)
_WASM = "microsoft.net.sdk.blazorwebassembly"
_WINDOWS = re.compile(r"net\d+\.\d+-windows", re.IGNORECASE)


def web_as_set(tree: Tree, setting: str) -> str:
    """Return the path of the project that the settings name."""
    path = resolve(".", setting)
    if path is not None and path in tree.paths and path.lower().endswith(PROJECT_ENDINGS):
        return path
    known = tuple(f"there is {name}" for name in tree.ending(*PROJECT_ENDINGS))
    raise PipelineError(SETTINGS_INVALID, f"{KEY}: {setting} is not a project file in the source", known)


def choose_web(tree: Tree, files: Mapping[str, ProjectFile]) -> Choice[ProjectFile]:
    """Return the web project that the most and the clearest evidence names; those of equal rank when none leads."""
    found = candidates(files)
    if len(found) == 1:
        confidence = Confidence.STATED if found[0].project.is_web else Confidence.DERIVED
        return Choice((found[0],), confidence)
    points = {file.path: score(tree, file, files, found) for file in found}
    ordered = sorted(found, key=lambda file: (-points[file.path], file.path))
    if len(ordered) > 1 and points[ordered[0].path] - points[ordered[1].path] >= LEAD:
        return Choice((ordered[0],))
    return Choice(tuple(ordered))


def candidates(files: Mapping[str, ProjectFile]) -> list[ProjectFile]:
    """Return the web projects that somebody could start, else the programs that reach ASP.NET Core otherwise."""
    by_sdk = [file for file in files.values() if file.project.is_web and _may_serve(file)]
    if by_sdk:
        return by_sdk
    return [file for file in files.values() if _is_program(file) and _reaches_web(file, files)]


def _may_serve(file: ProjectFile) -> bool:
    project = file.project
    return not (project.is_test or file.is_aspire_host or _NEVER.search(project.name))


def _is_program(file: ProjectFile) -> bool:
    frameworks = file.project.frameworks
    windows = bool(frameworks) and all(_WINDOWS.match(name) for name in frameworks)
    return file.output == "exe" and _may_serve(file) and not windows and not _HELPERS.search(file.project.name)


def _reaches_web(file: ProjectFile, files: Mapping[str, ProjectFile]) -> bool:
    seen: set[str] = set()
    waiting = [file.path]
    while waiting:
        path = waiting.pop()
        if path in seen or path not in files:
            continue
        seen.add(path)
        one = files[path]
        frameworks = {item.include.lower() for item in one.evaluation.of_kind("FrameworkReference")}
        web = "microsoft.net.sdk.web" in one.names or "microsoft.aspnetcore.app" in frameworks
        if not one.project.is_test and (web or any(name.startswith("microsoft.aspnetcore.") for name in one.names)):
            return True
        waiting += one.project.references
    return False


def score(tree: Tree, file: ProjectFile, files: Mapping[str, ProjectFile], rivals: list[ProjectFile]) -> int:
    """Return how much speaks for a candidate."""
    project = file.project
    points = _by_images(tree, file)
    points += 3 * (file.spa_root is not None)
    points += 3 * any(_WASM in files[path].names for path in project.references if path in files)
    points += 2 * _is_published_by_ci(tree, file)
    esproj = (item.include.lower() for item in file.evaluation.of_kind("ProjectReference"))
    points += 2 * any(name.endswith(".esproj") for name in esproj)
    points += join(project.folder, "wwwroot/index.html") in tree.files
    others = (rival for rival in rivals if rival.path != file.path)
    # Two that reference each other cannot build; neither is the other's host.
    hosts = [rival for rival in others if file.path in rival.project.references]
    return points - 4 * any(rival.path not in project.references for rival in hosts)


def _by_images(tree: Tree, file: ProjectFile) -> int:
    deployed = {config.dockerfile for config in fly_configs(tree)}
    points = 0
    for one in dockerfiles(tree):
        if starts(one, file):
            weight = 6 if one.path in deployed else 2 if one.folder == "." else 1
            points = max(points, weight)
    return points


def starts(dockerfile: Dockerfile, file: ProjectFile) -> bool:
    """Whether the image starts this project; by what it starts, else by what it publishes, else by where it lies."""
    project = file.project
    said = started(dockerfile)
    if said:
        return said[0] == project.assembly
    if project.assembly in started_by_stages(dockerfile):
        return True
    named = published(dockerfile)
    if named:
        return any(name_of(path) == name_of(project.path) or name_of(path) == name_of(project.folder) for path in named)
    return dockerfile.is_dotnet and dockerfile.folder == project.folder and project.folder != "."


def _is_published_by_ci(tree: Tree, file: ProjectFile) -> bool:
    word = re.compile(
        rf"dotnet\s+publish\b.*(?<![\w.-])(?:{re.escape(name_of(file.path))}|{re.escape(file.project.folder)})(?![\w.-])"
    )
    return any(word.search(line.text) for one in ci.files(tree) for line in one.lines)


def others(web: ProjectFile | None, files: Mapping[str, ProjectFile], tree: Tree) -> tuple[ProjectFile, ...]:
    """Return what else is deployed: web projects, workers, Blazor apps, and programs with an image of their own."""
    images = dockerfiles(tree)
    found = []
    for file in files.values():
        if (web and file.path == web.path) or not _may_serve(file) or file.output != "exe":
            continue
        own_image = any((started(one) and starts(one, file)) or one.folder == file.project.folder for one in images)
        hosted = _WASM in file.names and any(file.path in one.project.references for one in candidates(files))
        if own_image or (file.names & {"microsoft.net.sdk.web", "microsoft.net.sdk.worker", _WASM} and not hosted):
            found.append(file)
    return tuple(sorted(found, key=lambda file: file.path))
