"""The .NET half: solution, projects, tests and what surrounds them, under each answer that is possible."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pipeline.app.discover import dotnet_facts, migrations, remarks, sources, testing
from pipeline.app.discover.choice import Choice, absent, asked, merged
from pipeline.app.discover.markup import section, string
from pipeline.app.discover.project import as_test, closure, reachable
from pipeline.app.discover.sdk import sdk_of
from pipeline.app.discover.solution import ENDINGS, choose, read_solution
from pipeline.app.discover.solution import KEY as SOLUTION_KEY
from pipeline.app.discover.tree import PROJECT_ENDINGS, folder_of, main_ones, name_of, upward
from pipeline.app.discover.web import KEY as WEB_KEY
from pipeline.app.discover.web import choose_web, web_as_set
from pipeline.app.model import Confidence, Dotnet, Fact
from pipeline.errors import PipelineError
from pipeline.settings.files import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.app.discover.project import ProjectFile
    from pipeline.app.discover.solution import Solution
    from pipeline.app.discover.tree import Tree
    from pipeline.app.model import Project, Remark
    from pipeline.settings.model import DotnetSettings

# A question with more answers is asked with all of them; what follows from it is told for the first ones.
MAX_VIEWS = 30

_AROUND = frozenset(
    {"directory.build.props", "directory.build.targets", "directory.packages.props", "global.json", "nuget.config"}
)


@dataclass(frozen=True, kw_only=True)
class View:
    """The .NET half under one answer to what is open; `others` are projects on disk that do not belong to it."""

    solution: Solution | None
    files: Mapping[str, ProjectFile]
    others: Mapping[str, ProjectFile] = field(default_factory=dict)
    web: ProjectFile | None = None
    confidence: Confidence = Confidence.DERIVED
    decided_by: tuple[str, int | None] = ("", None)
    outside: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def tests(self) -> list[Project]:
        """The test projects by path."""
        projects = (file.project for _, file in sorted(self.files.items()))
        return [project for project in projects if project.is_test]

    @cached_property
    def served(self) -> tuple[str, ...]:
        """The web project and all that it references, without tests."""
        starts = [self.web.path] if self.web else []
        return tuple(path for path in reachable(self.files, starts) if not self.files[path].project.is_test)

    @property
    def targets(self) -> list[str]:
        """What restore and build can be called with; more than one only without solution and web project."""
        if self.solution:
            return [self.solution.path]
        if self.web:
            return [self.web.path]
        referenced = {name for file in self.files.values() for name in file.project.references}
        return sorted(path for path in self.files if path not in referenced) or sorted(self.files)

    @property
    def folder(self) -> str:
        """The folder where the .NET commands find their configuration."""
        return folder_of(self.targets[0])


@dataclass(frozen=True, kw_only=True)
class DotnetHalf:
    """What was found out about the .NET half; `dotnet` is missing while something is asked."""

    dotnet: Dotnet | None
    views: tuple[View, ...]
    key: str
    facts: tuple[Fact[Any], ...] = ()
    remarks: tuple[Remark, ...] = ()


def discover_dotnet(tree: Tree, settings: DotnetSettings) -> DotnetHalf | None:
    """Return the .NET half, None when there is no project."""
    solutions = choose(tree, settings.solution)
    if not solutions.options and not settings.web and not tree.ending(*PROJECT_ENDINGS):
        return None
    views = tuple(view for base in _bases(tree, solutions, settings) for view in _with_web(tree, base, settings))
    if not views:
        return None
    key = SOLUTION_KEY if solutions.is_open else WEB_KEY
    told = views[:MAX_VIEWS]
    facts = (*_questions(solutions, views, key), *merged([_facts(tree, view, settings) for view in told], key))
    is_open = len(views) > 1 or len(views[0].targets) > 1
    return DotnetHalf(
        dotnet=None if is_open else _dotnet(tree, views[0], settings),
        views=told,
        key=key,
        facts=facts,
        remarks=_common([_remarks(tree, view, settings) for view in told]),
    )


def _common(answers: list[tuple[Remark, ...]]) -> tuple[Remark, ...]:
    """Return the remarks that hold under every answer."""
    return tuple(remark for remark in answers[0] if all(remark in others for others in answers[1:]))


def _bases(tree: Tree, solutions: Choice[Solution], settings: DotnetSettings) -> list[View]:
    found = [_of_solution(tree, solution, settings) for solution in solutions.options]
    found = found or [_without_solution(tree, settings)]
    return [view for view in found if view.files]


def _settled(tree: Tree, files: Mapping[str, ProjectFile]) -> dict[str, ProjectFile]:
    """Take a project without tests for a helper where another one references it, else for a test project."""
    referenced = {name for file in files.values() for name in file.project.references}
    return {
        path: as_test(tree, file) if file.may_test and path not in referenced else file for path, file in files.items()
    }


def _of_solution(tree: Tree, solution: Solution, settings: DotnetSettings) -> View:
    set_web = web_as_set(tree, settings.web) if settings.web else None
    files = _settled(tree, closure(tree, [*solution.projects, *([set_web] if set_web else [])]))
    said = list(solution.remarks)
    for path in main_ones(_unclaimed(tree, solution, files)):
        try:
            stray = closure(tree, [path])
        except PipelineError as error:
            # A broken project that nobody builds is no reason to stop.
            said.append(remarks.stray_unread(path, error.what))
            continue
        if stray[path].project.is_test and sources.holds_tests(tree, path) is not False:
            files = {**stray, **files}
    listed = set(solution.projects)
    outside = tuple(path for path, file in sorted(files.items()) if file.project.is_test and path not in listed)
    return View(solution=solution, files=files, outside=outside, remarks=tuple(said))


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


def _without_solution(tree: Tree, settings: DotnetSettings) -> View:
    files = _settled(tree, closure(tree, main_ones(tree.ending(*PROJECT_ENDINGS))))
    # Files without an SDK are old-style projects or property files that others import.
    files = {path: file for path, file in files.items() if file.project.sdk}
    if settings.web:
        files |= closure(tree, [web_as_set(tree, settings.web)])
    return View(solution=None, files=files)


def _with_web(tree: Tree, base: View, settings: DotnetSettings) -> list[View]:
    """Return a view for each project that could be the one to publish."""
    if settings.web:
        path = web_as_set(tree, settings.web)
        return [_reduced(tree, replace(base, web=base.files[path], confidence=Confidence.STATED))]
    webs = choose_web(tree, base.files)
    if not webs.options:
        return [base]
    found = (replace(base, web=web, confidence=webs.confidence) for web in webs.options)
    return [_reduced(tree, replace(view, decided_by=(webs.source, webs.line))) for view in found]


def _reduced(tree: Tree, view: View) -> View:
    """Without a solution only what the web project and the tests need belongs to the application."""
    if view.solution or view.web is None:
        return view
    starts = [view.web.path, *(project.path for project in view.tests)]
    return replace(view, files={path: view.files[path] for path in closure(tree, starts)}, others=view.files)


def _questions(solutions: Choice[Solution], views: tuple[View, ...], key: str) -> list[Fact[Any]]:
    facts: list[Fact[Any]] = []
    if solutions.is_open:
        facts.append(asked("solution", [one.path for one in solutions.options], SOLUTION_KEY))
    else:
        path = solutions.options[0].path if solutions.options else None
        source = path or "no solution file"
        facts.append(Fact(name="solution", value=path, source=source, confidence=solutions.confidence))
    webs = list(dict.fromkeys(view.web.path if view.web else None for view in views))
    if len(webs) > 1:
        return [*facts, asked("web project", webs, key)]
    web = views[0].web
    if web is None:
        return [*facts, absent("web project", "no project that serves")]
    source, line = views[0].decided_by
    sure = views[0].confidence
    place = SETTINGS if sure is Confidence.STATED and not source else source or web.path
    return [*facts, Fact(name="web project", value=web.path, source=place, line=line, confidence=sure)]


def _facts(tree: Tree, view: View, settings: DotnetSettings) -> list[Fact[Any]]:
    targets = view.targets
    if len(targets) > 1:
        target: Fact[Any] = asked("build target", targets, WEB_KEY)
    else:
        target = Fact(name="build target", value=targets[0], source=targets[0], confidence=Confidence.DERIVED)
    sdk, _ = sdk_of(tree, settings.sdk, view.folder, view.files.values())
    return [target, sdk, *dotnet_facts.facts(tree, view)]


def _dotnet(tree: Tree, view: View, settings: DotnetSettings) -> Dotnet:
    target = view.targets[0]
    tools = next((path for path in dotnet_facts.TOOLS if path in tree.paths), None)
    solved = view.solution
    listed = [path for path in solved.projects if path not in solved.unbuilt] if solved else [target]
    wanted = [*view.tests, *([view.web.project] if view.web else [])]
    solution = view.solution.path if view.solution else None
    sdk, _ = sdk_of(tree, settings.sdk, view.folder, view.files.values())
    projects = {path: _with_framework(file, view) for path, file in sorted(view.files.items())}
    return Dotnet(
        build_target=target,
        also_build=tuple(sorted({p.path for p in wanted if p.path not in listed})),
        solution=solution,
        sdk=sdk.value,
        projects=tuple(projects.values()),
        web=view.web.project if view.web else None,
        tests=tuple(project for project in projects.values() if project.is_test),
        tools_manifest=tools,
        tools=_tools(tree, tools),
        migrations=migrations.of_view(tree, view),
        root_files=_root_files(tree, view.files, target, (solution, tools)),
    )


def _left_out(tree: Tree, view: View) -> list[str]:
    """Return projects with tests that nothing runs; those of a helper run in the classes that inherit them."""
    helpers = {name for test in view.tests for name in test.references}
    waiting = [(path, file) for path, file in sorted(view.files.items()) if path not in helpers]
    open_ones = [(path, file) for path, file in waiting if not file.project.is_test]
    return [path for path, file in open_ones if testing.left_out(tree, file.evaluation, file.names)]


def _with_framework(file: ProjectFile, view: View) -> Project:
    if not file.project.is_test or file.project.test_framework:
        return file.project
    return replace(file.project, test_framework=dotnet_facts.framework_of(file, view))


def _tools(tree: Tree, manifest: str | None) -> tuple[tuple[str, str], ...]:
    """Return the tools of a manifest with their versions; one that cannot be read names none."""
    try:
        content = json.loads(tree.facts.texts.get(manifest or "", ""))
    except (ValueError, RecursionError):
        return ()
    tools = section(content, "tools") if isinstance(content, dict) else {}
    return tuple((name, string(section(tools, name), "version")) for name in sorted(tools))


def _root_files(tree: Tree, files: Iterable[str], target: str, more: Iterable[str | None]) -> tuple[str, ...]:
    folders = {folder for path in (*files, target) for folder in upward(folder_of(path))}
    around = {path for path in tree.paths if name_of(path).lower() in _AROUND and folder_of(path) in folders}
    return tuple(sorted(around | {path for path in more if path}))


def _remarks(tree: Tree, view: View, settings: DotnetSettings) -> tuple[Remark, ...]:
    said = [*view.remarks, *(remark for file in view.files.values() for remark in file.remarks)]
    solution = view.solution.path if view.solution else ""
    said += [remarks.test_outside(path, solution) for path in view.outside]
    said += [remarks.tests_not_run(path) for path in _left_out(tree, view)]
    if not view.tests:
        said.append(remarks.no_tests())
    if view.web is None:
        said.append(remarks.no_web())
    unlocked = [path for path, file in sorted(view.files.items()) if not file.project.has_lock_file]
    if len(unlocked) < len(view.files):
        said += [remarks.no_lock(path) for path in unlocked]
    return (*said, *sdk_of(tree, settings.sdk, view.folder, view.files.values())[1])
