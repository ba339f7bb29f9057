"""As much of GraphQL as flyctl speaks: selections, aliases, arguments, variables and fragments.

A field that the answers do not have is an error and no silent null: what flyctl asks is served or seen.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

_TOKEN = re.compile(r'\s*(?:,|#[^\n]*\n)*\s*("(?:[^"\\]|\\.)*"|\.\.\.|[A-Za-z_]\w*|-?\d+(?:\.\d+)?|[{}()\[\]:$!=@|])')
_WORDS = {"true": True, "false": False, "null": None}


class Unknown(Exception):  # noqa: N818  # the question is unknown, nothing is broken
    """Something is asked that the simulator does not serve."""


@dataclass
class Field:
    """One selected field; `on` is a fragment's name or type instead."""

    name: str
    alias: str = ""
    given: dict[str, Any] = field(default_factory=dict)
    selected: list[Field] = field(default_factory=list)
    on: str = ""


@dataclass
class Variable:
    """A value that is named."""

    name: str


class Document:
    """A parsed request with one operation."""

    def __init__(self, text: str) -> None:
        self._tokens = _TOKEN.findall(text)
        self.kind, self.selected = "query", []
        self.fragments: dict[str, list[Field]] = {}
        while self._tokens:
            self._definition()

    def _take(self) -> str:
        return self._tokens.pop(0) if self._tokens else ""

    def _definition(self) -> None:
        if self._tokens[0] == "{":
            self.selected = self._selection()
            return
        kind, name = self._take(), ""
        while self._tokens and self._tokens[0] != "{":
            name = name or self._tokens[0]
            self._take()
        selected = self._selection()
        if kind == "fragment":
            self.fragments[name] = selected
        else:
            self.kind, self.selected = kind, selected

    def _selection(self) -> list[Field]:
        self._take()
        made = []
        while self._tokens and self._tokens[0] != "}":
            made.append(self._field())
        self._take()
        return made

    def _field(self) -> Field:
        name = self._take()
        if name == "...":
            on = self._take()
            if on != "on":
                return Field(name="", on=on)
            return Field(name="", on=f"on {self._take()}", selected=self._selection())
        made = Field(name=name, alias=name)
        if self._tokens and self._tokens[0] == ":":
            self._take()
            made.name = self._take()
        if self._tokens and self._tokens[0] == "(":
            made.given = self._object(")")
        if self._tokens and self._tokens[0] == "{":
            made.selected = self._selection()
        return made

    def _object(self, end: str) -> dict[str, Any]:
        self._take()
        made = {}
        while self._tokens and self._tokens[0] != end:
            name = self._take()
            self._take()
            made[name] = self._value()
        self._take()
        return made

    def _value(self) -> Any:
        first = self._tokens[0]
        if first == "{":
            return self._object("}")
        self._take()
        if first == "$":
            return Variable(self._take())
        if first[0] in '"-0123456789':
            return json.loads(first)
        return _WORDS.get(first, first)


def execute(document: Document, variables: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """Return the data of an operation; a value of the answers may be a function of the arguments."""
    return _select(document, document.selected, variables, root)


def _select(document: Document, selected: list[Field], variables: dict[str, Any], value: dict[str, Any]) -> Any:
    made: dict[str, Any] = {}
    for one in selected:
        if one.on:
            own = value.get("__typename", "")
            if one.on in {f"on {own}", "on "} or not one.on.startswith("on "):
                made |= _select(document, one.selected or document.fragments[one.on], variables, value)
            continue
        if one.name not in value:
            text = f"Cannot query field {one.name!r} on {value.get('__typename', 'Query')!r}"
            raise Unknown(text)
        found = value[one.name]
        if callable(found):
            found = found(**{k: variables.get(v.name) if isinstance(v, Variable) else v for k, v in one.given.items()})
        made[one.alias] = _inner(document, one, variables, found)
    return made


def _inner(document: Document, one: Field, variables: dict[str, Any], found: Any) -> Any:
    if isinstance(found, list):
        return [_inner(document, one, variables, item) for item in found]
    if isinstance(found, dict) and one.selected:
        return _select(document, one.selected, variables, found)
    return found
