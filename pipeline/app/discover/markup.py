"""XML and JSON texts to values; what is broken is named by file and line."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml.ElementTree import fromstring

from pipeline.errors import BROKEN_PACKAGE_JSON, BROKEN_PROJECT, PipelineError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree.ElementTree import Element

    from pipeline.app.discover.tree import Tree

# A string is kept as it is, a comment goes, a comma before a closing bracket too: what .NET allows in global.json.
_LENIENT = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/|,(?=\s*[}\]])', re.DOTALL)


# The pattern is slow on more, and nobody writes comments into a larger one.
MAX_LENIENT = 20_000
MAX_TOML_LINE = 2_000
MAX_TOML_DOTS = 100
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


def tag_of(element: Element) -> str:
    """Return the tag without the namespace that old project files carry."""
    return element.tag.rpartition("}")[2]


def xml_of(tree: Tree, path: str) -> Element:
    """Return the root element of an XML file; nobody may change it."""
    return tree.once(("xml", path), lambda: _xml_of(tree, path))


def _xml_of(tree: Tree, path: str) -> Element:
    text = tree.read(path).lstrip()
    try:
        return fromstring(text)
    except ParseError as error:
        # Leading blank lines are tolerated, but the line shown must be the one of the file.
        skipped = tree.read(path).count("\n") - text.count("\n")
        what = f"{path}:{error.position[0] + skipped}: {error}"
        raise PipelineError(BROKEN_PROJECT, what) from error
    except (ValueError, LookupError) as error:
        raise PipelineError(BROKEN_PROJECT, f"{path}:1: {error}") from error


def json_of(tree: Tree, path: str, *, lenient: bool = False) -> Mapping[str, object]:
    """Return the object in a JSON file; `lenient` allows comments and trailing commas."""
    return tree.once(("json", path, lenient), lambda: _json_of(tree, path, lenient=lenient))


def _json_of(tree: Tree, path: str, *, lenient: bool) -> Mapping[str, object]:
    text = tree.read(path)
    if lenient and len(text) <= MAX_LENIENT:
        text = _LENIENT.sub(lambda found: found.group(1) or "\n" * found.group(0).count("\n"), text)
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        what = f"{path}:{error.lineno}: {error.msg} (column {error.colno})"
        raise PipelineError(BROKEN_PACKAGE_JSON, what) from error
    except (ValueError, RecursionError) as error:
        raise PipelineError(BROKEN_PACKAGE_JSON, f"{path}:1: {error}") from error
    if not isinstance(value, dict):
        raise PipelineError(BROKEN_PACKAGE_JSON, f"{path}:1: expected an object")
    return value


def toml_of(text: str) -> Mapping[str, object]:
    """Return the content of a TOML text, which may begin with the mark that editors on Windows write.

    Raises:
        ValueError: it is none, or nothing that a person writes: the time and memory for a key grow with its square.

    """
    text = text.removeprefix("\ufeff")
    endless = next((number for number, line in enumerate(text.splitlines(), 1) if len(line) > MAX_TOML_LINE), None)
    if endless:
        message = f"a line of more than {MAX_TOML_LINE} characters (at line {endless}, column 1)"
        raise ValueError(message)
    deep = next((number for number, line in enumerate(text.splitlines(), 1) if _has_endless_key(line)), None)
    if deep:
        message = f"a key of more than {MAX_TOML_DOTS} parts (at line {deep}, column 1)"
        raise ValueError(message)
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        message = "nested too deep"
        raise ValueError(message) from error


def _has_endless_key(line: str) -> bool:
    return line.count(".") > MAX_TOML_DOTS and _QUOTED.sub("", line).count(".") > MAX_TOML_DOTS


def section(value: Mapping[str, object], key: str) -> Mapping[str, object]:
    """Return an object inside an object, empty when it is missing or something else."""
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def string(value: Mapping[str, object], key: str) -> str:
    """Return a text inside an object, empty when it is missing or something else."""
    found = value.get(key)
    return found.strip() if isinstance(found, str) else ""
