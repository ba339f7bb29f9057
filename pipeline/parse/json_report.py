"""JSON reports read with care: a list of objects or one object, perhaps with other output around it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.parse.model import Parsed
from pipeline.parse.text import MAX_CHARS, clean

if TYPE_CHECKING:
    from collections.abc import Iterator

_TRIES = 20


def read(text: str, report: str) -> list[object] | Parsed:
    """Return the first list that starts a line, or a `Parsed` that says why there is none."""
    value = _first(text, report, "[")
    return value if isinstance(value, list) else _unreadable(str(value))


def read_object(text: str, report: str) -> dict[str, object] | Parsed:
    """Return the first object that starts a line, or a `Parsed` that says why this scan was no scan."""
    value = _first(text, report, "{")
    return value if isinstance(value, dict) else Parsed(unavailable=(str(value),), completed=False)


def _first(text: str, report: str, bracket: str) -> object:
    """Return the value that `bracket` opens, or a text that says why there is none."""
    if len(text) > MAX_CHARS:
        return f"{report} is too large to be read ({len(text)} characters)"
    plain = clean(text).removeprefix("\ufeff")
    if not plain.strip():
        return f"{report} is empty"
    decoder = json.JSONDecoder()
    for start in _starts(plain, bracket):
        try:
            value, _ = decoder.raw_decode(plain, start)
        except (ValueError, RecursionError):
            continue
        return value
    return f"{report} holds no complete JSON {'list' if bracket == '[' else 'object'}"


def objects(value: object) -> Iterator[dict[str, object]]:
    """Yield the objects of a list; nothing for anything else."""
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def text(value: object) -> str:
    """Return a text as it is, and nothing else as text."""
    return value if isinstance(value, str) else ""


def positive(value: object) -> int | None:
    """Return a number that can be a line or a column."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31 else None


def mapping(value: object) -> dict[str, object]:
    """Return an object as it is, and an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def texts(value: object) -> tuple[str, ...]:
    """Return the texts of a list; nothing for anything else."""
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _starts(plain: str, bracket: str) -> Iterator[int]:
    start = -1
    for _ in range(_TRIES):
        start = plain.find(bracket, start + 1)
        while start > 0 and plain[start - 1] != "\n":
            start = plain.find(f"\n{bracket}", start)
            start = start + 1 if start >= 0 else -1
        if start < 0:
            return
        yield start


def _unreadable(problem: str) -> Parsed:
    return Parsed(problems=(problem,), completed=False)
