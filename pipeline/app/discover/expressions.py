"""Properties and the property functions of MSBuild, as far as they can be read without it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.app.discover.tree import ROOT, folder_of, resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.app.discover.tree import Tree

# A property that doubles itself line by line must not fill the memory.
MAX_VALUE = 10_000
MAX_CALLS = 100

# Stands for the `$` of what only MSBuild can answer, so that it is not looked at again.
_UNKNOWN = "\x00"

# What no file of the tree sets, and yet is not empty.
_SET_ELSEWHERE = re.compile(
    r"(?:MSBuild|Bundled|NETCoreSdk|NuGet|Using(?:Microsoft)?\w*Sdk|Solution(?:Dir|Name|FileName|Path|Ext)$"
    r"|TargetFramework(?:Identifier|Version)$|(?:Base)?IntermediateOutputPath$)",
    re.IGNORECASE,
)

# The innermost one: nothing in it begins another.
_INNERMOST = re.compile(r"\$\(([^$()]*(?:\([^$()]*\))?)\)")
_NAME = re.compile(r"\s*([A-Za-z_][\w-]*)\s*")
_METHOD = re.compile(r"\s*([A-Za-z_][\w-]*)\.(\w+)\((.*)\)\s*", re.DOTALL)
_STATIC = re.compile(r"\s*\[([\w.]+)\]::(\w+)(?:\((.*)\))?\s*", re.DOTALL)
_ARGUMENT = re.compile(r"\s*(?:'([^']*)'|\"([^\"]*)\"|`([^`]*)`|([^,'\"`]*))\s*(?:,|$)")


def is_open(value: str) -> bool:
    """Whether something is left in a value that only MSBuild can answer."""
    return "$(" in value or "@(" in value or "%(" in value


def expand(tree: Tree, properties: Mapping[str, str], text: str) -> str:
    """Replace the properties and the functions that are known; `properties` has lower-case keys."""
    text = text[:MAX_VALUE].replace(_UNKNOWN, "")
    for _ in range(MAX_CALLS):
        found = _INNERMOST.search(text)
        if not found:
            break
        value = _value(tree, properties, found[1])
        text = f"{text[: found.start()]}{_hidden(found) if value is None else value}{text[found.end() :]}"[:MAX_VALUE]
    return text.replace(_UNKNOWN, "$")


def _hidden(found: re.Match[str]) -> str:
    return _UNKNOWN + found[0][1:]


def _value(tree: Tree, properties: Mapping[str, str], inner: str) -> str | None:
    """Return what one `$(…)` stands for, None when it cannot be known."""
    if _UNKNOWN in inner:
        return None
    if name := _NAME.fullmatch(inner):
        return _property(properties, name[1])
    if method := _METHOD.fullmatch(inner):
        value = _property(properties, method[1])
        return None if value is None else _method(value, method[2].lower(), _arguments(method[3]))
    if static := _STATIC.fullmatch(inner):
        return _static(tree, properties, f"{static[1]}.{static[2]}".lower(), _arguments(static[3] or ""))
    return None


def _property(properties: Mapping[str, str], name: str) -> str | None:
    """Return a property: empty when nobody sets it, None when MSBuild, NuGet or the SDK does."""
    return properties.get(name.lower(), None if _SET_ELSEWHERE.match(name) else "")


def _arguments(text: str) -> list[str]:
    if not text.strip():
        return []
    found = _ARGUMENT.findall(text)
    # The pattern matches once more, and nothing, at the end of a text that ends without a comma.
    parts = found[:-1] if len(found) > 1 and not any(found[-1]) else found
    return [next((part for part in one if part), "").strip() for one in parts]


def _method(value: str, name: str, arguments: list[str]) -> str | None:
    if is_open(value):
        return None
    if name in ("tolower", "tolowerinvariant") and not arguments:
        return value.lower()
    if name == "trim" and not arguments:
        return value.strip()
    if name == "replace":
        old, new = [*arguments, "", ""][:2]
        return value.replace(old, new) if old else None
    if len(arguments) != 1:
        return None
    answers = {
        "endswith": value.endswith(arguments[0]),
        "startswith": value.startswith(arguments[0]),
        "contains": arguments[0] in value,
        "equals": value == arguments[0],
    }
    return str(answers[name]) if name in answers else None


def _static(tree: Tree, properties: Mapping[str, str], name: str, arguments: list[str]) -> str | None:
    if name in ("msbuild.getpathoffileabove", "msbuild.getdirectorynameoffileabove"):
        return _above(tree, properties, arguments, by_file=name == "msbuild.getpathoffileabove")
    if name == "system.io.path.directoryseparatorchar":
        return "/"
    if name == "msbuild.isosplatform" and len(arguments) == 1:
        return str(arguments[0].lower() == "linux")
    if name in ("system.string.isnullorempty", "system.string.isnullorwhitespace"):
        return str(not "".join(arguments).strip())
    if name in ("msbuild.normalizedirectory", "msbuild.normalizepath", "system.io.path.combine") and arguments:
        path = resolve(".", "/".join(part for part in arguments if part).replace(ROOT, ""))
        return None if path is None else ROOT + path
    return None


def _above(tree: Tree, properties: Mapping[str, str], arguments: list[str], *, by_file: bool) -> str:
    here = properties.get("msbuildthisfiledirectory", ROOT)
    given = arguments or [""]
    name, start = [*given, here][:2] if by_file else (given[-1], given[0])
    folder = resolve(".", start)
    path = tree.nearest(folder, name) if folder and name else None
    if path is None:
        return ""
    return ROOT + (path if by_file else folder_of(path))
