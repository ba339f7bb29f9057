"""The JSON schema of pipeline.yaml for editors: shapes from the dataclasses, words from reference.yaml."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from pipeline.settings import forms
from pipeline.settings.files import SETTINGS
from pipeline.settings.model import Document, Settings
from pipeline.settings.shape import Kind, Shape, keys_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.settings.forms import Form

_KEY = re.compile(r"( *)([a-z_]+):")


def text(reference: str) -> str:
    """Return schema.json for the text of reference.yaml."""
    about = descriptions(reference)
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": SETTINGS,
        **_section(Document, about, ""),
        # What an environment or an application may say is said once.
        "definitions": {"settings": _section(Settings, about, "")},
    }
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def descriptions(reference: str) -> dict[str, str]:
    """Return the comment above each key, by the key's dotted path."""
    found: dict[str, str] = {}
    above: list[str] = []
    path: list[str] = []
    for line in reference.splitlines():
        if line.lstrip().startswith("#"):
            above.append(line.strip("# "))
        elif key := _KEY.match(line):
            path = [*path[: len(key[1]) // 2], key[2]]
            found[".".join(path)] = " ".join(above)
            above = []
        else:
            above = []
    return found


def _section(cls: type[Any], about: Mapping[str, str], path: str, leave_out: str = "") -> dict[str, Any]:
    # A section left empty sets nothing, so null is as good as none.
    properties = {
        name: {"description": about[place]} | value if (place := f"{path}.{name}".strip(".")) in about else value
        for name, value in _properties(cls, about, path, leave_out).items()
    }
    return {"type": ["object", "null"], "properties": properties, "additionalProperties": False}


def _properties(cls: type[Any], about: Mapping[str, str], path: str, leave_out: str) -> dict[str, dict[str, Any]]:
    return {
        name: _value(shape, about, f"{path}.{name}".strip("."))
        for name, shape in keys_of(cls).items()
        if name != leave_out
    }


def _value(shape: Shape, about: Mapping[str, str], path: str) -> dict[str, Any]:
    if shape.kind is Kind.SECTION:
        return _section(shape.inner, about, path)
    if shape.kind is Kind.NAMED:
        # Below an environment the keys are those of the whole file; below a service its own.
        own = _section(shape.inner, about, path, "name") if shape.keyed else {"$ref": "#/definitions/settings"}
        return _mapping(shape.names, own)
    if shape.kind is Kind.MAPPING:
        return _mapping(shape.names, _text(shape.form))
    plain: dict[Kind, dict[str, Any]] = {
        Kind.LIST: {"type": ["array", "null"], "items": _text(shape.form)},
        Kind.NUMBER: {"type": "integer", "minimum": 1, "maximum": 999_999},
        Kind.FLAG: {"type": "boolean"},
        Kind.TEXT: _text(shape.form, empty=True),
    }
    return {**plain[shape.kind], "default": [] if shape.kind is Kind.LIST else shape.default}


def _mapping(names: Form, inner: dict[str, Any]) -> dict[str, Any]:
    allowed = {"enum": list(names.choices)} if names.choices else {"pattern": _whole(names.pattern), "minLength": 1}
    return {"type": ["object", "null"], "propertyNames": allowed, "additionalProperties": inner}


def _text(form: Form, *, empty: bool = False) -> dict[str, Any]:
    if form is forms.TEXT:
        return {"type": "string", "pattern": _whole(form.pattern)}
    return {"type": "string", "pattern": _whole(f"(?:{form.pattern})?" if empty else form.pattern)}


def _whole(pattern: str) -> str:
    return f"^(?:{pattern})$"
