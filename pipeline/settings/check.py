"""Nodes of one YAML text to plain values; each problem becomes a line with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import yaml

from pipeline.settings.shape import Kind, Shape, keys_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# Which names the mappings of sections know.
KNOWN_NAMES = {"services": ("postgres", "redis")}

# An alias may repeat a node, and that node others: the bound is on what is visited.
MAX_VISITS = 2_000
MAX_SHOWN = 40

_PREFIX = "tag:yaml.org,2002:"
_KINDS = {
    "bool": "{} (true or false)",
    "int": "the number {}",
    "float": "the number {}",
    "timestamp": "the date {}",
    "null": "nothing",
}
_NUMBER = re.compile(r"[1-9]\d{0,5}")


@dataclass
class Checker:
    """Checks one document and collects what is wrong with it."""

    origin: str
    problems: list[str]
    visits: int = 0

    def section(self, node: yaml.Node, cls: type[Any], path: str, leave_out: str = "") -> dict[str, Any]:
        """Return the keys of a section that are set, each with its checked value."""
        shapes = {name: shape for name, shape in keys_of(cls).items() if name != leave_out}
        values: dict[str, Any] = {}
        for key, child in self._pairs(node, path, Kind.SECTION.value):
            where = f"{path}.{key.value}" if path else key.value
            if key.value not in shapes:
                self._unknown(key, where, shapes)
            elif (value := self._value(child, shapes[key.value], where)) is not None:
                values[key.value] = value
        return values

    def _value(self, node: yaml.Node, shape: Shape, path: str) -> Any:
        if shape.kind is Kind.SECTION:
            return self.section(node, shape.inner, path)
        if shape.kind is Kind.NAMED:
            return self._named(node, shape, path)
        if shape.kind is Kind.MAPPING:
            pairs = ((key.value, self._text(child, f"{path}.{key.value}")) for key, child in self._pairs(node, path))
            return {key: value for key, value in pairs if value is not None}
        if shape.kind is Kind.LIST:
            return self._list(node, path)
        if shape.kind is Kind.TEXT:
            return self._text(node, path)
        return self._flag_or_number(node, shape.kind, path)

    def _named(self, node: yaml.Node, shape: Shape, path: str) -> dict[str, Any]:
        values = {}
        known = KNOWN_NAMES[path]
        for key, child in self._pairs(node, path, shape.kind.value):
            where = f"{path}.{key.value}"
            if key.value in known:
                values[key.value] = self.section(child, shape.inner, where, leave_out="name")
            else:
                self._unknown(key, where, known)
        return values

    def _pairs(
        self, node: yaml.Node, path: str, expected: str = Kind.MAPPING.value
    ) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
        if _tag(node) == "null":
            return
        if not isinstance(node, yaml.MappingNode):
            self._wrong(node, path, expected)
            return
        seen: set[str] = set()
        for key, child in node.value:
            if self._is_too_much(key):
                return
            if not isinstance(key, yaml.ScalarNode) or not _is_name(key):
                self._wrong(key, path, "a name as the key")
            elif key.value in seen:
                self._add(key, f"{path}.{key.value}".lstrip("."), "one such key", "it twice")
            else:
                seen.add(key.value)
                yield key, child

    def _list(self, node: yaml.Node, path: str) -> tuple[str, ...] | None:
        if not isinstance(node, yaml.SequenceNode):
            if _tag(node) != "null":
                self._wrong(node, path, Kind.LIST.value)
            return None
        texts = [
            self._text(child, f"{path}[{at}]") for at, child in enumerate(node.value) if not self._is_too_much(child)
        ]
        return tuple(text for text in texts if text is not None)

    def _text(self, node: yaml.Node, path: str) -> str | None:
        if isinstance(node, yaml.ScalarNode) and _tag(node) == "str":
            return str(node.value)
        hint = ""
        if isinstance(node, yaml.ScalarNode) and node.value and _tag(node) in _KINDS:
            hint = f'; quote it: "{_shown(node.value)}"'
        self._wrong(node, path, Kind.TEXT.value, hint)
        return None

    def _flag_or_number(self, node: yaml.Node, kind: Kind, path: str) -> bool | int | None:
        tag, value = _tag(node), node.value
        if kind is Kind.FLAG and tag == "bool":
            return bool(value.lower() in ("true", "yes", "on"))
        if kind is Kind.NUMBER and tag == "int" and _NUMBER.fullmatch(value):
            return int(value)
        self._wrong(node, path, kind.value)
        return None

    def _is_too_much(self, node: yaml.Node) -> bool:
        self.visits += 1
        if self.visits == MAX_VISITS:
            self._add(node, "", f"at most {MAX_VISITS} values", "more, aliases counted in full")
        return self.visits >= MAX_VISITS

    def _unknown(self, key: yaml.ScalarNode, path: str, known: Iterable[str]) -> None:
        close = get_close_matches(key.value[:MAX_SHOWN], list(known), n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        self._add(key, path, f"one of {', '.join(known)}", f"{_shown(key.value)}{hint}")

    def _wrong(self, node: yaml.Node, path: str, expected: str, hint: str = "") -> None:
        self._add(node, path, expected, _described(node) + hint)

    def _add(self, node: yaml.Node, path: str, expected: str, got: str) -> None:
        place = f" {_shown(path, 120)}" if path else ""
        self.problems.append(f"{self.origin}:{node.start_mark.line + 1}{place}: expected {expected}, got {got}")


def _tag(node: yaml.Node) -> str:
    return str(node.tag).removeprefix(_PREFIX)


def _is_name(key: yaml.ScalarNode) -> bool:
    return _tag(key) == "str" and bool(key.value)


def _shown(text: str, limit: int = MAX_SHOWN) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[:limit]}..."


def _described(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        known: Mapping[str, str] = _KINDS
        return known.get(_tag(node), "the text {}").format(_shown(node.value))
    return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"
