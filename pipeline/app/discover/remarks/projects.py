"""Projects, solutions and the SDK."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.app import support
from pipeline.app.discover import remarks
from pipeline.app.discover.docker import dockerfiles
from pipeline.app.discover.markup import section, string
from pipeline.app.discover.project import read_project
from pipeline.app.discover.remarks.plain import without
from pipeline.app.discover.remarks.view import MAX_COMMANDS, folders_above
from pipeline.app.discover.solution import ENDINGS, needs_windows, read_solution
from pipeline.app.discover.tree import PROJECT_ENDINGS, folder_of, is_aside, line_of, main_ones, resolve
from pipeline.app.model import Confidence
from pipeline.app.remark_kinds import dotnet as kinds
from pipeline.app.remark_kinds import spa as spa_kinds
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from pipeline.app.discover.remarks.view import View
    from pipeline.app.model import Project, Remark

SOON = timedelta(days=120)
MOST = 20
SHOWN = 4
MAX_PROJECTS = 300

_FRAMEWORK = re.compile(r"net(?:coreapp)?(\d{1,2}\.\d)(?:-.*)?", re.IGNORECASE)
_OFF = re.compile(
    r"<(NoWarn|WarningsAsErrors|TreatWarningsAsErrors|RunAnalyzers|NuGetAudit|EnableNETAnalyzers|WarningLevel)"
    r"(?:\s[^<>]{0,300})?(?:/>|>([^<]*)</)"
)
# Missing comments in the documentation: everybody switches these off, and they hide nothing else.
_HARMLESS = frozenset({"1591", "CS1591", "1573", "CS1573", "1701", "1702", "1705"})
_OTHER_PROJECT = re.compile(
    r"[\"']([^\"'\n*$]{1,300}\.(?:esproj|vbproj|sqlproj|dcproj|vcxproj|wapproj))[\"']", re.IGNORECASE
)
_REFERENCE = re.compile(r"<ProjectReference\b[^<>]{0,300}?\bInclude\s{0,9}=\s{0,9}[\"']([^\"'\n$]{1,300})[\"']")
_CASE_FILTER = re.compile(r"<TestCaseFilter>\s{0,99}([^<\s][^<]{0,300}?)\s{0,99}</TestCaseFilter>")
_SOURCE = (".vb", ".razor", ".feature", ".cs", ".fs")


def projects_of(view: View) -> tuple[Project, ...]:
    """Return the projects of the application; where it is an open question which, all that are there."""
    return view.app.dotnet.projects if view.app.dotnet else view.once("projects", _all_projects)


def _all_projects(view: View) -> tuple[Project, ...]:
    found = []
    for path in islice(main_ones(view.tree.ending(*PROJECT_ENDINGS)), MAX_PROJECTS):
        try:
            found.append(read_project(view.tree, path).project)
        except PipelineError:
            # Discovery tells why, when the question is answered.
            continue
    return tuple(found)


def closure(view: View, path: str) -> frozenset[str]:
    """Return a project and all that it references."""
    by_path = {project.path: project for project in projects_of(view)}
    found: set[str] = set()
    waiting = [path]
    while waiting:
        one = waiting.pop()
        if one in by_path and one not in found:
            found.add(one)
            waiting += by_path[one].references
    return frozenset(found)


def support_ends(view: View) -> Iterator[Remark]:
    """Find frameworks and Node versions whose support is over or ends soon."""
    places: dict[str, list[Project]] = {}
    for project in projects_of(view):
        for framework in project.frameworks:
            if found := _FRAMEWORK.fullmatch(framework):
                places.setdefault(found[1], []).append(project)
    web = view.app.dotnet.web if view.app.dotnet else None
    for version, projects in sorted(places.items()):
        first = web if web and web in projects else projects[0]
        more = f" ({len(projects)} projects)" if len(projects) > 1 else ""
        line = line_of(view.text(first.path), "<TargetFramework")
        yield from _ends(view, support.DOTNET, f".NET {version}", version, (first.path, line, more))
    node = next((fact for fact in view.app.facts if fact.name == "node"), None)
    # A guess is ours, and no choice of the repository.
    if node and node.value and node.confidence is not Confidence.GUESSED:
        there = node.source if node.source in view.tree.files else ""
        place = (there, node.line if there else None, "")
        yield from _ends(view, support.NODE, f"Node {node.value}", str(node.value), place)


def _ends(
    view: View, ends: Mapping[str, date], name: str, version: str, place: tuple[str, int | None, str]
) -> Iterator[Remark]:
    end = ends.get(version)
    file, line, more = place
    if end and end < view.today:
        kind = kinds.EOL_DOTNET if ends is support.DOTNET else spa_kinds.EOL_NODE
        yield kind.at(f"{name} is out of support since {end}{more}", file or None, line)
    elif end and end - SOON <= view.today:
        yield kinds.EOL_SOON.at(f"support of {name} ends on {end}{more}", file or None, line)


def outside(view: View) -> Iterator[Remark]:
    """Find projects that are built as references and that the solution does not list."""
    net = view.app.dotnet
    if not net or not net.solution:
        return
    try:
        listed = set(read_solution(view.tree, net.solution).projects)
    except PipelineError:
        return
    referenced = {path: project for project in net.projects for path in project.references}
    for project in net.projects:
        if project.path not in listed and not project.is_test and project.path in referenced:
            by = referenced[project.path]
            message = f"{net.solution} does not list it; {by.name} references it"
            line = line_of(view.text(by.path), project.path.rpartition("/")[2])
            yield kinds.NOT_IN_SOLUTION.at(message, project.path if not line else by.path, line)


def warnings_off(view: View) -> Iterator[Remark]:
    """Find what the compiler is not allowed to say."""
    props = [path for path, _ in view.texts(r"(?:.*/)?Directory\.Build\.(?:props|targets)")]
    for path in [*props, *(project.path for project in projects_of(view))]:
        text = without(view.text(path), "<!--", "-->")
        found = [(_switched_off(one[1], (one[2] or "").strip()), one.start()) for one in _OFF.finditer(text)]
        told = [(what, at) for what, at in found if what]
        if told:
            line = text.count("\n", 0, told[0][1]) + 1
            yield kinds.WARNINGS_OFF.at("; ".join(dict.fromkeys(what for what, _ in told)), path, line)


def _switched_off(name: str, value: str) -> str:
    if name == "NoWarn":
        codes = [code for code in re.split(r"[;,\s]+", value) if code and "$(" not in code and code not in _HARMLESS]
        return f"NoWarn {', '.join(codes)}" if codes else ""
    if name == "WarningsAsErrors":
        return "" if value else "WarningsAsErrors emptied"
    off = value.lower() in ("false", "0")
    return f"{name} {value}" if off else ""


def sdk_pin(view: View) -> Iterator[Remark]:
    """Find an SDK that nothing pins, or that is pinned too tight."""
    net = view.app.dotnet
    if not net:
        return
    file = view.tree.nearest(folder_of(net.build_target), "global.json")
    sdk = section(view.json(file), "sdk") if file else {}
    version = string(sdk, "version")
    if not version:
        yield kinds.SDK_UNPINNED.at(f"no global.json names a version; SDK {net.sdk} is taken")
    elif file and string(sdk, "rollForward").lower() in ("", "patch", "latestpatch", "disable"):
        said = string(sdk, "rollForward") or "no rollForward"
        line = line_of(view.text(file), '"version"')
        yield kinds.EXACT_SDK.at(f"{version} with {said}: an SDK of another feature band is refused", file, line)


def missing(view: View) -> Iterator[Remark]:
    """Find projects of other kinds that solutions and projects name and that are not there."""
    net = view.app.dotnet
    files = [net.solution] if net and net.solution else []
    for path in [*files, *(project.path for project in projects_of(view))]:
        text = view.text(path)
        for found in _OTHER_PROJECT.finditer(text):
            wanted = resolve(folder_of(path), found[1])
            if not view.tree.facts.files or (wanted and wanted in view.tree.files):
                continue
            there = next((one for one in view.folded.get((wanted or "").lower(), ()) if one != wanted), None)
            yield remarks.not_on_disk(path, found[1], there, text.count("\n", 0, found.start()) + 1)


def orphans(view: View) -> Iterator[Remark]:
    """Find projects in no solution that no project references."""
    if not view.app.dotnet or not view.app.dotnet.solution:
        return
    known = {project.path for project in projects_of(view)}
    for path in view.tree.ending(*ENDINGS):
        with suppress(PipelineError):
            known |= set(read_solution(view.tree, path).projects)
    for path, text in view.texts(r".*\.(?:csproj|fsproj|props|targets)"):
        known |= {one for found in _REFERENCE.findall(text) if (one := resolve(folder_of(path), found))}
    left = [path for path in main_ones(view.tree.ending(*PROJECT_ENDINGS)) if path not in known]
    # All projects lie among samples where there is nothing else; and files without an SDK are of another age.
    left = [path for path in left if "<Project Sdk=" in view.text(path) and not is_aside(path)]
    if left:
        shown = ", ".join(left[:SHOWN]) + (f" and {len(left) - SHOWN} more" if len(left) > SHOWN else "")
        yield kinds.ORPHAN.at(f"in no solution, and no project references {shown}", left[0])


def of_windows(view: View) -> Iterator[Remark]:
    """Find solutions that are passed over because the SDK cannot build them on Linux."""
    for path in main_ones(view.tree.ending(*ENDINGS)):
        with suppress(PipelineError):
            if needs_windows(view.tree, read_solution(view.tree, path)):
                yield kinds.WINDOWS_SOLUTION.at("lists no project that an SDK on Linux builds", path)


def empty_tests(view: View) -> Iterator[Remark]:
    """Find test projects that hold no source file."""
    for project in projects_of(view):
        if project.is_test and view.tree.facts.files and project.folder not in _with_sources(view):
            yield kinds.EMPTY_TESTS.at("no source file lies below it", project.path)


def filtered_tests(view: View) -> Iterator[Remark]:
    """Find filters that keep tests from running, in what MSBuild or the test platform reads by itself."""
    for project in projects_of(view):
        if not project.is_test:
            continue
        evaluation = read_project(view.tree, project.path).evaluation
        if words := evaluation.get("VSTestTestCaseFilter"):
            file = evaluation.sources.get("vstesttestcasefilter") or project.path
            yield kinds.FILTERED_TESTS.at(f"`{words}`", file, line_of(view.text(file), "VSTestTestCaseFilter"))
        written = evaluation.get("RunSettingsFilePath") or evaluation.get("VSTestSetting")
        settings = resolve(project.folder, written) if written else None
        found = _CASE_FILTER.search(view.text(settings)) if settings in view.tree.paths else None
        if settings and found:
            yield kinds.FILTERED_TESTS.at(f"`{found[1]}`", settings, line_of(view.text(settings), found[0]))


def _with_sources(view: View) -> frozenset[str]:
    return view.once("with sources", lambda one: folders_above(p for p in one.tree.files if p.endswith(_SOURCE)))


def twins(view: View) -> Iterator[Remark]:
    """Find files whose paths differ in case alone."""
    found = [paths for paths in view.folded.values() if len(paths) > 1]
    for paths in found[:MOST]:
        yield kinds.CASE_TWINS.at(f"there is {' and '.join(paths)}", paths[0])


def crowded(view: View) -> Iterator[Remark]:
    """Find folders where `dotnet build` would not know what to build."""
    net = view.app.dotnet
    folders = {project.folder for project in projects_of(view)} | ({folder_of(net.build_target)} if net else set())
    by_folder: dict[str, list[str]] = {}
    for path in view.tree.ending(*ENDINGS, *PROJECT_ENDINGS):
        by_folder.setdefault(folder_of(path), []).append(path)
    for folder, paths in sorted(by_folder.items()):
        solutions = [path for path in paths if path.lower().endswith((".sln", ".slnx"))]
        several = solutions if len(solutions) > 1 else [path for path in paths if path.lower().endswith("proj")]
        if folder in folders and len(several) > 1:
            names = " and ".join(path.rpartition("/")[2] for path in several)
            yield kinds.TWO_IN_FOLDER.at(f"{names} lie in one folder", several[0])


def unread(view: View) -> Iterator[Remark]:
    """Tell files that no rule has seen; those that discovery needs are errors of its own."""
    for path, why in sorted(view.tree.facts.unreadable.items()):
        yield kinds.UNREAD.at(why, path)
    for file in dockerfiles(view.tree):
        if view.is_endless(file):
            yield kinds.UNREAD.at("more stages or instructions than a person writes", file.path)
    if len(view.commands) >= MAX_COMMANDS:
        yield kinds.UNREAD.at(f"scripts hold over {MAX_COMMANDS} command lines; the others were not looked at")


DETECTORS = (
    support_ends,
    outside,
    missing,
    orphans,
    of_windows,
    filtered_tests,
    warnings_off,
    sdk_pin,
    empty_tests,
    twins,
    crowded,
    unread,
)
