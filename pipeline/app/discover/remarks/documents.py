"""YAML as plain values that know their line, with bounds that keep hostile files harmless."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

import yaml

MAX_BYTES = 300_000
MAX_DEPTH = 40
MAX_ALIASES = 200
MAX_VALUES = 100_000

# The loader of libyaml is ten times faster; a build of PyYAML without it has the other one.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Text(str):
    """A scalar as it is written; `line` is where its first line of content stands."""

    __slots__ = ("line",)
    line: int


class Map(dict["Text", "Value"]):
    """A mapping; keys are texts too."""

    line: int = 0


class Seq(list["Value"]):
    """A sequence."""

    line: int = 0


Value: TypeAlias = Text | Map | Seq


@dataclass(frozen=True, kw_only=True)
class Document:
    """A YAML file: its value, or the line and the words of what is wrong with it."""

    path: str
    value: Value | None = None
    problem: str = ""
    line: int | None = None

    @property
    def root(self) -> Map:
        """The mapping at the top, empty when there is none."""
        return self.value if isinstance(self.value, Map) else Map()


def document(path: str, text: str) -> Document:
    """Read one file."""
    if len(text) > MAX_BYTES:
        return Document(path=path, problem=f"larger than {MAX_BYTES // 1000} kB")
    try:
        line = _line_over_bounds(text)
        if line:
            return Document(path=path, problem="nested too deep, or too many aliases", line=line)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join((error.problem or error.context or "something else").split())
        return Document(path=path, problem=what, line=mark.line + 1 if mark else None)
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        return Document(path=path, problem=" ".join(str(error).split())[:200])
    return Document(path=path, value=_value(node, {}) if node else None)


def _line_over_bounds(text: str) -> int:
    # Events come without recursion: what nests too deep is found before the recursive composer sees it.
    depth = aliases = 0
    for count, event in enumerate(yaml.parse(text, Loader=_LOADER)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        aliases += isinstance(event, yaml.AliasEvent)
        if depth > MAX_DEPTH or aliases > MAX_ALIASES or count > MAX_VALUES:
            return event.start_mark.line + 1 if event.start_mark else 1
    return 0


def _value(node: yaml.Node, known: dict[int, Value]) -> Value:
    # An alias is the same node again: one value for both, or a short file could become a huge one.
    if id(node) not in known:
        _make(node, known)
    return known[id(node)]


def _make(node: yaml.Node, known: dict[int, Value]) -> None:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        known[id(node)] = pairs_ = Map()
        pairs_.line = line
        for key, value in node.value:
            _put(pairs_, _value(key, known), _value(value, known))
    elif isinstance(node, yaml.SequenceNode):
        known[id(node)] = items = Seq()
        items.line = line
        items.extend(_value(item, known) for item in node.value)
    elif isinstance(node, yaml.ScalarNode):
        known[id(node)] = scalar = Text(node.value)
        scalar.line = line + (node.style in ("|", ">"))


def _put(target: Map, key: Value, value: Value) -> None:
    if key == "<<":
        for one in value if isinstance(value, Seq) else (value,):
            for name, inherited in one.items() if isinstance(one, Map) else ():
                target.setdefault(name, inherited)
    elif isinstance(key, Text):
        target[key] = value


def mapping(value: Value | None, *keys: str) -> Map:
    """Return the mapping below these keys, empty when there is none."""
    for key in keys:
        value = _get(value, key)
    return value if isinstance(value, Map) else Map()


def sequence(value: Value | None, *keys: str) -> Seq:
    """Return the sequence below these keys, empty when there is none."""
    for key in keys:
        value = _get(value, key)
    return value if isinstance(value, Seq) else Seq()


def text(value: Value | None, *keys: str) -> Text:
    """Return the scalar below these keys, empty when there is none."""
    for key in keys:
        value = _get(value, key)
    if isinstance(value, Text):
        return value
    empty = Text("")
    empty.line = 0
    return empty


def pairs(value: Value | None) -> list[tuple[Text, Text]]:
    """Return environment variables, written as a mapping or as a list of NAME=value."""
    if isinstance(value, Map):
        return [(key, inner) for key, inner in value.items() if isinstance(inner, Text)]
    found = []
    for item in value if isinstance(value, Seq) else ():
        if isinstance(item, Text) and "=" in item:
            name, content = (Text(part) for part in re.split("=", item, maxsplit=1))
            name.line = content.line = item.line
            found.append((name, content))
    return found


def _get(value: Value | None, key: str) -> Value | None:
    return value.get(Text(key)) if isinstance(value, Map) else None
