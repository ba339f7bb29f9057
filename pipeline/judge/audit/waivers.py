"""Exceptions: each has a reason, an owner and an end, covers little, and is needed."""

from __future__ import annotations

import re
from datetime import date, timedelta
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from pipeline.judge.audit.merge import ids
from pipeline.parse.text import counted
from pipeline.parse.weakness import Weakness, WeaknessKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.settings.waivers import Waiver

LONGEST = timedelta(days=90)
_COUNT = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)
# What stands for any letters in a scope: classes say as little as stars, however long they are.
_ANY = re.compile(r"\[\]?[^\]]*\]|[*?]")
# Of a folder, a name or an extension such as `.cs`.
_NAME = re.compile(r"(?=.*\w.*\w).{3,}", re.DOTALL)


def problems(waiver: Waiver, today: date) -> list[str]:
    """Return why an exception may not stand; one with a problem excepts nothing."""
    found = [f"has no {key}" for key in ("id", "scope", "reason", "owner", "expires") if not getattr(waiver, key)]
    if waiver.id and ("*" in waiver.id or "?" in waiver.id):
        found.append("its id is a pattern; name one advisory, rule or licence")
    if waiver.scope and _is_everything(waiver.scope):
        found.append(f"its scope {waiver.scope} is everything; name a package or files")
    if waiver.count and not _COUNT.fullmatch(waiver.count):
        found.append(f"count {waiver.count}: expected how many secrets it is about")
    try:
        end = date.fromisoformat(waiver.expires) if waiver.expires else None
    except ValueError:
        found.append(f"expires {waiver.expires}: expected a date such as {today.isoformat()}")
    else:
        if end and end < today:
            found.append(f"expired on {end.isoformat()}")
        if end and end > today + LONGEST:
            found.append(f"expires on {end.isoformat()}, more than {LONGEST.days} days from now")
    return found


def _is_everything(scope: str) -> bool:
    """Whether a glob names no folder, file or extension, or only what it does not mean."""
    parts = _ANY.split(scope)
    return len(parts) > 1 and ("[!" in scope or not any(_NAME.fullmatch(part) for part in parts))


def covers(waiver: Waiver, weakness: Weakness) -> bool:
    """Return whether an exception is about this weakness."""
    if waiver.id.lower() not in {id_.lower() for id_ in ids(weakness)}:
        return False
    package, scope = weakness.package, waiver.scope
    # A version alone covers no other one that is there too: those are all in `version`.
    if package and scope.lower() in {package.name.lower(), f"{package.name}@{package.version}".lower()}:
        return True
    files = {weakness.file, *(place.file for place in weakness.also)} - {None}
    # A folder named `[id]` is one, although brackets mean a choice of letters.
    return any(file == scope or fnmatchcase(str(file), scope) for file in files)


def too_many(waiver: Waiver, found: Iterable[Weakness]) -> str:
    """Return why an exception may not stand for all the secrets that it names.

    No report tells which secret was looked at and which is new: one more in the same file has the same rule and place.
    """
    there = sum(_secrets(weakness) for weakness in found if covers(waiver, weakness))
    allowed = int(waiver.count or "1")
    if there <= allowed:
        return ""
    return f"covers {counted(there, 'secret')} and is about {allowed}; look at each, then say `count: {there}`"


def _secrets(weakness: Weakness) -> int:
    """Return how many secrets one finding stands for: its lines, and none of the history's, which has none."""
    if weakness.kind is not WeaknessKind.SECRET:
        return 0
    lines = {(place.file, place.line) for place in weakness.also if place.line}
    return max(len(lines) + bool(weakness.line), 1)


def first(waivers: Sequence[Waiver], weakness: Weakness) -> Waiver | None:
    """Return the exception that holds for a weakness."""
    return next((waiver for waiver in waivers if covers(waiver, weakness)), None)


def named(waiver: Waiver, problem: str) -> str:
    """Return a problem with its place."""
    return f"pipeline.exceptions.yaml:{waiver.line} {waiver.id or 'exception'}: {problem}"
