"""Nodes of one YAML text to plain values; each problem becomes a line with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from pipeline.settings.forms import guess
from pipeline.settings.model import Settings
from pipeline.settings.redact import without_login
from pipeline.settings.shape import Kind, Shape, keys_of, paths

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.settings.forms import Form

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
_NUMBER = re.compile(r"[1-9]\d{0,5}", re.ASCII)

Path = tuple[str, ...]
Plain = bool | int | str | tuple[str, ...] | None


@dataclass(frozen=True)
class Value:
    """One value and the file and line that say so; None stands for a name without keys (`redis: {}`)."""

    value: Plain
    origin: str


@dataclass
class Checker:
    """Checks one document and collects its values by their path, and what is wrong with it."""

    origin: str
    problems: list[str]
    values: dict[Path, Value] = field(default_factory=dict)
    visits: int = 0

    def section(self, node: yaml.Node, cls: type[Any], path: Path = (), leave_out: str = "") -> None:
        """Collect the keys of a section that are set."""
        shapes = {name: shape for name, shape in keys_of(cls).items() if name != leave_out}
        for key, child in self._pairs(node, path, Kind.SECTION.value):
            where = (*path, key.value)
            if key.value not in shapes:
                self._unknown(key, where, tuple(shapes))
            else:
                self._value(child, shapes[key.value], where)

    def _value(self, node: yaml.Node, shape: Shape, path: Path) -> None:
        if shape.kind is Kind.SECTION:
            self.section(node, shape.inner, path)
        elif shape.kind is Kind.NAMED:
            for key, child in self._names(node, shape, path):
                where = (*path, key.value)
                self._keep(key, where, None)
                self.section(child, shape.inner, where, leave_out="name" if shape.keyed else "")
        elif shape.kind is Kind.MAPPING:
            for key, child in self._names(node, shape, path):
                self._keep(child, (*path, key.value), self._text(child, shape.form, (*path, key.value)))
        elif shape.kind is Kind.LIST and _tag(node) != "null":
            self._keep(node, path, self._list(node, shape.form, path))
        elif shape.kind is Kind.TEXT:
            self._keep(node, path, self._text(node, shape.form, path, may_be_empty=True))
        elif shape.kind in {Kind.FLAG, Kind.NUMBER}:
            self._keep(node, path, self._flag_or_number(node, shape.kind, path))

    def _keep(self, node: yaml.Node, path: Path, value: Plain) -> None:
        self.values[path] = Value(value, f"{self.origin}:{node.start_mark.line + 1}")

    def _names(self, node: yaml.Node, shape: Shape, path: Path) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
        for key, child in self._pairs(node, path, shape.kind.value):
            if shape.names.fits(key.value):
                yield key, child
            elif shape.names.choices:
                self._unknown(key, (*path, key.value), shape.names.choices)
            else:
                self._add(key, path, f"{shape.names.expected} as the key", f"the text {_shown(key.value)}")

    def _pairs(self, node: yaml.Node, path: Path, expected: str) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
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
                self._add(key, (*path, key.value), "one such key", "it twice")
            else:
                seen.add(key.value)
                yield key, child

    def _list(self, node: yaml.Node, form: Form, path: Path) -> tuple[str, ...]:
        if not isinstance(node, yaml.SequenceNode):
            self._wrong(node, path, Kind.LIST.value)
            return ()
        children = ((at, child) for at, child in enumerate(node.value) if not self._is_too_much(child))
        return tuple(self._text(child, form, (*path[:-1], f"{path[-1]}[{at}]")) for at, child in children)

    def _text(self, node: yaml.Node, form: Form, path: Path, *, may_be_empty: bool = False) -> str:
        if not isinstance(node, yaml.ScalarNode) or _tag(node) != "str":
            expected, hint = Kind.TEXT.value, ""
            if isinstance(node, yaml.ScalarNode) and node.value and _tag(node) in _KINDS:
                # Quotes help where they are all that lacks.
                fits = form.fits(node.value)
                expected, hint = (expected, f'; quote it: "{_shown(node.value)}"') if fits else (form.expected, "")
            self._wrong(node, path, expected, hint)
            return ""
        text = str(node.value)
        if not _is_writable(text):
            self._add(node, path, "text", "a character that no program can take (NUL or half of a pair)")
        elif not form.fits(text) and not (may_be_empty and not text):
            got = "something else, not shown here" if form.hidden else f"the text {_shown(text)}"
            self._add(node, path, form.expected, got)
        return text

    def _flag_or_number(self, node: yaml.Node, kind: Kind, path: Path) -> bool | int:
        tag, value = _tag(node), node.value
        if kind is Kind.FLAG and tag == "bool":
            return bool(value.lower() in ("true", "yes", "on"))
        if kind is Kind.NUMBER and tag == "int" and _NUMBER.fullmatch(value):
            return int(value)
        self._wrong(node, path, kind.value)
        return False

    def _is_too_much(self, node: yaml.Node) -> bool:
        self.visits += 1
        if self.visits == MAX_VISITS:
            self._add(node, (), f"at most {MAX_VISITS} values", "more, aliases counted in full")
        return self.visits >= MAX_VISITS

    def _unknown(self, key: yaml.ScalarNode, path: Path, known: tuple[str, ...]) -> None:
        elsewhere = [".".join(place) for place in paths(Settings) if path == place[-1:]]
        close = guess(key.value, known) or next(iter(elsewhere), "")
        hint = f"; did you mean {close}?" if close else ""
        self._add(key, path, f"one of {', '.join(known)}", f"{_shown(key.value)}{hint}")

    def _wrong(self, node: yaml.Node, path: Path, expected: str, hint: str = "") -> None:
        self._add(node, path, expected, _described(node) + hint)

    def _add(self, node: yaml.Node, path: Path, expected: str, got: str) -> None:
        place = f" {_shown('.'.join(path), 120)}" if path else ""
        self.problems.append(f"{self.origin}:{node.start_mark.line + 1}{place}: expected {expected}, got {got}")


def _tag(node: yaml.Node) -> str:
    return str(node.tag).removeprefix(_PREFIX)


def _is_name(key: yaml.ScalarNode) -> bool:
    return _tag(key) == "str" and bool(key.value) and _is_writable(key.value)


def _is_writable(text: str) -> bool:
    """Return whether the text can become an argument, a variable or a file: YAML's escapes can say more than UTF-8."""
    return "\0" not in text and not re.search("[\ud800-\udfff]", text)


def _shown(text: str, limit: int = MAX_SHOWN) -> str:
    line = " ".join(without_login(text).split()).encode("utf-8", "backslashreplace").decode()
    return line if len(line) <= limit else f"{line[:limit]}..."


def _described(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        known: Mapping[str, str] = _KINDS
        return known.get(_tag(node), "the text {}").format(_shown(node.value))
    return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"
