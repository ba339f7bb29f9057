"""Two texts of a fly.toml: whether they mean the same, and what differs."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from pipeline.app.discover.markup import toml_of
from pipeline.app.discover.remarks.secret_words import is_secret
from pipeline.errors import CONFIG_UNREADABLE, PipelineError
from pipeline.settings.redact import HIDDEN, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LONGEST = 120


def canonical(text: str) -> str:
    """Return what a fly.toml says in one form: without comments, its keys by name; lists stay as they are.

    Raises:
        PipelineError: P128, it is no TOML.

    """
    return json.dumps(_content(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def digest(text: str) -> str:
    """Return the digest of what a fly.toml says."""
    said = canonical(text).encode("utf-8", "backslashreplace")
    return f"sha256:{hashlib.sha256(said).hexdigest()}"


def difference(old: str, new: str) -> tuple[str, ...]:
    """Return a line for each value that differs, such as `http_service.internal_port: 8080 -> 9090`.

    Values that look like secrets are not shown, only that they differ. An empty text counts as an empty file.
    """
    before, after = dict(_flat(_content(old))), dict(_flat(_content(new)))
    places = [*after, *(place for place in before if place not in after)]
    return tuple(
        f"{place}: {_told(place, before)} -> {_told(place, after)}"
        for place in places
        if _form(before, place) != _form(after, place)
    )


def _content(text: str) -> Mapping[str, object]:
    try:
        content = toml_of(text)
        json.dumps(content, default=str)
    except (ValueError, RecursionError) as error:
        raise PipelineError(CONFIG_UNREADABLE, " ".join(str(error).split())) from error
    return content


def _flat(value: object, place: str = "") -> Iterator[tuple[str, object]]:
    """Yield each value with its place; an empty table or list is a value."""
    if isinstance(value, dict) and (value or not place):
        for key, inner in value.items():
            yield from _flat(inner, f"{place}.{key}" if place else key)
    elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        for index, one in enumerate(value):
            yield from _flat(one, f"{place}[{index}]")
    else:
        yield place, value


def _form(values: Mapping[str, object], place: str) -> str:
    # 1, 1.0 and true are equal to Python, and nothing of the kind to flyctl.
    return repr(values[place]) if place in values else ""


def _told(place: str, values: Mapping[str, object]) -> str:
    if place not in values:
        return "(not said)"
    value = values[place]
    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    name = place.rpartition(".")[2]
    told = HIDDEN if is_secret(name, text) else shown(name, text)
    line = json.dumps(told, ensure_ascii=False) if isinstance(value, str) and told != HIDDEN else told
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."
