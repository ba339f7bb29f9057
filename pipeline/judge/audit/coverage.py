"""What was to be looked at against what the tools say they read: everything, or named gaps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from pipeline.judge.audit.model import Covered
from pipeline.judge.model import Status, StepResult
from pipeline.parse.weakness import Part
from pipeline.plan.model import NEEDS_CONTAINERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.parse.weakness import Looked
    from pipeline.plan.audit import Expected

SILENT = "the tool does not say that it read this"


def coverage(
    expected: Sequence[Expected], results: Mapping[str, StepResult], *, today: date, max_age: int
) -> tuple[Covered, ...]:
    """Return one row for each thing that was to be looked at, and for what the tools read beyond that."""
    looked = [one for result in results.values() for one in result.looked]
    systems = [one.target for one in looked if one.part is Part.DATABASE]
    rows = [_row(entry, results) for entry in expected if entry.open or entry.step in results]
    rows = [_checked(row, systems, today, max_age) for row in rows]
    known = {(row.part, row.target, row.tool) for row in rows}
    more = [_of(one) for one in looked if _key(one) not in known and one.part is not Part.DATABASE]
    return tuple(rows + list(dict.fromkeys(more)))


def _checked(row: Covered, systems: Sequence[str], today: date, max_age: int) -> Covered:
    """Take back what a database cannot have told: it is too old, or has nothing about the image's system."""
    if row.missing or row.open:
        return row
    if row.part is Part.DATABASE:
        return replace(row, missing=_too_old(row.data, today, max_age))
    if row.part is Part.OS and not any(_is_of(row.data, system) for system in systems):
        return replace(row, missing=f"Trivy's database shows no knowledge of {row.data or 'an unknown system'}")
    return row


def _too_old(updated: str, today: date, max_age: int) -> str:
    try:
        age = (today - date.fromisoformat(updated[:10])).days
    except ValueError:
        return f"the database's date {updated} cannot be read"
    if age < -1:  # clocks of two time zones differ by a day
        return f"the database's date {updated} lies in the future, so nobody knows its age"
    return f"the database is {age} days old, {max_age} are allowed" if age > max_age else ""


def _is_of(data: str, system: str) -> bool:
    """Whether `debian 12.8` belongs to `debian 12`, and `ubuntu 24.04` to itself."""
    return data == system or data.startswith(f"{system}.")


def _key(looked: Looked) -> tuple[object, str, str]:
    return (looked.part, looked.target, looked.tool)


def _of(looked: Looked) -> Covered:
    return Covered(
        part=looked.part,
        target=looked.target,
        tool=looked.tool,
        count=looked.count,
        data=looked.data,
        open=looked.open,
    )


def _row(entry: Expected, results: Mapping[str, StepResult]) -> Covered:
    if entry.open:
        return Covered(part=entry.part, target=entry.target, tool=entry.tool, open=entry.open)
    if entry.missing:
        return Covered(part=entry.part, target=entry.target, tool=entry.tool, missing=entry.missing)
    result = results[entry.step]
    if result.status is Status.SKIPPED and result.reason == NEEDS_CONTAINERS:
        return Covered(part=entry.part, target=entry.target, tool=entry.tool, open=result.reason)
    if result.status is not Status.PASSED:
        missing = f"{result.id} is {result.status.value}: {result.reason}"
        return Covered(part=entry.part, target=entry.target, tool=entry.tool, missing=missing)
    found = _find(entry, result.looked)
    if found is None:
        return Covered(part=entry.part, target=entry.target, tool=entry.tool, missing=SILENT)
    return _of(found)


def _find(entry: Expected, looked: Iterable[Looked]) -> Looked | None:
    wanted = (entry.part, entry.target, entry.tool)
    return next((one for one in looked if _key(one) == wanted), None)
