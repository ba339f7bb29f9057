"""Which package.json is the SPA of the application."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.app.discover import ci
from pipeline.app.discover.calls import programs_of
from pipeline.app.discover.choice import Choice
from pipeline.app.discover.markup import json_of, section
from pipeline.app.discover.output import BUILDERS
from pipeline.app.discover.packages import lock_in
from pipeline.app.discover.tree import (
    PROJECT_ENDINGS,
    SIDE_FOLDERS,
    folder_of,
    is_below,
    join,
    line_of,
    main_ones,
    name_of,
    resolve,
)
from pipeline.app.model import Confidence
from pipeline.errors import SETTINGS_INVALID, PipelineError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.app.discover.dotnet import View
    from pipeline.app.discover.project import ProjectFile
    from pipeline.app.discover.tree import Tree

KEY = "spa.folder"

# A lead smaller than this is no reason to decide.
LEAD = 2

FRAMEWORKS = {
    "next": "next",
    "nuxt": "nuxt",
    "@angular/core": "angular",
    "@sveltejs/kit": "svelte",
    "svelte": "svelte",
    "react": "react",
    "vue": "vue",
    "solid-js": "solid",
    "preact": "preact",
    "astro": "astro",
}
BUNDLERS = frozenset(
    {"vite", "webpack", "parcel", "esbuild", "rollup", "react-scripts", "@angular/cli", "webpack-cli", "gulp"}
)
_CONFIGS = ("vite.config.", "next.config.", "nuxt.config.", "webpack.config.", "svelte.config.", "astro.config.")
_PAGES = ("angular.json", "index.html")
_BUILDS = re.compile(r"(?:build|generate|package|prod)(?:[:_-].*)?")
_USUAL = re.compile(r"client(?:[-_.]?app)?|front-?end|web(?:-?app)?|ui|spa|app", re.IGNORECASE)
_SIDE = re.compile(
    r"e2e|tests?|tools|sdk|e?mails?|docs?|documentation|storybook|templates?|website|site|blog|landing|marketing"
    r"|mobile|native|desktop|playground|demo"
)
_WORDS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")

# What makes a site of documentation, a phone or desktop app, mails: no SPA of a web project, unless a tool for the web
# builds it.
_FOREIGN = frozenset(
    {"@docusaurus/core", "vitepress", "vuepress", "storybook", "react-native", "expo", "electron", "react-email"}
)
_NX_PAGES = ("index.html", "src/index.html", "src/main.tsx", "src/main.jsx", "next.config.js", "next.config.mjs")
_RUNS = re.compile(r"\b(?:npm|yarn|pnpm|bun)\b")
_SUBMODULE = re.compile(r"^\s*path\s*=\s*(\S+)", re.MULTILINE)
_FRONTEND_LIKE = re.compile(r"(?:^|[-_./])(?:ui|web|client|frontend|front-end|spa|app)$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Frontend:
    """A folder with a package.json that builds something for browsers."""

    folder: str
    package: Mapping[str, object]
    framework: str | None
    points: int
    is_named: bool = False
    is_side: bool = False
    is_tied: bool = False
    is_bare: bool = False

    @property
    def file(self) -> str:
        """Its package.json."""
        return join(self.folder, "package.json")


def dependencies_of(package: Mapping[str, object]) -> frozenset[str]:
    """Return the names of all packages that package.json asks for itself."""
    return frozenset(section(package, "dependencies")) | frozenset(section(package, "devDependencies"))


def framework_of(package: Mapping[str, object]) -> str | None:
    """Return the framework, the one that brings the others first."""
    names = dependencies_of(package)
    return next((name for package_name, name in FRAMEWORKS.items() if package_name in names), None)


def as_set(tree: Tree, setting: str) -> str:
    """Return the folder that the settings name."""
    folder = resolve(".", setting)
    if folder is not None and join(folder, "package.json") in tree.paths:
        return folder
    known = tuple(f"there is {name}" for name in tree.named("package.json"))
    raise PipelineError(SETTINGS_INVALID, f"{KEY}: {setting} holds no package.json", known)


def choose(tree: Tree, setting: str, views: Sequence[View]) -> Choice[str | None]:
    """Return the folder of the SPA; None among several options means that there may be no SPA at all."""
    if setting:
        return Choice((as_set(tree, setting),), Confidence.STATED)
    found = candidates(tree, views)
    apps = [one for one in found if one.framework or one.is_named] or [
        one for one in found if not _has_project(tree, one.folder)
    ]
    if not found and (unread := broken(tree)):
        json_of(tree, unread[0])
    if not apps or all(_is_doubtful(one) for one in apps):
        # A bundler beside a project makes assets of server-rendered pages, or is all there is of a SPA; a site of
        # documentation is no application, unless it is.
        unsure = [*(one.folder for one in found), *([] if found else _submodules(tree))]
        return Choice((*unsure, None)) if unsure else Choice()
    best = max(apps, key=lambda one: one.points)
    if all(one is best or best.points - one.points >= LEAD for one in apps):
        sure = Confidence.STATED if best.is_named else Confidence.DERIVED
        return Choice((best.folder,), sure, *_named_by(tree, best, views))
    return Choice(tuple(one.folder for one in apps))


def _is_doubtful(one: Frontend) -> bool:
    """Whether it may be something else although it is all there is: nothing ties it to the web project."""
    return not one.is_tied and (one.is_side or one.is_bare)


def nx_applications(tree: Tree) -> tuple[str, ...]:
    """Return the applications for browsers of an Nx workspace, which have no package.json of their own."""
    if not any(name_of(path) == "nx.json" for path in tree.files):
        return ()
    folders = sorted(folder_of(path) for path in tree.files if name_of(path) == "project.json")
    return tuple(one for one in folders if any(join(one, page) in tree.files for page in _NX_PAGES))


def _named_by(tree: Tree, best: Frontend, views: Sequence[View]) -> tuple[str, int | None]:
    """Return the project that names the folder, with its line; nothing where none does."""
    for view in views:
        root = view.web.spa_root if view.web else None
        if view.web and root and root.lower() == best.folder.lower():
            text = tree.facts.texts.get(view.web.path, "")
            return view.web.path, line_of(text, "<SpaRoot>") or line_of(text, "<ClientAppFolder>")
    return "", None


def others(tree: Tree, folder: str | None) -> tuple[str, ...]:
    """Return the other folders whose package.json builds something."""
    found = []
    for path in _files(tree):
        place = folder_of(path)
        scripts = section(_package(tree, path), "scripts")
        if place != folder and any(_BUILDS.fullmatch(name) for name in scripts):
            found.append(place)
    return tuple(found)


def candidates(tree: Tree, views: Sequence[View]) -> list[Frontend]:
    """Return every folder that could be the SPA."""
    roots = {view.web.spa_root.lower() for view in views if view.web and view.web.spa_root}
    webs = {view.web.project.folder for view in views if view.web}
    run = {place for view in views if view.web for place in _run_by(view.web)}
    found = [_candidate(tree, path, roots, webs, run) for path in _files(tree)]
    return [one for one in found if one]


def _files(tree: Tree) -> list[str]:
    files = [path for path in tree.named("package.json") if "wwwroot" not in path.lower().split("/")]
    return main_ones(files)


def _package(tree: Tree, path: str) -> Mapping[str, object]:
    """Return a package.json; one that cannot be read is told when there is no other."""
    try:
        return json_of(tree, path)
    except PipelineError:
        return {}


def broken(tree: Tree) -> tuple[str, ...]:
    """Return the package.json files that cannot be read."""
    found = []
    for path in _files(tree):
        try:
            json_of(tree, path)
        except PipelineError:
            found.append(path)
    return tuple(found)


def _run_by(web: ProjectFile) -> set[str]:
    """Return the folders in which the project's own targets run a package manager."""
    calls = [call for call in web.evaluation.calls if call.file == web.path and _RUNS.search(call.command)]
    return {place for call in calls if (place := resolve(web.project.folder, call.folder or "."))}


def _candidate(tree: Tree, path: str, roots: set[str], webs: set[str], run: set[str]) -> Frontend | None:
    package, folder = _package(tree, path), folder_of(path)
    names = dependencies_of(package)
    framework = framework_of(package)
    builds = any(_BUILDS.fullmatch(name) for name in section(package, "scripts"))
    page = any(join(folder, name) in tree.files for name in _PAGES)
    configured = any(name_of(file).startswith(_CONFIGS) for file in tree.beside(folder))
    has_pages = page or configured
    is_named = folder.lower() in roots
    is_run = folder in run
    if not (framework or names & BUNDLERS or is_named) or not (builds or has_pages):
        return None
    if "workspaces" in package and not has_pages:
        return None
    if names & _FOREIGN and not _is_for_browsers(package):
        return None
    name = name_of(folder)
    words = {word.lower() for word in _WORDS.findall(name)}
    side = any(_SIDE.fullmatch(word) for word in words) or not SIDE_FOLDERS.isdisjoint(folder.lower().split("/"))
    fills, inside = _fills_wwwroot(tree, folder, package), any(is_below(folder, web) and web != "." for web in webs)
    usual = bool(_USUAL.fullmatch(name))
    points = 8 * is_named + 4 * is_run + (3 if framework else -1) + 3 * fills + 2 * usual
    points += 2 * inside + 2 * builds + bool(lock_in(tree, folder)) + has_pages - 3 * side
    named = is_named or is_run
    return Frontend(
        folder=folder,
        package=package,
        framework=framework,
        points=points,
        is_named=named,
        is_side=side,
        is_tied=named or fills or inside,
        is_bare=bool(webs) and not usual and not builds and not (page and configured),
    )


def _is_for_browsers(package: Mapping[str, object]) -> bool:
    scripts = section(package, "scripts")
    programs = {program for name in scripts if _BUILDS.fullmatch(name) for program in programs_of(name, scripts)}
    return not programs.isdisjoint(BUILDERS) and not any(program.startswith("electron") for program in programs)


def _fills_wwwroot(tree: Tree, folder: str, package: Mapping[str, object]) -> bool:
    scripts = " ".join(str(text) for text in section(package, "scripts").values())
    configs = (path for path in tree.beside(folder) if name_of(path).startswith(("vite.config.", "angular.json")))
    return "wwwroot" in scripts or any("wwwroot" in tree.facts.texts.get(path, "") for path in configs)


def _has_project(tree: Tree, folder: str) -> bool:
    return any(path.lower().endswith(PROJECT_ENDINGS) for path in tree.beside(folder))


def _submodules(tree: Tree) -> list[str]:
    """Return submodules that CI treats as a frontend: what they hold is not in the tree."""
    text = tree.facts.texts.get(".gitmodules", "")
    named = [path for path in _SUBMODULE.findall(text) if _FRONTEND_LIKE.search(path)]
    lines = [line.text for file in ci.files(tree) for line in file.lines]
    runs = [line for line in lines if re.search(r"\b(?:npm|yarn|pnpm|bun)\b", line)]
    return [path for path in named if any(path in line for line in runs)]
