"""One kind of mistake in a fly.toml or around it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What `stops` is a refusal, everything else a warning.

    `why` is what would come of it, `todo` the way out.
    """

    id: str
    stops: bool
    title: str
    why: str
    todo: str


def refused(id_: str, title: str, why: str, todo: str) -> Rule:
    """Return a rule that keeps a release from being tried."""
    return Rule(id=id_, stops=True, title=title, why=why, todo=todo)


def warned(id_: str, title: str, why: str, todo: str) -> Rule:
    """Return a rule that says something and keeps nobody."""
    return Rule(id=id_, stops=False, title=title, why=why, todo=todo)
