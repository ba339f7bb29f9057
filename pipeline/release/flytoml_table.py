"""One table of a fly.toml; what is of another kind than flyctl takes is noted, and counts as not said.

flyctl turns TOML into JSON and reads that. So a time is a text such as "10s", and a number is taken for nanoseconds
unless something translated it before: milliseconds in `[checks]` and `[[services]]`, seconds in `kill_timeout`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeGuard

from pipeline.release.flytoml import Odd

if TYPE_CHECKING:
    from collections.abc import Mapping

NANOSECONDS, MILLISECONDS, SECONDS = 1e-9, 1e-3, 1.0
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_UNIT = r"ns|us|µs|ms|s|m|h"
_NUMBER = r"(?:[0-9]{1,9}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})"
_DURATION = re.compile(rf"\+?(?:0|(?:{_NUMBER}(?:{_UNIT}))+)")
_PART = re.compile(rf"({_NUMBER})({_UNIT})")
_AMOUNT = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?) ?(?:([kmgt])i?)?b?", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
_KB = 1024
_TOO_MUCH = 2**63


@dataclass
class Notes:
    """What was noted while reading."""

    odd: list[Odd] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Table:
    """A table with its place."""

    content: Mapping[str, object]
    place: str
    notes: Notes

    def where(self, key: str) -> str:
        """Return the place of a key."""
        return f"{self.place}.{key}" if self.place else key

    def odd(self, key: str, expected: str) -> None:
        """Note that a value is not what belongs there."""
        self.notes.odd.append(Odd(place=self.where(key), expected=expected))

    def text(self, key: str) -> str:
        """Return a text."""
        value = self.content.get(key)
        if isinstance(value, str):
            return value.strip()
        if value is not None:
            self.odd(key, "a text")
        return ""

    def number(self, key: str, *, quoted: bool = False) -> int | None:
        """Return a whole number; in `[[services]]` it may be quoted."""
        value = self.content.get(key)
        if quoted and isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value):
            return int(value)
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _TOO_MUCH:
            return value
        if value is not None:
            self.odd(key, "a whole number")
        return None

    def decimal(self, key: str) -> float | None:
        """Return a number."""
        value = self.content.get(key)
        if _is_number(value):
            return float(value)
        if value is not None:
            self.odd(key, "a number")
        return None

    def flag(self, key: str) -> bool | None:
        """Return true or false."""
        value = self.content.get(key)
        if isinstance(value, bool):
            return value
        if value is not None:
            self.odd(key, "true or false")
        return None

    def seconds(self, key: str, unit: float) -> float | None:
        """Return a time; a number without a unit is in `unit`, in seconds."""
        value = self.content.get(key)
        if _is_number(value):
            if unit != SECONDS and value:
                self.notes.bare.append(self.where(key))
            return value * unit
        if isinstance(value, str) and _DURATION.fullmatch(value):
            return sum(float(number) * _UNITS[name] for number, name in _PART.findall(value))
        if value not in (None, ""):
            self.odd(key, 'a time such as "10s"')
        return None

    def megabytes(self, key: str) -> int | None:
        """Return an amount of memory; a number without a unit is in MB."""
        value = self.content.get(key)
        text = value if isinstance(value, str) else str(value) if isinstance(value, int) else ""
        found = _AMOUNT.fullmatch(text.strip()) if text and not isinstance(value, bool) else None
        if found and re.fullmatch(r"[0-9]+", text):
            return int(text)
        if found:
            return int(float(found[1]) * _KB ** _POWERS[(found[2] or "").lower()]) // _KB**2
        if value not in (None, ""):
            self.odd(key, 'an amount of memory such as "512mb"')
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self.content.get(key)
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        if value is not None:
            self.odd(key, "a list of texts")
        return ()

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """Return names with their values, which flyctl writes as texts; a list of them counts as one table."""
        value = self.content.get(key)
        if isinstance(value, list) and all(isinstance(one, dict) for one in value):
            value = {name: inner for one in value for name, inner in one.items()}
        if isinstance(value, dict):
            return tuple((name, _written(one)) for name, one in value.items())
        if value is not None:
            self.odd(key, "names with values")
        return ()

    def table(self, key: str) -> Table:
        """Return a table, an empty one where there is none."""
        value = self.content.get(key)
        if value is not None and not isinstance(value, dict):
            self.odd(key, "a table")
        return Table(value if isinstance(value, dict) else {}, self.where(key), self.notes)

    def tables(self, *keys: str) -> list[Table]:
        """Return the tables of a list; a single one is a list of one."""
        found: list[Table] = []
        for key in keys:
            value, where = self.content.get(key), self.where(key)
            if isinstance(value, dict):
                found.append(Table(value, where, self.notes))
            elif isinstance(value, list) and all(isinstance(one, dict) for one in value):
                found += (Table(one, f"{where}[{index}]", self.notes) for index, one in enumerate(value))
            elif value is not None:
                self.odd(key, "tables")
        return found


def _is_number(value: object) -> TypeGuard[int | float]:
    """Whether it is a number that flyctl can pass on: no nan, no inf, nothing that 64 bits do not hold."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _TOO_MUCH


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
