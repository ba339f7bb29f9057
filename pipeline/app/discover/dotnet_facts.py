"""Facts of the .NET half that follow from the projects of one view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.app.discover import testing
from pipeline.app.discover.choice import absent, listed
from pipeline.app.discover.project import reachable
from pipeline.app.discover.sdk import pin_facts
from pipeline.app.discover.tree import folder_of, line_of, main_ones, name_of, upward
from pipeline.app.discover.web import others
from pipeline.app.model import Confidence, Fact

if TYPE_CHECKING:
    from pipeline.app.discover.dotnet import View
    from pipeline.app.discover.project import ProjectFile
    from pipeline.app.discover.tree import Tree

DERIVED = Confidence.DERIVED
TOOLS = (".config/dotnet-tools.json", "dotnet-tools.json")


def facts(tree: Tree, view: View) -> list[Fact[Any]]:
    """Return what the projects say."""
    return [
        *_projects(view),
        *_frameworks(tree, view),
        *pin_facts(tree, view.folder),
        *_packages(tree, view),
        *_tests(view),
        _others(tree, view),
    ]


def _projects(view: View) -> list[Fact[Any]]:
    """Return all projects that belong to the application: those of the solution, and what they lead to."""
    source = view.solution.path if view.solution else view.targets[0]
    every = tuple(sorted(view.files))
    outside = tuple(path for path in every if view.solution and path not in view.solution.projects)
    return [
        Fact(name="projects", value=every, source=source, confidence=DERIVED),
        Fact(name="projects outside the solution", value=outside, source=source, confidence=DERIVED),
    ]


def _frameworks(tree: Tree, view: View) -> list[Fact[Any]]:
    every = sorted({name for file in view.files.values() for name in file.project.frameworks})
    found: list[Fact[Any]] = []
    if view.web:
        source = view.web.framework_source
        line = line_of(tree.facts.texts.get(source, ""), "<TargetFramework")
        own = ";".join(view.web.project.frameworks)
        sure = Confidence.STATED if own else DERIVED
        found.append(Fact(name="target framework", value=own or "unknown", source=source, line=line, confidence=sure))
    source = view.solution.path if view.solution else view.targets[0]
    return [*found, Fact(name="target frameworks", value=tuple(every), source=source, confidence=DERIVED)]


def _packages(tree: Tree, view: View) -> list[Fact[Any]]:
    configs = [path for path in sorted(tree.paths) if name_of(path).lower() == "nuget.config"]
    above = set(upward(view.folder))
    applied = [path for path in configs if folder_of(path) in above]
    nearest = max(applied, key=lambda path: path.count("/"), default=None)
    locks = [path for path in sorted(tree.paths) if name_of(path) == "packages.lock.json"]
    tools = next((path for path in TOOLS if path in tree.paths), None)
    return [
        _central(tree, view),
        Fact(name="nuget.config", value=nearest, source=nearest) if nearest else absent("nuget.config", "none above"),
        listed("nuget.config files", main_ones(configs)),
        listed("lock files", locks),
        Fact(name="tools manifest", value=tools, source=tools) if tools else absent("tools manifest", "no such file"),
    ]


def _central(tree: Tree, view: View) -> Fact[bool]:
    name = "central package management"
    central = [file for file in view.files.values() if file.evaluation.is_true("ManagePackageVersionsCentrally")]
    if not central:
        return Fact(name=name, value=False, source="no project sets it", confidence=DERIVED)
    source = central[0].evaluation.sources["managepackageversionscentrally"]
    line = line_of(tree.facts.texts.get(source, ""), "<ManagePackageVersionsCentrally")
    return Fact(name=name, value=True, source=source, line=line)


def _tests(view: View) -> list[Fact[Any]]:
    tests = [view.files[project.path] for project in view.tests]
    source = "no project with a test framework" if not tests else tests[0].path
    frameworks = sorted({name for file in tests if (name := framework_of(file, view))})
    runners = sorted({file.project.runner.value for file in tests if file.project.runner})
    helpers = _helpers(view)
    return [
        Fact(name="test projects", value=tuple(file.path for file in tests), source=source, confidence=DERIVED),
        Fact(name="test frameworks", value=tuple(frameworks), source=source, confidence=DERIVED),
        Fact(name="test runners", value=tuple(runners), source=source, confidence=DERIVED),
        Fact(name="tests outside the solution", value=view.outside, source=source, confidence=DERIVED),
        Fact(name="no tests in spite of its looks", value=helpers, source="packages and sources", confidence=DERIVED),
    ]


def framework_of(file: ProjectFile, view: View) -> str | None:
    """Return the test framework of a test project, also when only what it references names it."""
    found = (testing.framework_of(view.files[path].names) for path in reachable(view.files, [file.path]))
    return next((name for name in found if name), None)


def _helpers(view: View) -> tuple[str, ...]:
    return tuple(
        path
        for path, file in sorted(view.files.items())
        if not file.project.is_test and testing.looks_like_test(file.evaluation, file.names)
    )


def _others(tree: Tree, view: View) -> Fact[Any]:
    value = tuple(file.path for file in others(view.web, {**view.others, **view.files}, tree))
    return Fact(name="other deployables", value=value, source="project files and Dockerfiles", confidence=DERIVED)
