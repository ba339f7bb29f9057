"""The React half: folder, package manager, Node, scripts and output."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.app.discover import remarks
from pipeline.app.discover.markup import json_of, section
from pipeline.app.discover.node import node_of
from pipeline.app.discover.packages import manager_of
from pipeline.app.discover.scripts import ROLES, cannot_fail, script_for, test_tool
from pipeline.app.discover.tree import folder_of, is_below, join, line_of, main_ones, name_of, resolve
from pipeline.app.model import Fact, Spa
from pipeline.errors import AMBIGUOUS, SETTINGS_INVALID, PipelineError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.app.discover.tree import Tree
    from pipeline.app.model import Remark, Script
    from pipeline.settings.model import SpaSettings

KEY = "spa.folder"

# Enough for any configuration written by hand; the patterns below are slow on more.
MAX_CONFIG = 20_000

_COMMENT = re.compile(r"(?m)(?:^|(?<=\s))//.*$|/\*(?s:.*?)\*/")
_OUT_DIR = re.compile(r"""\boutDir['"]?\s*:\s*(['"`])([^'"`\n]+)\1""")
_OUT_FLAG = re.compile(r"--outDir[=\s]+['\"]?([^\s'\"]+)")
_COVERAGE = ("@vitest/coverage-v8", "@vitest/coverage-istanbul")


@dataclass(frozen=True, kw_only=True)
class SpaHalf:
    """What was found out about the React half."""

    spa: Spa
    package: Mapping[str, object]
    facts: tuple[Fact, ...] = ()
    remarks: tuple[Remark, ...] = ()


def discover_spa(tree: Tree, settings: SpaSettings, web_folder: str | None, spa_root: str | None) -> SpaHalf | None:
    """Return the React half, None when there is none."""
    folder = _as_set(tree, settings.folder) if settings.folder else _choose(tree, web_folder, spa_root)
    if folder is None:
        return None
    file = join(folder, "package.json")
    package = json_of(tree, file)
    scripts = section(package, "scripts")
    by_role = {role: script_for(role, scripts) for role in ROLES}
    manager = manager_of(tree, folder, package)
    node = node_of(tree, settings.node, folder, package)
    dist = _dist(tree, folder, package, by_role["build"])
    tool = test_tool(by_role["test"], scripts)
    spa = Spa(
        folder=folder,
        package_manager=manager.name,
        node=node.value,
        lock_file=manager.lock_file,
        dist=dist.value,
        build=by_role["build"],
        lint=by_role["lint"],
        type_check=by_role["type-check"],
        test=by_role["test"],
        test_tool=tool,
        collects_coverage=tool == "jest" or any(name in dependencies_of(package) for name in _COVERAGE),
    )
    folder_fact = Fact(name="spa folder", value=folder, source=file)
    manager_fact = Fact(name="package manager", value=manager.name, source=manager.lock_file)
    said = (*manager.remarks, *_remarks(tree, file, spa, dist))
    return SpaHalf(spa=spa, package=package, facts=(folder_fact, manager_fact, node, dist), remarks=said)


def dependencies_of(package: Mapping[str, object]) -> frozenset[str]:
    """Return the names of all packages that package.json asks for itself."""
    return frozenset(section(package, "dependencies")) | frozenset(section(package, "devDependencies"))


def _as_set(tree: Tree, setting: str) -> str:
    folder = resolve(".", setting)
    if folder is not None and join(folder, "package.json") in tree.paths:
        return folder
    known = tuple(f"there is {name}" for name in tree.named("package.json"))
    raise PipelineError(SETTINGS_INVALID, f"{KEY}: {setting} holds no package.json", known)


def _choose(tree: Tree, web_folder: str | None, spa_root: str | None) -> str | None:
    files = [path for path in tree.named("package.json") if "wwwroot" not in path.lower().split("/")]
    found = [folder_of(path) for path in main_ones(files) if _is_spa(json_of(tree, path))]
    if len(found) > 1 and spa_root:
        found = [folder for folder in found if folder.lower() == spa_root.lower()] or found
    if len(found) > 1 and web_folder:
        found = [folder for folder in found if is_below(folder, web_folder)] or found
    if len(found) > 1:
        raise PipelineError(AMBIGUOUS, f"{len(found)} SPA folders; set `{KEY}`", tuple(sorted(found)))
    return found[0] if found else None


def _is_spa(package: Mapping[str, object]) -> bool:
    names = dependencies_of(package)
    return ("react" in names or "vite" in names) and "build" in section(package, "scripts")


def _dist(tree: Tree, folder: str, package: Mapping[str, object], build: Script | None) -> Fact:
    file = join(folder, "package.json")
    flag = _OUT_FLAG.search(build.command) if build else None
    if flag and not _is_absolute(flag[1]):
        return Fact(name="dist", value=_tidy(flag[1]), source=file)
    beside = (path for path in tree.paths if folder_of(path) == folder and name_of(path).startswith("vite.config."))
    for path in sorted(beside):
        found = _OUT_DIR.search(_COMMENT.sub("", tree.read(path)[:MAX_CONFIG]))
        if found and "${" not in found[2] and not _is_absolute(found[2]):
            return Fact(name="dist", value=_tidy(found[2]), source=path, line=line_of(tree.read(path), "outDir"))
    if build and "react-scripts" in build.command and "react-scripts" in dependencies_of(package):
        return Fact(name="dist", value="build", source=file)
    return Fact(name="dist", value="dist", source="default")


def _is_absolute(path: str) -> bool:
    return resolve("x", path) is None and not path.startswith("..")


def _tidy(path: str) -> str:
    parts = [part for part in path.replace("\\", "/").split("/") if part not in ("", ".")]
    return "/".join(parts) or "."


def _remarks(tree: Tree, file: str, spa: Spa, dist: Fact) -> tuple[Remark, ...]:
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
    if spa.dist.split("/")[0] == "..":
        said.append(remarks.dist_outside(dist.source, spa.dist))
    return tuple(said)
