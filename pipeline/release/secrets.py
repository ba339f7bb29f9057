"""What a release needs of secrets, what Fly has of them, and what follows: names and digests, never a value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from pipeline.release import values

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pipeline.release.values import Found


class State(Enum):
    """What Fly has under a name; CHANGED and NEW are since the last release that is recorded."""

    PRESENT = "present"
    CHANGED = "changed"
    NEW = "new"
    MISSING = "missing"
    EXTRA = "extra"


class Change(Enum):
    """What `sync` would do with a secret."""

    SET = "set"
    AGAIN = "set again"
    DELETE = "delete"
    KEEP = "keep"
    NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One secret: what Fly has, where its value comes from, what `sync` would do, and what else there is to say.

    `provider` is empty where somebody else sets it, `digest` where Fly has none; `before` is the digest at the last
    release. `lacking` says why its value is not at hand where the settings name a place for it.
    """

    name: str
    state: State
    change: Change
    declared: bool = True
    provider: str = ""
    digest: str = ""
    before: str = ""
    lacking: str = ""
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class SecretsPlan:
    """Every secret that is declared or at Fly, by name; `unrecorded` says why the last release is not known."""

    rows: tuple[Row, ...] = ()
    unrecorded: str = ""

    def names(self, *states: State) -> tuple[str, ...]:
        """Return the names of those that Fly has, or has not, in one of these ways."""
        return tuple(row.name for row in self.rows if row.state in states)

    @property
    def digests(self) -> dict[str, str]:
        """The digest of each that Fly has, by name."""
        return {row.name: row.digest for row in self.rows if row.digest}

    @property
    def to_set(self) -> tuple[str, ...]:
        """The names of those whose value goes to Fly."""
        return tuple(row.name for row in self.rows if row.change in {Change.SET, Change.AGAIN})

    @property
    def to_delete(self) -> tuple[str, ...]:
        """The names of those that go."""
        return tuple(row.name for row in self.rows if row.change is Change.DELETE)

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of those that a release would have to do without."""
        return tuple(row.name for row in self._missing)

    @property
    def _missing(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.state is State.MISSING and row.change is Change.NOTHING)

    @property
    def refused(self) -> tuple[str, ...]:
        """What is told of each that is missing: who would have to bring its value."""
        return tuple(f"the secret {row.name} is not set at Fly, {_wanted(row)}" for row in self._missing)

    @property
    def lacking(self) -> tuple[Row, ...]:
        """Those whose value should be at hand and is not."""
        return tuple(row for row in self.rows if row.lacking)


@dataclass(frozen=True, kw_only=True)
class Staged:
    """What became of a plan: the version that machines have to have, and the digest of each secret at Fly.

    `changed` are those that have another digest than before, `same` those that were set and have not.
    """

    version: int = 0
    digests: tuple[tuple[str, str], ...] = ()
    changed: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()


def plan(
    declared: Mapping[str, str],
    present: Mapping[str, str],
    found: Found,
    *,
    recorded: Mapping[str, str] | None = None,
    prune: bool = False,
    only: Collection[str] = (),
) -> SecretsPlan:
    """Return what is to be done.

    Args:
        declared: where the value of each secret comes from; empty where somebody else sets it.
        present: the digest of each secret at Fly.
        found: the values that are at hand.
        recorded: the digests at the last release; None where none is known.
        prune: whether those that nobody declared go.
        only: the names of those that are set; empty for all.

    """
    rows = [*_declared(declared, present, found, recorded, only)]
    rows += [
        Row(
            name=name,
            state=State.EXTRA,
            change=Change.DELETE if prune else Change.KEEP,
            declared=False,
            digest=digest,
            before=(recorded or {}).get(name, ""),
            remark=_twin(name, declared),
        )
        for name, digest in present.items()
        if name not in declared
    ]
    return SecretsPlan(rows=tuple(sorted(rows, key=lambda row: row.name)))


def _declared(
    declared: Mapping[str, str],
    present: Mapping[str, str],
    found: Found,
    recorded: Mapping[str, str] | None,
    only: Collection[str],
) -> Iterator[Row]:
    for name, provider in declared.items():
        wanted = not only or name in only
        value = found.values.get(name) if wanted else None
        yield Row(
            name=name,
            state=_state(name, present, recorded),
            change=_change(is_there=name in present, is_given=value is not None),
            provider=found.origins.get(name, provider),
            digest=present.get(name, ""),
            before=(recorded or {}).get(name, ""),
            lacking=found.lacking.get(name, "") if wanted else "",
            remark=values.remark(value) if value else "",
        )


def _wanted(row: Row) -> str:
    if not row.provider:
        return "where somebody else sets it (`release.secrets` names no place for its value)"
    return f"and no value is at hand: {row.lacking or row.provider}"


def _state(name: str, present: Mapping[str, str], recorded: Mapping[str, str] | None) -> State:
    if name not in present:
        return State.MISSING
    if recorded is None or recorded.get(name) == present[name]:
        return State.PRESENT
    return State.CHANGED if name in recorded else State.NEW


def _change(*, is_there: bool, is_given: bool) -> Change:
    if is_given:
        return Change.AGAIN if is_there else Change.SET
    return Change.KEEP if is_there else Change.NOTHING


def _twin(name: str, declared: Mapping[str, str]) -> str:
    twin = next((one for one in declared if one.casefold() == name.casefold()), "")
    return f"differs from {twin} in case alone, and .NET takes either" if twin else ""
