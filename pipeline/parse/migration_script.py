"""The idempotent script of `dotnet ef`: which migrations it holds, and what each does to data and to older releases.

A migration is additive when the release before it still runs on the database and nothing is lost. Whatever is not
plainly so is destructive: a rename, a new column that must have a value, and every statement that is not understood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.parse import sql_shapes
from pipeline.parse.model import Parsed
from pipeline.parse.sql import Token, statements, tokens
from pipeline.parse.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_GUARD = re.compile(
    r"IF NOT EXISTS\s*\(\s*SELECT [^;]{0,400}?MigrationId[\"\]`]?\s*=\s*N?'([^']+)'\s*\)\s*(?:THEN|BEGIN)\b",
    re.IGNORECASE,
)
# What stands around the statements of a migration, as words; `$EF$` is where Npgsql's quotes begin and end.
_FRAMES = (
    ("DO", "$EF$", "BEGIN"),
    ("END", "$EF$"),
    ("END", "IF"),
    ("START", "TRANSACTION"),
    ("BEGIN", "TRANSACTION"),
    ("BEGIN",),
    ("COMMIT",),
    ("END",),
    ("GO",),
)
# How many tokens a guard has from its SELECT on, at most: names may have several parts.
_LONGEST = 30
_UNREAD = "its statements could not be told from a text or a comment"
_SHOWN = 120
# The latest are those that a release may have to go back from.
_NAMED = 2


@dataclass(frozen=True, kw_only=True)
class Migration:
    """One migration; `because` are its statements that make it destructive."""

    id: str
    because: tuple[str, ...] = ()

    @property
    def change(self) -> str:
        """What it is: `additive` or `destructive`."""
        return "destructive" if self.because else "additive"


def read(script: str) -> tuple[Migration, ...]:
    """Return the migrations of a script, in their order."""
    text = script.replace("\r\n", "\n")
    # A quote that is read wrongly hides what follows it, but not from who looks for nothing else.
    found: dict[str, list[tuple[Token, ...]]] = {guard[1]: [] for guard in _GUARD.finditer(text)}
    every = list(tokens(text))
    guards = list(_guards(every))
    ends = [*(begin for begin, _, _ in guards), len(every)][1:]
    for (_, begin, id_), end in zip(guards, ends, strict=True):
        found.setdefault(id_, []).extend(statements(every[begin:end]))
    seen = {id_ for _, _, id_ in guards}
    return tuple(
        Migration(id=id_, because=tuple(_harm(parts)) if id_ in seen else (_UNREAD,)) for id_, parts in found.items()
    )


def _guards(every: Sequence[Token]) -> Iterator[tuple[int, int, str]]:
    """Yield where each guard begins, where it ends, and which migration it asks for."""
    for at, token in enumerate(every):
        if token.word != "IF" or [t.word or t.text for t in every[at + 1 : at + 5]] != ["NOT", "EXISTS", "(", "SELECT"]:
            continue
        rest = every[at + 5 : at + 5 + _LONGEST]
        close = next((n for n, one in enumerate(rest) if one.text == ")" and one.depth == token.depth), None)
        if close is None or close + 1 >= len(rest) or rest[close + 1].word not in {"THEN", "BEGIN"}:
            continue
        column, equals, value = rest[max(0, close - 3) : close]
        if column.bare.casefold() == "migrationid" and equals.text == "=" and value.kind == "string":
            yield at, at + 5 + close + 2, value.text.partition("'")[2][:-1]


def _harm(parts: Sequence[tuple[Token, ...]]) -> Iterator[str]:
    """Yield what is not plainly additive; a table that the migration made itself may be changed as it likes."""
    new: set[str] = set()
    for whole in parts:
        part = _unframed(whole)
        if part and not sql_shapes.adds(part, new):
            yield _shown(part)
        if made := sql_shapes.made(part):
            new.add(made)


def _unframed(part: tuple[Token, ...]) -> tuple[Token, ...]:
    """Return a statement without what stands around it; a last one may have no semicolon of its own."""
    while frame := next((f for f in _FRAMES if f == tuple(t.word or t.text.upper() for t in part[: len(f)])), ()):
        part = part[len(frame) :]
    while part and part[-1].word in {"END", "GO"}:
        part = part[:-1]
    return part


def _shown(part: tuple[Token, ...]) -> str:
    """Return a statement in one line, without its comments."""
    return " ".join("".join(f"{' ' if token.gap else ''}{token.text}" for token in part).split())[:_SHOWN]


def parse(text: str, root: str, prefix: str = "") -> Parsed:  # noqa: ARG001  # a parser's arguments
    """Return how many migrations a script holds, and which of them nobody can go back from."""
    migrations = read(text)
    harmful = [one.id for one in migrations if one.because]
    named = f", destructive: {', '.join(harmful[-_NAMED:])}" if harmful else ""
    return Parsed(notes=(counted(len(migrations), "migration") + named,))
