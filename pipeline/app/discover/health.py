"""Health endpoints: what the sources of the web project and of its libraries map."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.app.discover.fly import fly_configs
from pipeline.app.discover.sources import code_of
from pipeline.app.model import Confidence, Fact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pipeline.app.discover.dotnet import View
    from pipeline.app.discover.tree import Tree

_MAPPED = re.compile(r"\b(?:(\w+)\s*\.\s*)?(?:Map|Use)HealthChecks\s*\(\s*([^,)\n]*)")
_GET = re.compile(r"\b(\w+)\s*\.\s*MapGet\s*\(\s*\"([^\"]*)\"")
_GROUP = re.compile(r"\b(\w+)\s*=\s*[\w.]+\s*\.\s*MapGroup\s*\(\s*\"([^\"]*)\"")
_ATTRIBUTE = re.compile(r"\[\s*(?:HttpGet|Route)\s*\(\s*\"~?(/[^\"]*)\"")
_CONTROLLER = re.compile(r"\bclass\s+(Health\w*?)Controller\b")
_TEMPLATE = re.compile(r"\[\s*Route\s*\(\s*\"([^\"]*\[controller\][^\"]*)\"")
_ACTION = re.compile(r"\[\s*HttpGet\s*\(\s*\"([\w-]+)\"")
_OWNER = re.compile(r"\[\s*Route\s*\(\s*\"([^\"]*)\"[^{};]{0,500}?\bclass\s+(\w+?)(?:Controller)?\b")
_HEALTH_LIKE = re.compile(r"/(?:health[\w-]*|alive|ping|ready|readiness|live|liveness|up)", re.IGNORECASE)
_CONSTANT = re.compile(r"\b(?:const|static\s+readonly)\s+string\s+(\w+)\s*=\s*\"([^\"]+)\"")
_LITERAL = re.compile(r"\"([^\"]+)\"")
_DEVELOPMENT = re.compile(r"\bif\s*\([^{};!]{0,200}\bIsDevelopment\s*\(\s*\)[^{};]{0,200}\)\s*\{")

_WORDS = ("HealthChecks", "MapGet", "HttpGet", "[Route", "class Health")

# An API has versions; what a platform polls has not.
MAX_PARTS = 2


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One path, where it is mapped, and whether only in development."""

    path: str
    file: str
    line: int
    development: bool


def facts_of_view(tree: Tree, view: View) -> list[Fact[Any]]:
    """Return what can be polled when the web project runs."""
    found = endpoints(tree, view)
    always = [one for one in found if not one.development]
    shown = always or found
    paths = tuple(dict.fromkeys(one.path for one in shown))
    source, line = (shown[0].file, shown[0].line) if shown else ("no health endpoint in the sources", None)
    sure = Confidence.DERIVED
    if not found and (hidden := _mapped_somehow(tree, view)):
        (source, line), sure = hidden, Confidence.GUESSED
    only = not always if found else None
    return [
        Fact(name="health endpoints", value=paths, source=source, line=line, confidence=sure),
        Fact(name="health in development only", value=only, source=source, line=line, confidence=Confidence.DERIVED),
        _polled(tree, always),
    ]


def _mapped_somehow(tree: Tree, view: View) -> tuple[str, int] | None:
    """Return where health checks are mapped to a path that no literal says."""
    for project in view.served:
        for path, code in code_of(tree, project, *_WORDS):
            if found := _MAPPED.search(code):
                return path, code.count("\n", 0, found.start()) + 1
    return None


def _polled(tree: Tree, always: list[Endpoint]) -> Fact[Any]:
    """Return the path that a deployment is checked by."""
    checks = {config.health_path: config for config in fly_configs(tree) if config.health_path}
    if len(checks) == 1:
        (config,) = checks.values()
        return Fact(name="health path", value=config.health_path, source=config.path, line=config.health_line)
    if always:
        first = always[0]
        return Fact(
            name="health path", value=first.path, source=first.file, line=first.line, confidence=Confidence.DERIVED
        )
    return Fact(name="health path", value=None, source="nothing names one", confidence=Confidence.DERIVED)


def endpoints(tree: Tree, view: View) -> list[Endpoint]:
    """Return the health endpoints: the framework's own, else paths that say so, else a controller of that name."""
    projects = view.served
    constants = _constants(tree, projects)
    found: list[Endpoint] = []
    for look in (_framework, _named, _by_controller, _by_action):
        found = found or [one for project in projects for one in _look(tree, project, look, constants)]
    # `/healthz/extended` beside `/healthz` is the same check with more words.
    paths = {one.path for one in found}
    return [one for one in found if not any(one.path.startswith(f"{path}/") for path in paths)]


def _constants(tree: Tree, projects: Iterable[str]) -> dict[str, str]:
    """Return the texts that names stand for, of names that stand for one text in all these projects."""
    found: dict[str, set[str]] = {}
    for project in projects:
        for _, code in code_of(tree, project, "const string", "readonly string"):
            for one in _CONSTANT.finditer(code):
                found.setdefault(one[1], set()).add(one[2])
    return {name: min(texts) for name, texts in found.items() if len(texts) == 1}


def _look(tree: Tree, project: str, look: Any, constants: Mapping[str, str]) -> Iterator[Endpoint]:
    for path, code in code_of(tree, project, *_WORDS):
        blocks = _blocks(code)
        for written, at in look(code, constants):
            inside = any(start < at < end for start, end in blocks)
            yield Endpoint(path=_tidy(written), file=path, line=code.count("\n", 0, at) + 1, development=inside)


def _framework(code: str, constants: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    groups = _groups(code)
    for found in _MAPPED.finditer(code):
        written = _resolved(code, found[2].strip(), found.start(), constants)
        if written:
            yield f"{groups.get(found[1], '')}/{written}", found.start()


def _groups(code: str) -> dict[str, str]:
    return {found[1]: found[2] for found in _GROUP.finditer(code)}


def _named(code: str, _constants: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    groups = _groups(code)
    for found in _GET.finditer(code):
        path = f"{groups.get(found[1], '')}/{found[2]}"
        if _is_probe(path):
            yield path, found.start()
    for found in _ATTRIBUTE.finditer(code):
        if _is_probe(found[1]):
            yield found[1], found.start()


def _by_controller(code: str, _constants: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Yield the path of a controller of that name, which it has from a template of its own or of its base class."""
    controller = _CONTROLLER.search(code)
    if not controller:
        return
    template = _TEMPLATE.search(code)
    path = (template[1] if template else "api/[controller]").replace("[controller]", controller[1].lower())
    plain = re.search(r"\[\s*HttpGet\s*(?:\(\s*\))?\s*\]", code)
    if plain and controller[1].lower() in ("health", "healthcheck", "healthz"):
        yield path, plain.start()


def _by_action(code: str, _constants: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Yield the paths of actions with such a name, below the template of their controller."""
    owners = list(_OWNER.finditer(code))
    for found in _ACTION.finditer(code):
        owner = next((one for one in reversed(owners) if one.end() <= found.start()), None)
        if owner and _HEALTH_LIKE.fullmatch(f"/{found[1]}"):
            path = f"{owner[1].replace('[controller]', owner[2].lower())}/{found[1]}"
            if _is_probe(path):
                yield path, found.start()


def _is_probe(path: str) -> bool:
    parts = [part for part in path.split("/") if part]
    return (
        0 < len(parts) <= MAX_PARTS
        and all("{" not in part for part in parts)
        and bool(any(_HEALTH_LIKE.fullmatch(f"/{part}") for part in parts))
    )


def _resolved(code: str, argument: str, at: int, constants: Mapping[str, str]) -> str | None:
    """Return the text of an argument: a literal, or a name that this file, or one constant, gives a literal to."""
    if literal := _LITERAL.search(argument):
        return literal[1]
    found = re.match(r"(?:new\s+\w+\s*\(\s*)?(\w+)", argument)
    if not found:
        return None
    name = re.escape(found[1])
    if given := re.search(rf"\b{name}\s*=\s*\"([^\"]+)\"", code):
        return given[1]
    if (owned := re.fullmatch(r"(?:\w+\s*\.\s*)*(\w+)", argument)) and owned[1] in constants:
        return constants[owned[1]]
    methods = re.findall(rf"\b(\w+)\s*\([^(){{}};]{{0,200}}\b{name}\b[^(){{}};]{{0,200}}\)\s*\{{", code[:at])
    called = re.search(rf"\b{re.escape(methods[-1])}\s*\(\s*\"([^\"]+)\"", code) if methods else None
    return called[1] if called else None


def _tidy(path: str) -> str:
    return "/" + "/".join(part for part in path.split("/") if part)


def _blocks(code: str) -> list[tuple[int, int]]:
    """Return the places of blocks that run in development only."""
    found = []
    for start in _DEVELOPMENT.finditer(code):
        depth, at = 1, start.end()
        while depth and at < len(code):
            depth += {"{": 1, "}": -1}.get(code[at], 0)
            at += 1
        found.append((start.end(), at))
    return found
