"""The .NET half: solution, projects, tests and what surrounds them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.app.discover import remarks
from pipeline.app.discover.project import closure
from pipeline.app.discover.sdk import sdk_of
from pipeline.app.discover.solution import ENDINGS, choose, read_solution
from pipeline.app.discover.tree import PROJECT_ENDINGS, folder_of, main_ones, name_of, upward
from pipeline.app.discover.web import KEY as WEB_KEY
from pipeline.app.discover.web import choose_web, web_as_set
from pipeline.app.model import Dotnet, Fact
from pipeline.errors import AMBIGUOUS, PipelineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.app.discover.project import ProjectFile
    from pipeline.app.discover.solution import Solution
    from pipeline.app.discover.tree import Tree
    from pipeline.app.model import Project, Remark
    from pipeline.settings.model import DotnetSettings

_AROUND = frozenset(
    {"directory.build.props", "directory.build.targets", "directory.packages.props", "global.json", "nuget.config"}
)
_NUGET = ("nuget.config", "NuGet.config", "NuGet.Config")
_TOOLS = (".config/dotnet-tools.json", "dotnet-tools.json")


@dataclass(frozen=True, kw_only=True)
class DotnetHalf:
    """What was found out about the .NET half."""

    dotnet: Dotnet
    spa_root: str | None = None
    facts: tuple[Fact, ...] = ()
    remarks: tuple[Remark, ...] = ()


@dataclass(kw_only=True)
class _Found:
    solution: Solution | None
    files: dict[str, ProjectFile]
    web: ProjectFile | None = None
    outside: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def tests(self) -> list[Project]:
        projects = (file.project for _, file in sorted(self.files.items()))
        return [project for project in projects if project.is_test]


def discover_dotnet(tree: Tree, settings: DotnetSettings) -> DotnetHalf | None:
    """Return the .NET half, None when there is no project."""
    solution = choose(tree, settings.solution)
    if solution is None and not settings.web and not tree.ending(*PROJECT_ENDINGS):
        return None
    found = _with_solution(tree, solution, settings) if solution else _without_solution(tree, settings)
    if not found.files:
        return None
    target = solution.path if solution else _target(found)
    sdk, guessed = sdk_of(tree, settings.sdk, folder_of(target), found.files.values())
    dotnet = _dotnet(tree, found, target, sdk.value)
    facts = _facts(found, dotnet, sdk)
    spa_root = found.web.spa_root if found.web else None
    return DotnetHalf(dotnet=dotnet, spa_root=spa_root, facts=facts, remarks=(*_remarks(found), *guessed))


def _with_solution(tree: Tree, solution: Solution, settings: DotnetSettings) -> _Found:
    set_web = web_as_set(tree, settings.web) if settings.web else None
    files = closure(tree, [*solution.projects, *([set_web] if set_web else [])])
    found = _Found(solution=solution, files=files, remarks=list(solution.remarks))
    found.web = files[set_web] if set_web else choose_web(files.values())
    for path in main_ones(_unclaimed(tree, solution, files)):
        for extra, file in _stray_tests(tree, path, found).items():
            files.setdefault(extra, file)
    found.outside = [p.path for p in found.tests if p.path not in solution.projects]
    return found


def _unclaimed(tree: Tree, solution: Solution, files: Mapping[str, ProjectFile]) -> list[str]:
    """Return the projects on disk that neither this solution nor another one lists."""
    claimed = set(files)
    for path in tree.ending(*ENDINGS):
        if path != solution.path:
            try:
                claimed.update(read_solution(tree, path).projects)
            except PipelineError:
                continue
    return [path for path in tree.ending(*PROJECT_ENDINGS) if path not in claimed]


def _stray_tests(tree: Tree, path: str, found: _Found) -> dict[str, ProjectFile]:
    """Return a test project outside the solution with all that it references; a broken stray is no reason to stop."""
    try:
        files = closure(tree, [path])
    except PipelineError as error:
        found.remarks.append(remarks.stray_unread(path, error.what))
        return {}
    return files if files[path].project.is_test else {}


def _without_solution(tree: Tree, settings: DotnetSettings) -> _Found:
    files = closure(tree, main_ones(tree.ending(*PROJECT_ENDINGS)))
    # Files without an SDK are old-style projects or property files that others import.
    files = {path: file for path, file in files.items() if file.project.sdk}
    set_web = web_as_set(tree, settings.web) if settings.web else None
    files |= closure(tree, [set_web] if set_web else [])
    web = files[set_web] if set_web else choose_web(files.values())
    if web:
        starts = [web.project.path, *(path for path, file in files.items() if file.project.is_test)]
        files = closure(tree, starts)
    return _Found(solution=None, files=files, web=web)


def _target(found: _Found) -> str:
    if found.web:
        return found.web.project.path
    referenced = {name for file in found.files.values() for name in file.project.references}
    roots = sorted(path for path in found.files if path not in referenced) or sorted(found.files)
    if len(roots) > 1:
        what = f"{len(roots)} projects, no solution and no web project; set `{WEB_KEY}`, or add a solution"
        raise PipelineError(AMBIGUOUS, what, tuple(roots))
    return roots[0]


def _dotnet(tree: Tree, found: _Found, target: str, sdk: str) -> Dotnet:
    solution = found.solution.path if found.solution else None
    tools = next((path for path in _TOOLS if path in tree.paths), None)
    listed = found.solution.projects if found.solution else (target,)
    wanted = [*found.tests, *([found.web.project] if found.web else [])]
    return Dotnet(
        build_target=target,
        also_build=tuple(sorted({p.path for p in wanted if p.path not in listed})),
        solution=solution,
        sdk=sdk,
        projects=tuple(file.project for _, file in sorted(found.files.items())),
        web=found.web.project if found.web else None,
        tests=tuple(found.tests),
        tools_manifest=tools,
        nuget_config=tree.nearest(folder_of(target), *_NUGET),
        root_files=_root_files(tree, found.files, target, (solution, tools)),
    )


def _root_files(tree: Tree, files: Iterable[str], target: str, more: Iterable[str | None]) -> tuple[str, ...]:
    folders = {folder for path in (*files, target) for folder in upward(folder_of(path))}
    around = {path for path in tree.paths if name_of(path).lower() in _AROUND and folder_of(path) in folders}
    return tuple(sorted(around | {path for path in more if path}))


def _facts(found: _Found, dotnet: Dotnet, sdk: Fact) -> tuple[Fact, ...]:
    facts = [Fact(name="build target", value=dotnet.build_target, source=dotnet.build_target), sdk]
    if found.web:
        path = found.web.project.path
        frameworks = ";".join(found.web.project.frameworks)
        facts.append(Fact(name="web project", value=path, source=path))
        facts.append(Fact(name="target framework", value=frameworks or "unknown", source=found.web.framework_source))
    for project in dotnet.tests:
        runner = project.runner.value if project.runner else "unknown"
        value = f"{project.test_framework or 'unknown framework'}, {runner}"
        facts.append(Fact(name=f"tests {project.name}", value=value, source=project.path))
    return tuple(facts)


def _remarks(found: _Found) -> tuple[Remark, ...]:
    said = [*found.remarks, *(remark for file in found.files.values() for remark in file.remarks)]
    solution = found.solution.path if found.solution else ""
    said += [remarks.test_outside(path, solution) for path in found.outside]
    if not found.tests:
        said.append(remarks.no_tests())
    if found.web is None:
        said.append(remarks.no_web())
    unlocked = [path for path, file in sorted(found.files.items()) if not file.project.has_lock_file]
    if len(unlocked) < len(found.files):
        said += [remarks.no_lock(path) for path in unlocked]
    return tuple(said)
