"""Values of secrets: what hides them, what a machine can take, and the text in which a caller brings them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.settings.forms import VARIABLE, guess
from pipeline.settings.redact import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# Half of what Linux lets one variable of a process have, and what `fly secrets set NAME=-` reads.
MAX_BYTES = 65_536
ORIGIN = "--values"
_MARK = "\ufeff"


class Value:
    """The value of a secret: who wants to see it has to say so.

    Args:
        text: the value.

    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the value; for the one call that sends it, and for nothing that prints, writes or raises."""
        return self._text

    def __repr__(self) -> str:
        """Return what may be shown."""
        return f"Value({HIDDEN})"

    __str__ = __repr__

    def __format__(self, _: str) -> str:
        """Return what may be shown."""
        return repr(self)

    def __reduce__(self) -> NoReturn:
        """Refuse to be copied or written down: `asdict` and `pickle` would."""
        message = "the value of a secret is not copied"
        raise TypeError(message)


@dataclass(frozen=True, kw_only=True)
class Found:
    """The values of a call by name, where each came from, and why those are not there that were looked for."""

    values: Mapping[str, Value] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)
    lacking: Mapping[str, str] = field(default_factory=dict)


def problem(value: Value) -> str:
    """Return why no machine can have this value, or an empty text."""
    text = value.reveal()
    if not text.strip():
        return "its value is empty"
    if "\0" in text:
        return "its value holds the character NUL, which ends a variable"
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        return "its value is not UTF-8"
    return "its value is longer than 64 KiB" if size > MAX_BYTES else ""


def remark(value: Value) -> str:
    """Return what is odd about a value that can be set, or an empty text."""
    text = value.reveal()
    if text.startswith(_MARK):
        return "its value begins with a byte order mark"
    return "its value begins or ends with white space" if text != text.strip() else ""


def given(text: str, declared: Mapping[str, str]) -> Found:
    """Return what a caller brought in one text: a JSON object of texts, or lines of NAME=VALUE.

    A line's value is everything behind the first `=`, as it is; a value of several lines needs JSON. No message repeats
    anything of the text: a name that nobody declared may be a value in the wrong place.

    Args:
        text: all of it.
        declared: where the settings say that each value comes from.

    Raises:
        PipelineError: P136 when it has another form, or brings what is not declared.

    """
    plain = text.removeprefix(_MARK)
    pairs = _of_json(plain) if plain.lstrip().startswith("{") else _of_lines(plain)
    values: dict[str, Value] = {}
    for place, name, value in pairs:
        if name not in declared:
            close = guess(name, tuple(declared))
            _refuse(f"{place}: `release.secrets` declares no such name{f'; did you mean {close}?' if close else ''}")
        if name in values:
            _refuse(f"{place}: {name} came before")
        values[name] = Value(value)
    lacking = {name: f"not in {ORIGIN}" for name, provider in declared.items() if provider and name not in values}
    return Found(values=values, origins=dict.fromkeys(values, ORIGIN), lacking=lacking)


def _of_lines(text: str) -> Iterator[tuple[str, str, str]]:
    for number, line in enumerate(text.split("\n"), start=1):
        name, equals, value = line.removesuffix("\r").partition("=")
        if not line.strip() or line.startswith("#"):
            continue
        if not equals or not VARIABLE.fits(name):
            _refuse(f"line {number}: expected NAME=VALUE; a value of several lines needs JSON")
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            _refuse(f"line {number}: the quotes would become part of the value; without them, or as JSON")
        yield f"line {number}", name, value


def _of_json(text: str) -> Iterator[tuple[str, str, str]]:
    try:
        # Each object as its pairs: of two values of one name, JSON keeps the last without a word.
        found = json.loads(text, object_pairs_hook=tuple)
    except json.JSONDecodeError as error:
        _refuse(f"line {error.lineno}, column {error.colno}: no JSON object")
    except (ValueError, RecursionError):
        _refuse("no JSON object of texts")
    return _texts(found)


def _texts(pairs: Iterable[tuple[str, object]]) -> Iterator[tuple[str, str, str]]:
    for number, (name, value) in enumerate(pairs, start=1):
        if not isinstance(value, str):
            _refuse(f"entry {number}: expected a text in quotes as its value")
        yield f"entry {number}", name, value


def _refuse(what: str) -> NoReturn:
    raise PipelineError(errors.SECRETS_UNREADABLE, what) from None
