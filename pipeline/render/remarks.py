"""Remarks as lines: all of them, or the worst few by kind."""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.app.model import Level, Remark
from pipeline.app.remark_kinds import BY_ID
from pipeline.parse.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

# So many kinds a summary bears; who wants more asks for all.
MOST = 10
LONGEST = 240
_ORDER = list(Level)


def ordered(remarks: Iterable[Remark]) -> list[Remark]:
    """Return remarks once each, the worst first, those of a kind together."""
    return sorted(dict.fromkeys(remarks), key=_rank)


def _rank(remark: Remark) -> tuple[bool, int, str, str, int]:
    kind = BY_ID.get(remark.id)
    waits = not (kind and kind.at_once)
    return waits, _ORDER.index(remark.level), remark.id, remark.file or "", remark.line or 0


def as_data(remark: Remark) -> dict[str, object]:
    """Return a remark as JSON holds it, with the title of its kind."""
    kind = BY_ID.get(remark.id)
    return asdict(remark) | {"level": remark.level.value, "title": kind.title if kind else ""}


def place(remark: Remark) -> str:
    """Return where a remark is, as an editor can follow it."""
    return f"{remark.file}:{remark.line}" if remark.file and remark.line else remark.file or ""


def line(remark: Remark) -> str:
    """Return one remark in one line."""
    where = place(remark)
    # A file name may hold anything; a line stays one.
    kind = BY_ID.get(remark.id)
    title = f"{kind.title}: " if kind else ""
    return " ".join((f"{remark.id} {title}{remark.message}" + (f" ({where})" if where else "")).split())


def short(remarks: Iterable[Remark]) -> list[str]:
    """Return the worst kinds, one line each with the first of its remarks, and how to see the others."""
    kinds = [list(group) for _, group in groupby(ordered(remarks), key=lambda r: (r.level, r.id))]
    lines = [_of_kind(group) for group in kinds[:MOST]]
    if len(kinds) > MOST:
        left = [remark for group in kinds[MOST:] for remark in group]
        lines.append(f"and {len(left)} more ({', '.join(levels(left))}): `pipeline explain` shows them all")
    return lines


def levels(remarks: Iterable[Remark]) -> list[str]:
    """Return how many there are of each level that there is, the worst first."""
    found = [remark.level for remark in ordered(remarks)]
    return [counted(found.count(level), level.value) for level in Level if level in found]


def full(remarks: Iterable[Remark]) -> list[str]:
    """Return every remark below the title of its kind, with what goes wrong and what to do."""
    lines = []
    for id_, group in groupby(ordered(remarks), key=lambda r: r.id):
        found = list(group)
        kind = BY_ID.get(id_)
        lines += [f"{id_}{f' {kind.title}' if kind else ''} ({found[0].level.value}, {len(found)})"]
        lines += [f"    {place(remark) or 'everywhere'}: {remark.message}" for remark in found]
        lines += [f"    why: {kind.why}", f"    what to do: {kind.todo}"] if kind else []
    return lines


def _of_kind(group: list[Remark]) -> str:
    first = line(group[0])
    shown = first if len(first) <= LONGEST else f"{first[:LONGEST]}…"
    more = f" and {len(group) - 1} more" if len(group) > 1 else ""
    return f"{group[0].level.value}: {shown}{more}"
