"""The React half: folder, package manager, Node, scripts and output."""

from __future__ import annotations

from dataclasses import dataclass
from posixpath import relpath
from typing import TYPE_CHECKING, Any

from pipeline.app.discover import ci, remarks
from pipeline.app.discover.calls import programs_of
from pipeline.app.discover.choice import absent, asked, listed, merged
from pipeline.app.discover.docker import dockerfiles
from pipeline.app.discover.frontends import KEY, broken, choose, dependencies_of, framework_of, nx_applications, others
from pipeline.app.discover.markup import json_of, section
from pipeline.app.discover.node import exact_major, node_of
from pipeline.app.discover.output import dist_of
from pipeline.app.discover.packages import KEY as MANAGER_KEY
from pipeline.app.discover.packages import manager_of
from pipeline.app.discover.scripts import ROLES, builds, called, cannot_fail, script_for
from pipeline.app.discover.tree import join, line_of
from pipeline.app.model import Confidence, Fact, Script, Spa
from pipeline.errors import SETTINGS_INVALID, PipelineError
from pipeline.settings.files import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.app.discover.dotnet import View
    from pipeline.app.discover.node import Said
    from pipeline.app.discover.packages import Manager
    from pipeline.app.discover.tree import Tree
    from pipeline.app.model import Remark
    from pipeline.settings.model import SpaSettings

BUILD_KEY = "spa.build"
NODE_KEY = "spa.node"
MANAGER_VERSION = "package manager version"
_COVERAGE = ("@vitest/coverage-v8", "@vitest/coverage-istanbul")


@dataclass(frozen=True, kw_only=True)
class SpaHalf:
    """What was found out about the React half; `spa` is missing while something is asked."""

    spa: Spa | None
    package: Mapping[str, object]
    facts: tuple[Fact[Any], ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether something is open."""
        return any(fact.is_asked for fact in self.facts)


def discover_spa(tree: Tree, settings: SpaSettings, views: Sequence[View]) -> SpaHalf | None:
    """Return the React half, None when there is none."""
    choice = choose(tree, settings.folder, views)
    if not choice.options:
        return _unread(tree)
    found = [_in_folder(tree, settings, folder, views) for folder in choice.options if folder is not None]
    if not choice.is_open:
        (half,) = found
        fact = Fact(
            name="spa folder",
            value=choice.options[0],
            source=choice.source or _source(choice.options[0]),
            line=choice.line,
            confidence=choice.confidence,
        )
        return SpaHalf(spa=half.spa, package=half.package, facts=(fact, *half.facts), remarks=half.remarks)
    answers = [half.facts for half in found] + [[_others(tree, None)] for folder in choice.options if folder is None]
    question = asked("spa folder", choice.options, KEY)
    return SpaHalf(spa=None, package={}, facts=(question, *merged(answers, KEY)))


def _unread(tree: Tree) -> SpaHalf | None:
    """Return that there are applications which no rule reads, None when there is nothing at all."""
    found = nx_applications(tree)
    if not found:
        return None
    fact = Fact(
        name="nx applications", value=found, source=join(found[0], "project.json"), confidence=Confidence.DERIVED
    )
    return SpaHalf(spa=None, package={}, facts=(fact,), remarks=(remarks.nx_unread(found),))


@dataclass(frozen=True, kw_only=True)
class _Half:
    spa: Spa | None
    package: Mapping[str, object]
    facts: list[Fact[Any]]
    remarks: tuple[Remark, ...]


def _source(folder: str | None) -> str:
    return join(folder, "package.json") if folder is not None else "no package.json of a SPA"


def _in_folder(tree: Tree, settings: SpaSettings, folder: str, views: Sequence[View]) -> _Half:
    file = join(folder, "package.json")
    # A submodule is a folder whose files are not in the tree.
    package = json_of(tree, file) if file in tree.paths else {}
    scripts = section(package, "scripts")
    own, elsewhere = _runs(tree, views, scripts)
    by_role = {role: script_for(role, scripts, elsewhere) for role in ROLES if role != "build"}
    possible = builds(scripts, own or elsewhere)
    build = _build(settings, file, scripts, possible)
    manager = manager_of(tree, folder, package, settings.package_manager)
    node = node_of(tree, settings.node, folder, package)
    built = (build.value,) if not build.is_asked else possible
    dists = [dist_of(tree, folder, package, one, settings.dist) for one in built]
    (dist,) = merged([[_likely(one.fact, folder, views)] for one in dists], BUILD_KEY)
    spa = Spa(
        folder=folder,
        package_manager=manager.name,
        node=node.major,
        lock_file=manager.lock_file,
        manager_version=manager.version or "",
        manager_hash=manager.pinned,
        manager_release=manager.release,
        members=manager.members,
        empty_lock=None if manager.lock_file else _beside(tree, join(folder, "package-lock.json")),
        dist=dists[0].folder,
        server=dists[0].server,
        build=build.value,
        lint=by_role["lint"],
        type_check=by_role["type-check"],
        test=by_role["test"],
        format_check=by_role["format"],
        e2e=by_role["e2e"],
        collects_coverage=any(name in dependencies_of(package) for name in _COVERAGE),
    )
    facts: list[Fact[Any]] = [
        *_manager_facts(manager),
        *_node_facts(node),
        dist,
        *([_server(tree, file, dists[0].server, dist)] if dists[0].server and not dist.is_asked else []),
        _framework(tree, file, package),
        _others(tree, folder),
        listed("package.json files that cannot be read", broken(tree)),
        build if build.is_asked else _script_fact(tree, file, "build", build.value),
        *(_script_fact(tree, file, role, script) for role, script in by_role.items()),
        *_tools(tree, file, {"build": build.value, **by_role}, scripts),
    ]
    said = (*manager.remarks, *(_remarks(tree, file, spa, dist) if package else ()))
    is_open = build.is_asked or dist.is_asked or bool(manager.possible)
    return _Half(spa=None if is_open else spa, package=package, facts=facts, remarks=said)


def _node_facts(node: Said) -> list[Fact[Any]]:
    if node.confidence is Confidence.ASKED:
        every = [node.written, *node.others]
        majors = [major for text in every if (major := exact_major(text))]
        return [asked("node", majors, NODE_KEY), asked("node as written", every, NODE_KEY)]
    return [
        Fact(name="node", value=node.major, source=node.source, line=node.line, confidence=node.confidence),
        Fact(name="node as written", value=node.written, source=node.source, line=node.line)
        if node.written
        else absent("node as written", "no file says it"),
    ]


def _others(tree: Tree, folder: str | None) -> Fact[tuple[str, ...]]:
    value = others(tree, folder)
    return Fact(name="other frontends", value=value, source="package.json files", confidence=Confidence.DERIVED)


def _build(settings: SpaSettings, file: str, scripts: Mapping[str, object], found: tuple[Script, ...]) -> Fact[Any]:
    if settings.build:
        return Fact(name="script build", value=_as_set(settings.build, file, scripts), source=SETTINGS)
    if len(found) > 1:
        return asked("script build", [script.name for script in found], BUILD_KEY)
    return Fact(name="script build", value=found[0] if found else None, source=file)


def _as_set(name: str, file: str, scripts: Mapping[str, object]) -> Script:
    command = scripts.get(name)
    if isinstance(command, str) and command.strip():
        return Script(name=name, command=command.strip())
    known = tuple(f"there is {other}" for other in scripts)
    raise PipelineError(SETTINGS_INVALID, f"{BUILD_KEY}: {file} has no script {name}", known)


def _line(tree: Tree, file: str, key: str) -> int | None:
    return line_of(tree.facts.texts.get(file, ""), f'"{key}"')


def _script_fact(tree: Tree, file: str, role: str, script: Script | None) -> Fact[Any]:
    if script is None:
        return absent(f"script {role}", file)
    return Fact(name=f"script {role}", value=script.name, source=file, line=_line(tree, file, script.name))


def _tools(
    tree: Tree, file: str, by_role: Mapping[str, Script | None], scripts: Mapping[str, object]
) -> list[Fact[Any]]:
    """Return the programs behind each script: its name says what it should do, they say what it does."""
    return [
        Fact(
            name=f"programs of {role}",
            value=programs_of(script.name, scripts),
            source=file,
            line=_line(tree, file, script.name),
            confidence=Confidence.DERIVED,
        )
        for role, script in by_role.items()
        if script
    ]


def _manager_facts(manager: Manager) -> list[Fact[Any]]:
    return [
        Fact(
            name="package manager",
            value=manager.name,
            source=manager.source,
            line=manager.line,
            confidence=manager.confidence,
        ),
        _manager_version(manager),
        Fact(name="spa lock file", value=manager.lock_file, source=manager.lock_file)
        if manager.lock_file
        else absent("spa lock file", "no lock file that locks anything"),
    ]


def _manager_version(manager: Manager) -> Fact[Any]:
    if manager.possible:
        return asked(MANAGER_VERSION, manager.possible, MANAGER_KEY)
    if manager.version is None:
        return absent(MANAGER_VERSION, manager.version_source)
    return Fact(name=MANAGER_VERSION, value=manager.version, source=manager.version_source)


def _runs(tree: Tree, views: Sequence[View], scripts: Mapping[str, object]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the scripts that the web project runs, and those that images and CI run."""
    calls = [call.command for view in views if view.web for call in view.web.evaluation.calls]
    images = [one.text for file in dockerfiles(tree) for one in file.of_kind("RUN")]
    lines = [line.text for file in ci.files(tree) for line in file.lines]
    return called(calls, scripts), called([*images, *lines], scripts)


def _likely(fact: Fact[Any], folder: str, views: Sequence[View]) -> Fact[Any]:
    """Return a question with the folder that web projects serve as one more candidate."""
    if not fact.is_asked:
        return fact
    webs = {join(view.web.project.folder, "wwwroot") for view in views if view.web}
    served = [relpath(place, folder) for place in webs] if len(webs) == 1 else []
    return asked(fact.name, [*fact.candidates, *served], fact.key)


def _beside(tree: Tree, path: str) -> str | None:
    return path if path in tree.paths else None


def _framework(tree: Tree, file: str, package: Mapping[str, object]) -> Fact[Any]:
    found = framework_of(package)
    if found is None:
        return absent("framework", file)
    return Fact(name="framework", value=found, source=file, line=_line(tree, file, "dependencies"))


def _server(tree: Tree, file: str, server: str, dist: Fact[Any]) -> Fact[Any]:
    """Return which framework's server renders the pages."""
    line = _line(tree, file, "dependencies")
    return Fact(
        name="spa server",
        value=server,
        source=dist.source or file,
        line=dist.line or line,
        confidence=Confidence.DERIVED,
    )


def _remarks(tree: Tree, file: str, spa: Spa, dist: Fact[Any]) -> tuple[Remark, ...]:
    text = tree.read(file)
    by_role = {"build": spa.build, "lint": spa.lint, "type-check": spa.type_check, "test": spa.test}
    said = [
        remarks.cannot_fail(role, script.name, file, line_of(text, f'"{script.name}"'))
        for role, script in by_role.items()
        if script and cannot_fail(script.command)
    ]
    if spa.lint is None:
        said.append(remarks.no_lint(file))
    if spa.test is None:
        said.append(remarks.no_spa_tests(file))
    if spa.server:
        said.append(remarks.rendered_by_server(file, spa.server))
    if spa.dist.split("/")[0] == "..":
        said.append(remarks.dist_outside(dist.source, spa.dist))
    return tuple(said)
