"""What a field of the settings looks like in YAML; read from the dataclasses, so that there is one truth."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import Any, get_args, get_type_hints


class Kind(Enum):
    """The forms that a value can have."""

    FLAG = "true or false"
    TEXT = "text"
    NUMBER = "a whole number from 1 on"
    LIST = "a list of texts"
    MAPPING = "a mapping of names to texts"
    NAMED = "a mapping of names to their keys"
    SECTION = "a section with keys"


@dataclass(frozen=True)
class Shape:
    """A form, and the dataclass inside it for SECTION and NAMED."""

    kind: Kind
    inner: type[Any] = object


def keys_of(cls: type[Any]) -> dict[str, Shape]:
    """Return the keys of a section with their shapes."""
    hints = get_type_hints(cls)
    return {field.name: _shape(hints[field.name]) for field in fields(cls)}


def _shape(hint: Any) -> Shape:
    simple = {bool: Kind.FLAG, str: Kind.TEXT, int: Kind.NUMBER}
    if hint in simple:
        return Shape(simple[hint])
    if is_dataclass(hint) and isinstance(hint, type):
        return Shape(Kind.SECTION, hint)
    first = get_args(hint)[0]
    if first is str:
        return Shape(Kind.LIST)
    if is_dataclass(first) and isinstance(first, type):
        return Shape(Kind.NAMED, first)
    return Shape(Kind.MAPPING)
