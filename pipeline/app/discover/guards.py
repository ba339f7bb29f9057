"""Under which condition a place of C# code runs: always, in development, when somebody asks, or not to be known."""

from __future__ import annotations

import re
from enum import IntEnum
from itertools import islice

MOST = 500

_IF = re.compile(r"\bif\s*\(")
_DEVELOPMENT = re.compile(r"\bIsDevelopment\s*\(")
_ON_REQUEST = re.compile(r"\bargs\b|\bGetCommandLineArgs\b")
# These ask whether there is anything to do, not whether it is wanted.
_NEEDED = re.compile(
    r"\bGetPendingMigrations\w*\b|\bIs(?:Relational|SqlServer|Npgsql|Sqlite|MySql)\s*\(|\bnull\b|\bCanConnect"
)
# What runs later, when it is called by the name that it is given to.
_LATER = re.compile(r"\bRegister\w*\s*\(\s*\"[^\"]*\"\s*,")


class Runs(IntEnum):
    """How surely a place is reached when the program starts in production."""

    ALWAYS = 3
    UNKNOWN = 2
    ON_REQUEST = 1
    DEVELOPMENT = 0


def runs(code: str, at: int) -> Runs:
    """Return the strongest condition around a place."""
    if any(at < _closing(code, found.end(), "(", ")") for found in islice(_LATER.finditer(code, 0, at), MOST)):
        return Runs.ON_REQUEST
    found = [_meant(code[start:end]) for start, end, first, last in _conditions(code, at) if first <= at < last]
    return min(found, default=Runs.ALWAYS)


def _conditions(code: str, at: int) -> list[tuple[int, int, int, int]]:
    """Return the conditions before a place, each with the statement or the block that it guards."""
    found = []
    for start in islice(_IF.finditer(code, 0, at), MOST):
        end = _closing(code, start.end(), "(", ")")
        body = end + len(code[end:]) - len(code[end:].lstrip())
        if code[body : body + 1] == "{":
            last = _closing(code, body + 1, "{", "}")
        else:
            last = code.find(";", body) if ";" in code[body:] else len(code)
        found.append((start.end(), end, body, last))
    return found


def _closing(code: str, at: int, opens: str, closes: str) -> int:
    depth = 1
    while depth and at < len(code):
        depth += {opens: 1, closes: -1}.get(code[at], 0)
        at += 1
    return at


def _meant(condition: str) -> Runs:
    if _ON_REQUEST.search(condition):
        return Runs.ON_REQUEST
    if (found := _DEVELOPMENT.search(condition)) and "||" not in condition:
        return Runs.ALWAYS if "!" in condition[: found.start()] else Runs.DEVELOPMENT
    return Runs.ALWAYS if _NEEDED.search(condition) else Runs.UNKNOWN
