"""What a field of the settings looks like in YAML; read from the dataclasses, so that there is one truth."""

from __future__ import annotations

from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from enum import Enum
from typing import Any, get_args, get_type_hints

from pipeline.settings import forms
from pipeline.settings.forms import Form


class Kind(Enum):
    """The forms that a value can have."""

    FLAG = "true or false"
    TEXT = "text"
    NUMBER = "a whole number from 1 on"
    LIST = "a list of texts"
    MAPPING = "a mapping of names to texts"
    NAMED = "a mapping of names to their keys"
    SECTION = "a section with keys"


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A kind; the form of its text and of its names; the dataclass inside it for SECTION and NAMED.

    `keyed` says that the inner dataclass keeps the name in its own field `name`.
    """

    kind: Kind
    default: Any
    form: Form = forms.TEXT
    names: Form = forms.TEXT
    inner: type[Any] = object
    keyed: bool = False


def keys_of(cls: type[Any]) -> dict[str, Shape]:
    """Return the keys of a section with their shapes."""
    hints = get_type_hints(cls, include_extras=True)
    return {field.name: _shape(hints[field.name], _default(field)) for field in fields(cls)}


def paths(cls: type[Any], above: tuple[str, ...] = ()) -> dict[tuple[str, ...], Shape]:
    """Return every key below a section by its path, in the order of the reference."""
    found: dict[tuple[str, ...], Shape] = {}
    for name, shape in keys_of(cls).items():
        found |= paths(shape.inner, (*above, name)) if shape.kind is Kind.SECTION else {(*above, name): shape}
    return found


def _default(field: Field[Any]) -> Any:
    return field.default if field.default is not MISSING else ""


def _shape(hint: Any, default: Any) -> Shape:
    simple = {bool: Kind.FLAG, int: Kind.NUMBER}
    if hint in simple:
        return Shape(kind=simple[hint], default=default)
    if _is_text(hint):
        return Shape(kind=Kind.TEXT, default=default, form=_form(hint))
    if _is_section(hint):
        return Shape(kind=Kind.SECTION, default=default, inner=hint)
    return _of_many(get_args(hint)[0], default)


def _of_many(hint: Any, default: Any) -> Shape:
    """Return the shape of a tuple by what it holds: texts, sections with a name, or pairs of a name and either."""
    if _is_text(hint):
        return Shape(kind=Kind.LIST, default=default, form=_form(hint))
    if _is_section(hint):
        return Shape(kind=Kind.NAMED, default=default, inner=hint, names=keys_of(hint)["name"].form, keyed=True)
    name, value = get_args(hint)
    if _is_section(value):
        return Shape(kind=Kind.NAMED, default=default, inner=value, names=_form(name))
    return Shape(kind=Kind.MAPPING, default=default, names=_form(name), form=_form(value))


def _is_section(hint: Any) -> bool:
    return isinstance(hint, type) and is_dataclass(hint)


def _is_text(hint: Any) -> bool:
    return hint is str or (get_args(hint)[:1] == (str,) and isinstance(get_args(hint)[-1], Form))


def _form(hint: Any) -> Form:
    found = [note for note in get_args(hint) if isinstance(note, Form)]
    return found[0] if found else forms.TEXT
