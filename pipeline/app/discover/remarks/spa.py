"""package.json, its scripts and the files around the SPA."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.app.discover.markup import section, string
from pipeline.app.discover.remarks.plain import without
from pipeline.app.discover.remarks.view import first_of, quoted, times
from pipeline.app.discover.scripts import cannot_fail
from pipeline.app.discover.tree import folder_of, is_below, join, line_of, name_of, resolve, upward
from pipeline.app.remark_kinds import dotnet as general
from pipeline.app.remark_kinds import spa as kinds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.app.discover.remarks.view import View
    from pipeline.app.model import Remark
    from pipeline.app.remark_kinds import Kind

# The package that brings a command, where it has another name.
_PACKAGES = {
    "eslint": "eslint", "prettier": "prettier", "tsc": "typescript", "vite": "vite", "vitest": "vitest", "jest": "jest",
    "react-scripts": "react-scripts", "ng": "@angular/cli", "webpack": "webpack", "playwright": "@playwright/test",
    "cypress": "cypress", "karma": "karma", "mocha": "mocha", "stylelint": "stylelint", "biome": "@biomejs/biome",
    "svelte-check": "svelte-check", "vue-tsc": "vue-tsc", "next": "next", "nuxt": "nuxt", "rimraf": "rimraf",
    "cross-env": "cross-env", "husky": "husky", "turbo": "turbo", "nx": "nx", "parcel": "parcel", "rollup": "rollup",
}  # fmt: skip
_RUNNERS = frozenset({"vitest", "jest", "karma", "mocha"})
_FLAT = re.compile(r"(?:.*/)?eslint\.config\.(?:js|mjs|cjs|ts|mts|cts)")
_CLASSIC = re.compile(r"(?:.*/)?\.eslintrc(?:\.(?:js|cjs|json|yml|yaml))?")
_JEST_FLAGS = re.compile(r"--watchAll\b|--coverageThreshold\b|--runInBand\b|--ci\b|--detectOpenHandles\b")
_TEST_LINE = re.compile(r"\b(?:npm|yarn|pnpm|bun)\s+(?:run\s+)?(test[\w:.-]*)(?:\s|$)(.*)")
_IMPORT = re.compile(r"""\b(?:from|import|require[ \t]?\()[ \t]{0,9}['"]([^'"\n]{1,200})['"]""")
_MANY_IMPORTS = 400
_WINDOWS = re.compile(
    r"(?:^|&&|\|\||;)\s*(?:set\s+\w+=|cmd\s+/c|xcopy\s|robocopy\s|del\s+/|rmdir\s+/s|rd\s+/s|copy\s+\S+\\|start\s+\w)",
    re.IGNORECASE,
)
_PROJECT = re.compile(r"\btsc\b[^&|;]*?\s(?:-p|--project|--build|-b)[ =]([\w./-]+)")
_CONFIG = re.compile(r"\b(?:vite|vitest|eslint|jest|webpack|playwright)\b[^&|;]*?\s(?:-c|--config)[ =]([\w./-]+)")
_MINIFY = re.compile(r"\bminify\s*:\s*['\"]terser['\"]")
_LINK = re.compile(
    r"""<(?:script|link|img)\b[^<>]{0,500}?\s(?:src|href)\s{0,9}=\s{0,9}["']([^"'<>\n]{1,300})["']""", re.IGNORECASE
)
_HASHED = re.compile(r"[\w][-.]([A-Za-z0-9_]{8,20})(?:\.chunk)?\.(?:js|css)$")
_SHOWN = 4


# What only a person calls, on the system that he has.
_BY_HAND = re.compile(r"(?:pre|post)?(?:dev|start|serve|watch|debug|preview)(?:[:.-].*)?")


def scripts_of(view: View) -> dict[str, str]:
    """Return the scripts of the SPA."""
    return {name: text for name, text in section(view.package, "scripts").items() if isinstance(text, str)}


def _packages_from(view: View, folder: str) -> list[Mapping[str, object]]:
    """Return each package.json from a folder upward: Node looks for packages in all of these folders."""
    above = (join(place, "package.json") for place in upward(folder))
    return [view.json(path) for path in above if path in view.tree.paths]


def asked_for(view: View) -> frozenset[str]:
    """Return every package that package.json and those above it name."""
    names: set[str] = set()
    folder = view.spa.folder if view.spa else "."
    for package in _packages_from(view, folder):
        for kind in ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies"):
            names |= set(section(package, kind))
    return frozenset(names)


def _script(view: View, kind: Kind, name: str, message: str) -> Remark:
    path = join(view.spa.folder, "package.json") if view.spa else "package.json"
    text = view.text(path)
    start = max(text.find('"scripts"'), 0)
    at = text.find(f'"{name}"', start)
    return kind.at(message, path, text.count("\n", 0, at) + 1 if at >= 0 else None)


def masked(view: View) -> Iterator[Remark]:
    """Find every other script that cannot fail; those with a step are told by discovery."""
    spa = view.spa
    told = {s.name for s in (spa.build, spa.lint, spa.type_check, spa.test) if s} if spa else set()
    for name, command in scripts_of(view).items():
        if name not in told and "||" in command and cannot_fail(command):
            message = f"the script `{name}` hides failures: its green proves nothing"
            yield _script(view, general.CANNOT_FAIL, name, message)


def tools(view: View) -> Iterator[Remark]:
    """Find commands of scripts that no package of package.json brings."""
    names = asked_for(view)
    told: set[str] = set()
    for script, command in scripts_of(view).items():
        for tool in _called(command):
            package = _PACKAGES[tool]
            brought = {package, tool, f"{tool}-cli"} & names or (tool == "playwright" and "playwright-core" in names)
            if brought or package in told or (tool in ("eslint", "tsc") and "react-scripts" in names):
                continue
            told.add(package)
            kind = kinds.RUNNER_MISSING if tool in _RUNNERS else kinds.TOOL_MISSING
            yield _script(view, kind, script, f"`{script}` calls {tool}, and package.json does not name {package}")


def _called(command: str) -> list[str]:
    parts = (part.split() for part in re.split(r"&&|\|\||[;|]", command))
    words = ([w for w in part if "=" not in w and w not in ("npx", "cross-env", "dotenv", "--")] for part in parts)
    return [part[0] for part in words if part and part[0] in _PACKAGES]


def lint_config(view: View) -> Iterator[Remark]:
    """Find an ESLint that has no configuration of its kind."""
    lint = view.spa.lint if view.spa else None
    if not lint or not re.search(r"\beslint\b", lint.command) or "eslintConfig" in view.package:
        return
    wanted = string(section(view.package, "devDependencies"), "eslint") or string(
        section(view.package, "dependencies"), "eslint"
    )
    major = re.search(r"(\d+)", wanted)
    folder = view.spa.folder if view.spa else "."
    around = [path for path in view.tree.files if is_below(folder, folder_of(path))]
    flat = any(_FLAT.fullmatch(path) for path in around)
    classic = sorted(path for path in around if _CLASSIC.fullmatch(path))
    if not major or flat or "ESLINT_USE_FLAT_CONFIG=false" in lint.command or "--config" in lint.command:
        return
    if int(major[1][:3]) >= 9:  # noqa: PLR2004  # the first version without .eslintrc
        there = f"there is only {name_of(classic[0])}" if classic else "there is none"
        message = f"ESLint {major[1]} reads eslint.config.*, {there}: nothing is linted"
        yield _script(view, kinds.NO_LINT_CONFIG, lint.name, message)
    elif not classic:
        yield _script(view, kinds.NO_LINT_CONFIG, lint.name, "there is no .eslintrc.* and no eslint.config.*")


def imports(view: View) -> Iterator[Remark]:
    """Find packages that the tests import and package.json does not name."""
    if not view.spa:
        return
    names = asked_for(view)
    missing: dict[str, list[str]] = {}
    for path, text in view.texts(r".*\.(?:test|spec)\.(?:ts|tsx|js|jsx)"):
        if not is_below(path, view.spa.folder):
            continue
        for found in _IMPORT.findall(text)[:_MANY_IMPORTS]:
            package = _package_of(found)
            if package and package not in names and f"@types/{package}" not in names:
                missing.setdefault(package, []).append(path)
    runners = {name: paths for name, paths in missing.items() if _is_for_tests(name)}
    if runners:
        files = sorted({path for paths in runners.values() for path in paths})
        who = "a test file imports" if len(files) == 1 else f"{len(files)} test files import"
        named = "does not name it" if len(runners) == 1 else "names none of them"
        message = f"{who} {', '.join(sorted(runners))}; package.json {named}"
        yield kinds.IMPORT_MISSING.at(message, files[0])


def _package_of(written: str) -> str:
    if written.startswith((".", "/", "@/", "~", "#", "node:", "virtual:")):
        return ""
    parts = written.split("/")
    return "/".join(parts[:2]) if written.startswith("@") else parts[0]


def _is_for_tests(name: str) -> bool:
    # Other names may be aliases of tsconfig, which are not read.
    return name in {"vitest", "jest", "msw", "jsdom", "sinon", "chai", "enzyme"} or name.startswith("@testing-library/")


def test_lines(view: View) -> Iterator[Remark]:
    """Find workflows that give Vitest the flags of Jest, and scripts that start a watcher."""
    spa = view.spa
    if not spa or not spa.test:
        return
    scripts = scripts_of(view)
    if spa.test_tool == "vitest":
        lines = []
        for one in view.commands:
            found = _TEST_LINE.search(one.text)
            if found and _JEST_FLAGS.search(found[2]) and "jest" not in scripts.get(found[1], ""):
                lines.append((one.file, one.line))
        for file, where in first_of(lines).items():
            message = f"gives flags of Jest to Vitest{times(where)}"
            yield kinds.WRONG_FLAGS.at(message, file, where[0])
    command = scripts.get("test", "")
    waits = re.fullmatch(
        r"\s*(?:npx\s+)?(?:vitest(?:\s+--(?!run)\S+)*|vitest\s+watch.*|ng\s+test|react-scripts\s+test)\s*", command
    )
    if waits and "--run" not in command:
        yield _script(view, kinds.WATCHES, "test", f"`test` is `{command.strip()}`, which waits for changes")


def node_said(view: View) -> Iterator[Remark]:
    """Find an SPA that leaves the Node version to whoever builds it."""
    spa = view.spa
    if not spa or any(
        string(section(package, "engines"), "node") or section(package, "volta")
        for package in _packages_from(view, spa.folder)
    ):
        return
    pins = (".nvmrc", ".node-version", ".tool-versions")
    if not view.tree.nearest(spa.folder, *pins) and not any(
        is_below(spa.folder, folder_of(p)) for p in view.named(*pins)
    ):
        path = join(spa.folder, "package.json")
        yield kinds.NODE_UNSAID.at("no `engines`, no `volta`, no .nvmrc above it", path)


def optional(view: View) -> Iterator[Remark]:
    """Find a build that minifies with a package that nobody asked for."""
    if not view.spa:
        return
    for path, text in view.texts(r"(?:.*/)?vite\.config\.\w+"):
        found = _MINIFY.search(text)
        if found and folder_of(path) == view.spa.folder and "terser" not in asked_for(view):
            message = "minifies with terser, which package.json does not name"
            yield kinds.OPTIONAL_MISSING.at(message, path, text.count("\n", 0, found.start()) + 1)


def browsers(view: View) -> Iterator[Remark]:
    """Find Playwright or Cypress without a configuration or a test."""
    names = asked_for(view) & {"playwright", "@playwright/test", "cypress"} if view.spa else set()
    for name in sorted(names):
        tool = "cypress" if name == "cypress" else "playwright"
        used = any(name_of(path).startswith(f"{tool}.config.") or f"/{tool}/" in f"/{path}" for path in view.tree.files)
        called = any(tool in text for text in scripts_of(view).values())
        # Vitest's browser mode drives it without a configuration of its own.
        if not used and not called and "@vitest/browser" not in asked_for(view):
            path = join(view.spa.folder if view.spa else ".", "package.json")
            message = f"{name} is installed, and there is no {tool}.config.* and no script for it"
            yield kinds.NO_BROWSER_TESTS.at(message, path, line_of(view.text(path), f'"{name}"'))


def windows(view: View) -> Iterator[Remark]:
    """Find scripts in the language of Windows."""
    for name, command in scripts_of(view).items():
        if _WINDOWS.search(command) and not _BY_HAND.fullmatch(name):
            yield _script(view, kinds.WINDOWS_SCRIPT, name, f"`{name}` is `{quoted(command)}`")


def committed(view: View) -> Iterator[Remark]:
    """Find a built SPA among the sources."""
    found = built(view)
    if found:
        others = f", and {len(found) - 1} more" if len(found) > 1 else ""
        message = f"this built file is committed{others}"
        yield kinds.COMMITTED_OUTPUT.at(message, found[0])


def built(view: View) -> list[str]:
    """Return the committed files that a bundler wrote."""
    return view.once("built files", _built)


def _built(view: View) -> list[str]:
    spa = view.spa
    if not spa:
        return []
    dist = resolve(spa.folder, spa.dist)
    return sorted(path for path in view.tree.files if _is_built(path, dist) and not view.is_ignored(path))


def _is_built(path: str, dist: str | None) -> bool:
    """Whether a file has a bundler's hash in its name, where the SPA or the web project keeps what is built."""
    found = _HASHED.search(path)
    named = found and (re.search(r"\d", found[1]) or found[1].isupper())
    place = f"/{path}"
    return bool(named) and (f"/{dist}/" in place or "/wwwroot/" in place) and "/lib/" not in place


def files(view: View) -> Iterator[Remark]:
    """Find files that scripts name and nobody has."""
    folder = view.spa.folder if view.spa else "."
    for name, command in scripts_of(view).items():
        for written in [*_PROJECT.findall(command), *_CONFIG.findall(command)]:
            path = resolve(folder, written)
            there = path and (view.holds(path) or view.holds(f"{path}.json"))
            if not there and re.search(r"\.\w+$", written):
                yield _script(view, kinds.SCRIPT_FILE, name, f"`{name}` names {written}, which is not there")


def page(view: View) -> Iterator[Remark]:
    """Find files that index.html names and neither the SPA nor its public folder holds."""
    spa = view.spa
    path = join(spa.folder, "index.html") if spa else ""
    if not spa or path not in view.tree.facts.texts or not _is_vite(view.package):
        return
    text = without(view.text(path), "<!--", "-->")
    for found in _LINK.finditer(text):
        written = found[1].split("?")[0].split("#")[0]
        if not written or "://" in written or written.startswith(("//", "data:", "%", "{", "<")) or "%" in written:
            continue
        inside = written.lstrip("./")
        places = [join(spa.folder, inside), join(spa.folder, f"public/{inside}")]
        # What the web project serves itself is there when the application runs.
        web = view.app.dotnet.web if view.app.dotnet else None
        places += [join(web.folder, f"wwwroot/{inside}")] if web else []
        if not any(view.holds(place) for place in places):
            line = text.count("\n", 0, found.start(1)) + 1
            yield kinds.PAGE_FILE.at(f"names {written}, which is not there", path, line)


def _is_vite(package: Mapping[str, object]) -> bool:
    return "vite" in section(package, "devDependencies") or "vite" in section(package, "dependencies")


DETECTORS = (
    masked, tools, lint_config, imports, test_lines, node_said, optional, browsers, windows,
    committed, files, page,
)  # fmt: skip
