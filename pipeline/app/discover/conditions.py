"""The part of MSBuild's expression language that can be read without MSBuild."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.app.discover.tree import ROOT, folder_of, resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.app.discover.tree import Tree

# A property that doubles itself line by line must not fill the memory.
MAX_VALUE = 10_000
MAX_CONDITION = 2_000

_PROPERTY = re.compile(r"\$\(\s*([A-Za-z_][\w-]*)\s*\)")
_QUESTION = re.compile(
    r"\$\(([A-Za-z_][\w-]*)\.(EndsWith|StartsWith|Contains)\(['\"`]([^'\"`()]*)['\"`]\)\)", re.IGNORECASE
)
_ABOVE = re.compile(r"\$\(\[MSBuild\]::(GetPathOfFileAbove|GetDirectoryNameOfFileAbove)\(([^()]*)\)\)", re.IGNORECASE)
_COMPARISON = re.compile(r"'?([^'=!<>]*)'?\s*(==|!=)\s*'?([^'=!<>]*)'?")
_OR = re.compile(r"\s+or\s+", re.IGNORECASE)
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)


def is_open(value: str) -> bool:
    """Whether something is left in a value that only MSBuild can answer."""
    return "$(" in value or "@(" in value or "%(" in value


def expand(tree: Tree, properties: Mapping[str, str], text: str) -> str:
    """Replace the properties and the few functions that are known; `properties` has lower-case keys."""
    if "$(" not in text:
        return text[:MAX_VALUE]
    text = _PROPERTY.sub(lambda found: properties.get(found[1].lower(), ""), text[:MAX_VALUE])[:MAX_VALUE]
    text = _QUESTION.sub(lambda found: _answer(properties, found), text)
    return _ABOVE.sub(lambda found: _above(tree, properties, found), text)[:MAX_VALUE]


def _answer(properties: Mapping[str, str], found: re.Match[str]) -> str:
    value, argument = properties.get(found[1].lower(), ""), found[3]
    method = found[2].lower()
    if method == "endswith":
        return str(value.endswith(argument))
    return str(value.startswith(argument) if method == "startswith" else argument in value)


def _above(tree: Tree, properties: Mapping[str, str], found: re.Match[str]) -> str:
    here = properties.get("msbuildthisfiledirectory", ROOT)
    arguments = [part.strip().strip("'\"`") for part in found[2].split(",")]
    by_file = found[1].lower() == "getpathoffileabove"
    name, start = [*arguments, here][:2] if by_file else (arguments[-1], arguments[0])
    folder = resolve(".", start)
    path = tree.nearest(folder, name) if folder and name else None
    if path is None:
        return ""
    return ROOT + (path if by_file else folder_of(path))


def holds(tree: Tree, properties: Mapping[str, str], condition: str) -> bool | None:
    """Whether a condition is true; None when that cannot be known from the files alone."""
    if not condition.strip():
        return True
    per_framework = "$(targetframework)" in condition.lower() and "targetframework" not in properties
    if len(condition) > MAX_CONDITION or per_framework:
        return None
    answers = [_all_hold(tree, properties, part) for part in _OR.split(condition)]
    if True in answers:
        return True
    return None if None in answers else False


def _all_hold(tree: Tree, properties: Mapping[str, str], condition: str) -> bool | None:
    answers = [_term(expand(tree, properties, part).strip()) for part in _AND.split(condition)]
    if False in answers:
        return False
    return None if None in answers else True


def _term(term: str) -> bool | None:
    if term.startswith("!"):
        answer = _term(term[1:].strip()) if not term.startswith("!!") else None
        return None if answer is None else not answer
    if term.strip("'").lower() in ("true", "false"):
        return term.strip("'").lower() == "true"
    found = _COMPARISON.fullmatch(term)
    if not found or "(" in term:
        return None
    same = found[1].strip().lower() == found[3].strip().lower()
    return same if found[2] == "==" else not same
