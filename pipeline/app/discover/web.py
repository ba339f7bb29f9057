"""Which project is the one to publish."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from pipeline.app.discover import ci
from pipeline.app.discover.choice import Choice
from pipeline.app.discover.docker import dockerfiles, published, started, started_by_stages
from pipeline.app.discover.fly import fly_configs
from pipeline.app.discover.project import reachable
from pipeline.app.discover.tree import PROJECT_ENDINGS, join, line_of, name_of, resolve
from pipeline.app.model import Confidence
from pipeline.errors import SETTINGS_INVALID, PipelineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pipeline.app.discover.docker import Dockerfile
    from pipeline.app.discover.project import ProjectFile
    from pipeline.app.discover.tree import Tree

KEY = "dotnet.web"

# A lead smaller than this is no reason to decide; a larger one is needed where a family of services is deployed.
LEAD = 2
FAMILY = 3
LEAD_IN_FAMILY = 4

# Whole words of a name: Perfume is no measurement of anything.
_WORDS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_SIDE = re.compile(r"fuzz(?:er|ing)?|benchmarks?|benchmarking|perf")
_HELPERS = re.compile(
    r"updat(?:e|er|es)|install(?:er)?|build|migrat(?:e|or|er|ions?)|seed(?:er|ing)?|generat(?:e|or|ion)"
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


@dataclass(frozen=True)
class Evidence:
    """One thing that speaks for a candidate, or against it."""

    points: int
    source: str
    line: int | None = None


def choose_web(tree: Tree, files: Mapping[str, ProjectFile]) -> Choice[ProjectFile]:
    """Return the web project that the most and the clearest evidence names; those of equal rank when none leads."""
    found = candidates(files)
    if len(found) == 1:
        is_plain = found[0].project.is_web and not _says(found[0], _SIDE)
        sure = Confidence.STATED if is_plain else Confidence.DERIVED
        line = line_of(tree.facts.texts.get(found[0].path, ""), "Microsoft.NET.Sdk.Web")
        return Choice((found[0],), sure, found[0].path, line)
    said = {file.path: evidence(tree, file, files, found) for file in found}
    points = {path: sum(one.points for one in every) for path, every in said.items()}
    ordered = sorted(found, key=lambda file: (-points[file.path], file.path))
    lead = LEAD_IN_FAMILY if len([file for file in found if points[file.path] >= 0]) >= FAMILY else LEAD
    if len(ordered) > 1 and points[ordered[0].path] - points[ordered[1].path] >= lead:
        best = max(said[ordered[0].path], key=lambda one: one.points, default=Evidence(0, ordered[0].path))
        return Choice((ordered[0],), Confidence.DERIVED, best.source, best.line)
    return Choice(tuple(ordered))


def candidates(files: Mapping[str, ProjectFile]) -> list[ProjectFile]:
    """Return the web projects that somebody could start, else the programs that reach ASP.NET Core otherwise."""
    by_sdk = [file for file in files.values() if file.project.is_web and _may_serve(file)]
    if by_sdk:
        return by_sdk
    return [file for file in files.values() if _is_program(file) and _reaches_web(file, files)]


def _may_serve(file: ProjectFile) -> bool:
    return not (file.project.is_test or file.is_aspire_host)


def _says(file: ProjectFile, words: re.Pattern[str], *, last: bool = False) -> bool:
    """Whether the name of a project, or its last part, holds one of these words."""
    name = file.project.name.rpartition(".")[2] if last else file.project.name
    return any(words.fullmatch(word.lower()) for word in _WORDS.findall(name))


def _is_program(file: ProjectFile) -> bool:
    frameworks = file.project.frameworks
    windows = bool(frameworks) and all(_WINDOWS.match(name) for name in frameworks)
    side = _says(file, _SIDE) or _says(file, _HELPERS, last=True)
    return file.output == "exe" and _may_serve(file) and not windows and not side


def _reaches_web(file: ProjectFile, files: Mapping[str, ProjectFile]) -> bool:
    for one in (files[path] for path in reachable(files, [file.path])):
        frameworks = {item.include.lower() for item in one.evaluation.of_kind("FrameworkReference")}
        web = "microsoft.net.sdk.web" in one.names or "microsoft.aspnetcore.app" in frameworks
        if not one.project.is_test and (web or any(name.startswith("microsoft.aspnetcore.") for name in one.names)):
            return True
    return False


def evidence(
    tree: Tree, file: ProjectFile, files: Mapping[str, ProjectFile], rivals: list[ProjectFile]
) -> list[Evidence]:
    """Return what speaks for a candidate, and what against it."""
    deployed = [*_by_images(tree, file), *_by_ci(tree, file)]
    found = [*deployed, *_by_references(tree, file, files)]
    if _says(file, _SIDE):
        found.append(Evidence(-4, file.path))
    page = join(file.project.folder, "wwwroot/index.html")
    if page in tree.files:
        found.append(Evidence(1, page))
    others = (rival for rival in rivals if rival.path != file.path)
    # Two that reference each other cannot build; neither is the other's host.
    hosts = [rival for rival in others if file.path in rival.project.references]
    own = file.project.references
    # The host of what is deployed by itself is another application, or the image is an old one: that is asked.
    weight = -1 if deployed else -4
    return found + [Evidence(weight, rival.path) for rival in hosts if rival.path not in own][:1]


def _by_references(tree: Tree, file: ProjectFile, files: Mapping[str, ProjectFile]) -> Iterator[Evidence]:
    """Yield what the project file says of a SPA or a Blazor client that it hosts."""
    text = tree.facts.texts.get(file.path, "")
    if file.spa_root is not None:
        yield Evidence(3, file.path, line_of(text, "<SpaRoot>"))
    for path in file.project.references:
        if path in files and _WASM in files[path].names:
            yield Evidence(3, file.path, line_of(text, name_of(path)))
            break
    if file.scripts:
        yield Evidence(2, file.path, line_of(text, ".esproj"))


def _by_images(tree: Tree, file: ProjectFile) -> list[Evidence]:
    """Return the image that counts most: one that Fly deploys, one at the root, any other."""
    deployed = {config.dockerfile for config in fly_configs(tree)}
    found = [
        Evidence(6 if one.path in deployed else 2 if one.folder == "." else 1, one.path, _line_of_start(one))
        for one in dockerfiles(tree)
        if starts(one, file)
    ]
    return sorted(found, key=lambda one: one.points)[-1:]


def _line_of_start(dockerfile: Dockerfile) -> int | None:
    said = started(dockerfile)
    return said[1] if said else None


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


def _by_ci(tree: Tree, file: ProjectFile) -> list[Evidence]:
    names = f"{re.escape(name_of(file.path))}|{re.escape(file.project.folder)}"
    word = re.compile(rf"dotnet\s+publish\b.*(?<![\w.-])(?:{names})(?![\w.-])")
    found = ((one, line) for one in ci.files(tree) for line in one.lines if word.search(line.text))
    return [Evidence(2, one.path, line.number) for one, line in found][:1]


def _has_image(images: Iterable[Dockerfile], file: ProjectFile) -> bool:
    return any((started(one) and starts(one, file)) or one.folder == file.project.folder for one in images)


def others(web: ProjectFile | None, files: Mapping[str, ProjectFile], tree: Tree) -> tuple[ProjectFile, ...]:
    """Return what else is deployed: web projects, workers, Blazor apps, and programs with an image of their own."""
    images = dockerfiles(tree)
    found = []
    for file in files.values():
        if (web and file.path == web.path) or not _may_serve(file) or _says(file, _SIDE) or file.output != "exe":
            continue
        own_image = tree.once(("own image", file.path), partial(_has_image, images, file))
        hosted = _WASM in file.names and any(file.path in one.project.references for one in candidates(files))
        if own_image or (file.names & {"microsoft.net.sdk.web", "microsoft.net.sdk.worker", _WASM} and not hosted):
            found.append(file)
    return tuple(sorted(found, key=lambda file: file.path))
