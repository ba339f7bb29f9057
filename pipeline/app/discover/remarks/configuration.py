"""appsettings and environment files. Values are looked at and never shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.app.discover.remarks.secret_words import is_local, is_placeholder, is_secret
from pipeline.app.discover.tree import PROJECT_ENDINGS, folder_of, name_of
from pipeline.app.remark_kinds import configuration as kinds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.app.discover.remarks.view import View
    from pipeline.app.model import Remark

_SETTINGS = r"(?:.*/)?appsettings(?:\.\w+)*\.json"
_ENV = r"(?:.*/)?\.env(?:\.[\w.-]+)?"
_EXAMPLE = re.compile(r"example|sample|template|dist$|defaults?$", re.IGNORECASE)
_RESETS = re.compile(
    r"^(?:force_?re?seed|re_?seed\w*|reset_?(?:database|data|db)|auto_?reset\w*|drop_?(?:database|db|create)\w*"
    r"|ensure_?deleted|recreate_?(?:database|db))$",
    re.IGNORECASE,
)
_DEMO = re.compile(r"^(?:demo_?mode|is_?demo|detailed_?errors|enable_?swagger_?ui|sample_?data)$", re.IGNORECASE)
_DEFAULTED = re.compile(r"\[\"((?:[A-Za-z]\w*:)*[A-Za-z]\w*)\"\]\s*\?\?\s*(?!throw\b)")
_PRODUCTION = re.compile(r"(?:^|/)appsettings\.production\.json$", re.IGNORECASE)
_AT_HOME = re.compile(r"\.(?:development|local|tests?|testing)\.json$", re.IGNORECASE)
_KNOWN = ("Development", "Production", "Staging")
MAX_DEPTH = 12
MAX_LEAVES = 5_000
MOST = 20


def leaves(value: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Yield each setting with its whole key, as configuration writes it: Section:Key."""
    waiting: list[tuple[str, object, int]] = [(key, inner, 0) for key, inner in value.items()]
    for count, (path, inner, depth) in enumerate(waiting):
        if count > MAX_LEAVES:
            return
        if isinstance(inner, dict) and depth < MAX_DEPTH:
            waiting += [(f"{path}:{key}", child, depth + 1) for key, child in inner.items()]
        elif isinstance(inner, list) and depth < MAX_DEPTH:
            waiting += [(f"{path}:{number}", child, depth + 1) for number, child in enumerate(inner)]
        else:
            yield path, inner


def _line(text: str, key: str) -> int | None:
    last = key.rpartition(":")[2]
    at = text.find(f'"{last}"')
    return text.count("\n", 0, at) + 1 if at >= 0 else None


def settings_secrets(view: View) -> Iterator[Remark]:
    """Find secrets in appsettings, one remark a file with the names of the keys."""
    for path, text in view.texts(_SETTINGS):
        if _EXAMPLE.search(name_of(path)):
            continue
        at_home = bool(_AT_HOME.search(path))
        found = [
            key
            for key, value in leaves(view.json(path))
            # Whoever reads the password of a server on his own machine has started it with that.
            if isinstance(value, str) and _is_told(key, value) and not (at_home and is_local(value))
        ]
        if found:
            message = (
                f"{', '.join(f'`{key}`' for key in found)} {'has its value' if len(found) == 1 else 'have values'}"
            )
            yield kinds.SETTINGS_SECRET.at(message, path, _line(text, found[0]))


def _is_told(key: str, value: str) -> bool:
    # A word such as Serilog:WriteTo:0:Args:apiKey is one, a sentence is none.
    return (is_secret(key.rpartition(":")[2], value) or is_secret(key.replace(":", "_"), value)) and len(value) < 2000  # noqa: PLR2004  # nobody writes longer ones


def production(view: View) -> Iterator[Remark]:
    """Find settings of production that reset data or belong to a demonstration."""
    for path, text in view.texts(_SETTINGS):
        if not _PRODUCTION.search(path):
            continue
        for key, value in leaves(view.json(path)):
            on = value is True or (isinstance(value, str) and value.lower() == "true")
            last = key.rpartition(":")[2]
            if on and _RESETS.match(last):
                yield kinds.RESEED.at(f"`{key}` is true", path, _line(text, key))
            elif on and _DEMO.match(last):
                yield kinds.DEMO.at(f"`{key}` is true", path, _line(text, key))


def emptied(view: View) -> Iterator[Remark]:
    """Find settings that are empty where the code has a default for what is missing."""
    defaulted: dict[str, str] = {}
    for path, text in view.sources('"] ??'):
        defaulted |= {found[1].lower(): path for found in _DEFAULTED.finditer(text)}
    for path, text in view.texts(_SETTINGS) if defaulted else ():
        for key, value in leaves(view.json(path)):
            if value == "" and key.lower() in defaulted:
                message = f"`{key}` is empty, so the default in {defaulted[key.lower()]} is never taken"
                yield kinds.EMPTY_DEFAULT.at(message, path, _line(text, key))


def names(view: View) -> Iterator[Remark]:
    """Find settings files whose names .NET does not look for."""
    beside = {folder_of(project) for project in view.tree.ending(*PROJECT_ENDINGS)}
    told = 0
    for path in sorted(view.tree.files):
        name = name_of(path)
        found = re.fullmatch(r"appsettings?(?:\.(\w+))?\.json", name, re.IGNORECASE)
        if not found or folder_of(path) not in beside or told >= MOST:
            continue
        known = {one.lower(): one for one in _KNOWN}
        right = known.get((found[1] or "").lower(), found[1] or "")
        wanted = f"appsettings{f'.{right}' if right else ''}.json"
        if name != wanted and not any(view.sources(f'"{name}"')):
            told += 1
            yield kinds.SETTINGS_NAME.at(f"{name} should be {wanted}", path)


def env_files(view: View) -> Iterator[Remark]:
    """Find committed environment files with secrets, and those that the next .gitignore would not stop."""
    for path, text in view.texts(_ENV):
        if _EXAMPLE.search(name_of(path)):
            continue
        found = []
        for number, line in enumerate(text.splitlines(), 1):
            name, equals, value = line.removeprefix("export ").partition("=")
            told = equals and re.fullmatch(r"[A-Za-z_]\w*", name.strip()) and not name.startswith("VITE_PUBLIC")
            if told and is_secret(name, value) and not is_placeholder(value.strip().strip("\"'")):
                found.append((name.strip(), number))
        if found:
            covered = "" if view.is_ignored(path) else "; .gitignore does not cover it"
            names_ = ", ".join(f"`{name}`" for name, _ in found)
            message = f"{names_} {'has its value' if len(found) == 1 else 'have values'}{covered}"
            yield kinds.ENV_FILE.at(message, path, found[0][1])


DETECTORS = (settings_secrets, production, emptied, names, env_files)
