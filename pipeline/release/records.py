"""The releases of an app as one text, the newest first, and what they say together."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline.release.model import Goal, Migration, Page, Record, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

T = TypeVar("T", Record, Goal)

SCHEMA = 1
# A year of a team that releases twice a week; older ones are of no use to go back to.
MOST = 100
# Of fields that hold one value.
_KINDS: dict[str, Any] = {"str": str, "int": int, "float": (int, float), "bool": bool}
# What our user asked for, in seconds and parts of one.
TARGET_DEPLOY, TARGET_ROLLBACK, TARGET_SUCCESS = 600.0, 300.0, 0.99


def text(records: Iterable[Record]) -> str:
    """Return the log as JSON."""
    listed = [told(one) for one in list(records)[:MOST]]
    return json.dumps({"schema": SCHEMA, "releases": listed}, indent=1, ensure_ascii=False)


def read(content: str, app: str = "") -> tuple[Record, ...]:
    """Return the releases of a log, of one app if it is given.

    Raises:
        ValueError: it is none that this version understands; nobody may write over it.

    """
    try:
        said = json.loads(content)
        if said["schema"] != SCHEMA:
            problem = f"a log of the unknown schema {said['schema']}"
            raise ValueError(problem)
        found = tuple(_record(one) for one in said["releases"])
    except (LookupError, TypeError, AttributeError, RecursionError) as error:
        problem = f"a damaged log of releases: {error}"
        raise ValueError(problem) from None
    if app and (others := {one.goal.app for one in found} - {app}):
        # Going back would change that one, and look at this one.
        problem = f"it names releases of {', '.join(sorted(others))}"
        raise ValueError(problem)
    return found


def with_record(records: Sequence[Record], record: Record) -> tuple[Record, ...]:
    """Return the log with a record in its place, the one that was begun last first.

    Only who holds the lock writes, so the order is that of the writing; clocks of two machines may differ.
    """
    named = [(one.id, one.kind) for one in records]
    if (record.id, record.kind) not in named:
        return (record, *records)
    place = named.index((record.id, record.kind))
    return (*records[:place], record, *records[place + 1 :])


def told(record: Record) -> dict[str, Any]:
    """Return a release as the log has it."""
    found = asdict(record) | {"verdict": record.verdict.value}
    del found["seen"]
    return found


def _record(said: dict[str, Any]) -> Record:
    given = dict(said)
    return _sound(
        Record(
            **given
            | {
                "verdict": Verdict(given["verdict"]),
                "goal": _sound(_goal(given["goal"])),
                "why": tuple(given.get("why", ())),
                "secrets": tuple((name, digest) for name, digest in given.get("secrets", ())),
                "phases": tuple((name, seconds) for name, seconds in given.get("phases", ())),
            }
        )
    )


def _sound(made: T) -> T:
    """Return a value as it is; what is of another kind than it says would end a release in the middle of it."""
    for one in fields(made):
        value = getattr(made, one.name)
        if not isinstance(value, _KINDS.get(str(one.type), object)):
            problem = f"{one.name} is {type(value).__name__}"
            raise TypeError(problem)
    return made


def _goal(said: dict[str, Any]) -> Goal:
    migrations = said.get("migrations")
    known = None
    if migrations is not None:
        known = tuple(Migration(id=one["id"], because=tuple(one["because"])) for one in migrations)
    pages = tuple(Page(**one | {"names": tuple(one.get("names", ()))}) for one in said.get("pages", ()))
    return Goal(**said | {"pages": pages, "smoke": tuple(said.get("smoke", ())), "migrations": known})


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What many releases come to: how many went well, and how long the slowest took, in seconds."""

    deploys: int = 0
    good: int = 0
    slowest_deploy: float = 0.0
    rollbacks: int = 0
    slowest_rollback: float = 0.0

    @property
    def success(self) -> float | None:
        """The part that went well, None where there was nothing."""
        return self.good / self.deploys if self.deploys else None


def figures(records: Iterable[Record]) -> Figures:
    """Return what releases come to; those that still run count for nothing."""
    found = Figures()
    for one in records:
        if one.verdict in {Verdict.RUNNING, Verdict.UNCHANGED}:
            continue
        if one.kind == "rollback":
            slowest = max(found.slowest_rollback, one.seconds)
            found = replace(found, rollbacks=found.rollbacks + 1, slowest_rollback=slowest)
        else:
            good = found.good + one.verdict.is_good
            slowest = max(found.slowest_deploy, one.seconds if one.verdict.is_good else 0.0)
            found = replace(found, deploys=found.deploys + 1, good=good, slowest_deploy=slowest)
    return found
