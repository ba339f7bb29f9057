"""The idempotent script of `dotnet ef`: which migrations it holds, and what each does to data and to older releases.

A migration is additive when the release before it still runs on the database and nothing is lost. Whatever is not
plainly so is destructive: a rename, a new column that must have a value, and every statement that is not understood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.parse.model import Parsed
from pipeline.parse.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

_GUARD = re.compile(
    r"IF NOT EXISTS\s*\(\s*SELECT [^;]*?MigrationId[\"\]`]?\s*=\s*N?'([^']+)'\s*\)\s*(?:THEN|BEGIN)\b", re.IGNORECASE
)
# What stands around the statements of a migration.
_FRAME = re.compile(
    r"^\s*(?:DO \$EF\$|BEGIN(?: TRANSACTION)?;?|START TRANSACTION;|COMMIT;|END(?: IF| \$EF\$)?;|GO)\s*$", re.MULTILINE
)
_STATEMENT = re.compile(r";[ \t]*(?:\n|$)")
_NAME = r"((?:[\w$]+|\"[^\"]+\"|\[[^\]]+\]|`[^`]+`)(?:\.(?:[\w$]+|\"[^\"]+\"|\[[^\]]+\]|`[^`]+`))*)"
_TABLE = re.compile(rf"CREATE TABLE (?:IF NOT EXISTS )?{_NAME}", re.IGNORECASE)
_ON = re.compile(
    rf"(?:CREATE (?:UNIQUE )?(?:\w+ )?INDEX .*? ON |ALTER TABLE (?:ONLY )?|INSERT INTO ){_NAME}",
    re.IGNORECASE | re.DOTALL,
)
_ADDS = re.compile(
    r"(?:CREATE (?:TABLE|SEQUENCE|SCHEMA|EXTENSION|VIEW|INDEX|(?:NON)?CLUSTERED INDEX)\b|INSERT INTO\b|COMMENT ON\b"
    r"|IF SCHEMA_ID\()",
    re.IGNORECASE,
)
_COLUMN = re.compile(rf"ALTER TABLE (?:ONLY )?{_NAME} ADD (?!CONSTRAINT\b)(?P<column>.*)", re.IGNORECASE | re.DOTALL)
_MUST = re.compile(r"\bNOT NULL\b", re.IGNORECASE)
_HAS = re.compile(r"\b(?:DEFAULT|GENERATED|IDENTITY)\b", re.IGNORECASE)
_OWN = "__EFMigrationsHistory"
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
    found: dict[str, list[str]] = {}
    text = script.replace("\r\n", "\n")
    guards = list(_GUARD.finditer(text))
    ends = [*(guard.start() for guard in guards), len(text)][1:]
    for guard, end in zip(guards, ends, strict=True):
        found.setdefault(guard[1], []).extend(_statements(_FRAME.sub("", text[guard.end() : end])))
    return tuple(Migration(id=id_, because=tuple(_harm(statements))) for id_, statements in found.items())


def _statements(body: str) -> Iterator[str]:
    for part in _STATEMENT.split(body):
        lines = (line for line in part.splitlines() if not line.strip().startswith("--"))
        if text := " ".join(" ".join(lines).split()):
            yield text


def _harm(statements: list[str]) -> Iterator[str]:
    """Yield what is not plainly additive; a table that the migration made itself may be changed as it likes."""
    new = {made[1] for text in statements if (made := _TABLE.match(text))}
    for text in statements:
        on = _ON.match(text)
        if _OWN not in text and not (on and on[1] in new) and not _adds(text):
            yield text[:_SHOWN]


def _adds(text: str) -> bool:
    if column := _COLUMN.match(text):
        return not _MUST.search(column["column"]) or _HAS.search(column["column"]) is not None
    return _ADDS.match(text) is not None


def parse(text: str, root: str, prefix: str = "") -> Parsed:  # noqa: ARG001  # a parser's arguments
    """Return how many migrations a script holds, and which of them nobody can go back from."""
    migrations = read(text)
    harmful = [one.id for one in migrations if one.because]
    named = f", destructive: {', '.join(harmful[-_NAMED:])}" if harmful else ""
    return Parsed(notes=(counted(len(migrations), "migration") + named,))
