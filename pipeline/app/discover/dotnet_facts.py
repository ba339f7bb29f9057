"""Facts of the .NET half that follow from the projects of one view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.app.discover import testing
from pipeline.app.discover.sdk import pin_facts
from pipeline.app.discover.tree import folder_of, main_ones, name_of, upward
from pipeline.app.discover.web import others
from pipeline.app.model import Confidence, Fact

if TYPE_CHECKING:
    from pipeline.app.discover.dotnet import View
    from pipeline.app.discover.project import ProjectFile
    from pipeline.app.discover.tree import Tree

DERIVED = Confidence.DERIVED


def facts(tree: Tree, view: View) -> list[Fact[Any]]:
    """Return what the projects say."""
    return [
        *_frameworks(view),
        *pin_facts(tree, view.folder),
        *_packages(tree, view),
        *_tests(view),
        _others(tree, view),
    ]


def _frameworks(view: View) -> list[Fact[Any]]:
    every = sorted({name for file in view.files.values() for name in file.project.frameworks})
    found: list[Fact[Any]] = []
    if view.web:
        own = ";".join(view.web.project.frameworks)
        found.append(Fact(name="target framework", value=own or "unknown", source=view.web.framework_source))
    source = view.solution.path if view.solution else view.folder
    return [*found, Fact(name="target frameworks", value=tuple(every), source=source, confidence=DERIVED)]


def _packages(tree: Tree, view: View) -> list[Fact[Any]]:
    central = [file for file in view.files.values() if file.evaluation.is_true("ManagePackageVersionsCentrally")]
    source = central[0].evaluation.sources["managepackageversionscentrally"] if central else "set nowhere"
    configs = [path for path in sorted(tree.paths) if name_of(path).lower() == "nuget.config"]
    above = set(upward(view.folder))
    applied = [path for path in configs if folder_of(path) in above]
    nearest = max(applied, key=lambda path: path.count("/"), default=None)
    locks = tuple(path for path in sorted(tree.paths) if name_of(path) == "packages.lock.json")
    return [
        Fact(name="central package management", value=bool(central), source=source),
        Fact(name="nuget.config", value=nearest, source=nearest or "none above the build target"),
        Fact(name="nuget.config files", value=tuple(main_ones(configs)), source="file names"),
        Fact(name="lock files", value=locks, source="file names"),
    ]


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
    waiting, seen = [file.path], set()
    while waiting:
        path = waiting.pop(0)
        if path in seen or path not in view.files:
            continue
        seen.add(path)
        if found := testing.framework_of(view.files[path].names):
            return found
        waiting += view.files[path].project.references
    return None


def _helpers(view: View) -> tuple[str, ...]:
    return tuple(
        path
        for path, file in sorted(view.files.items())
        if not file.project.is_test and testing.looks_like_test(file.evaluation, file.names)
    )


def _others(tree: Tree, view: View) -> Fact[Any]:
    value = tuple(file.path for file in others(view.web, {**view.others, **view.files}, tree))
    return Fact(name="other deployables", value=value, source="project files and Dockerfiles", confidence=DERIVED)
