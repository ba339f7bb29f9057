"""Statements that only add to a database: the few shapes of which every token is understood."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.parse.sql import Token

    Tokens = Sequence[Token]

# SQL Server needs no semicolon, so that one of these in the middle begins another statement.
_BEGINS = frozenset(
    {"ALTER", "BACKUP", "BEGIN", "BREAK", "BULK", "CALL", "CHECKPOINT", "CLOSE", "COMMIT", "CONTINUE"}
    | {"CREATE", "DBCC", "DEALLOCATE", "DECLARE", "DELETE", "DENY", "DISABLE", "DO", "DROP", "ENABLE", "EXEC"}
    | {"EXECUTE", "GO", "GOTO", "GRANT", "IF", "INSERT", "KILL", "LOAD", "MERGE", "OPEN", "RAISERROR"}
    | {"RECEIVE", "RECONFIGURE", "RENAME", "RESTORE", "RETURN", "REVERT", "REVOKE", "ROLLBACK", "SAVE", "SEND"}
    | {"SET", "SHUTDOWN", "THROW", "TRUNCATE", "UPDATE", "UPDATETEXT", "USE", "WAITFOR", "WHILE", "WRITETEXT"}
)
# These change rows also within another statement: `WITH gone AS (DELETE … RETURNING *)`, `ON CONFLICT DO UPDATE`.
_CHANGES = frozenset({"ALTER", "CREATE", "DELETE", "DROP", "EXEC", "EXECUTE", "INSERT", "MERGE", "TRUNCATE", "UPDATE"})
# Where one of them begins nothing: words, and how far before it they start.
_HARMLESS = (
    (-1, ["ON", "DELETE"]),
    (-1, ["ON", "UPDATE"]),
    (-1, ["DELETE", "SET", "NULL"]),
    (-1, ["UPDATE", "SET", "NULL"]),
    (-1, ["DELETE", "SET", "DEFAULT"]),
    (-1, ["UPDATE", "SET", "DEFAULT"]),
    (0, ["IF", "NOT", "EXISTS"]),
    (0, ["DO", "NOTHING"]),
)
# What ALTER TABLE can add that is no column.
_NO_COLUMN = frozenset(
    {"CHECK", "CONSTRAINT", "EXCLUDE", "FOREIGN", "FULLTEXT", "INDEX", "KEY", "PARTITION", "PERIOD", "PRIMARY"}
    | {"SPATIAL", "UNIQUE"}
)
# Older code knows nothing of a rule: what it writes would be refused.
_RULES = frozenset({"CHECK", "PRIMARY", "REFERENCES", "UNIQUE"})
_FILLS = frozenset({"AUTO_INCREMENT", "DEFAULT", "GENERATED", "IDENTITY"})
_PLAIN = frozenset({"SEQUENCE", "EXTENSION", "VIEW", "SCHEMA"})
_SCHEMA = re.compile(
    r"IF SCHEMA_ID \( N?'[^']*' \) IS NULL EXEC \( N?'CREATE SCHEMA (?:\[\w+\]|\w+);?' \)", re.IGNORECASE
)
_OPTIONS = re.compile(r"(?:WITH \( .* \)|CHARACTER SET = \w+(?: COLLATE = \w+)?|(?:DEFAULT )?COLLATE = \w+)?")


def adds(part: Tokens, new: set[str]) -> bool:
    """Return whether a statement plainly only adds; a table in `new` has neither rows nor readers yet."""
    if not all(token.is_clear and token.depth >= part[0].depth for token in part):
        return False
    words = _words(part)
    kind = next((shape for begin, shape in _SHAPES if words[: len(begin)] == begin), None)
    return kind is not None and kind(part, new)


def made(part: Tokens) -> str:
    """Return the table that a statement makes for certain, or an empty text."""
    begin = _words(part)[:3]
    is_made = begin[:2] == ["CREATE", "TABLE"] and begin[2:] != ["IF"] and _is_table(part, set())
    return _name(part[2:])[0] if is_made else ""


def _words(part: Tokens) -> list[str]:
    return [token.word for token in part]


def _name(part: Tokens) -> tuple[str, Tokens]:
    """Return the name that a text begins with, its schema before it, and what follows."""
    end = 1
    while len(part) > end + 1 and part[end].text == ".":
        end += 2
    known = all(token.kind in {"word", "name"} for token in part[0:end:2])
    return ("".join(token.text for token in part[:end]), part[end:]) if part and known else ("", ())


def _without_if(part: Tokens) -> Tokens:
    """Leave out `IF NOT EXISTS`."""
    return part[3:] if _words(part)[:3] == ["IF", "NOT", "EXISTS"] else part


def _group(part: Tokens) -> tuple[Tokens, Tokens]:
    """Return what a text begins with in parentheses, and what follows."""
    if not part or part[0].text != "(":
        return (), part
    end = next((n for n, token in enumerate(part) if token.text == ")" and token.depth == part[0].depth), len(part) - 1)
    return part[: end + 1], part[end + 1 :]


def _begins_another(part: Tokens) -> bool:
    """Return whether another statement begins in there, or one within this one changes something."""
    words = _words(part)
    return any(
        not any(words[max(0, at + n) : at + n + len(said)] == said for n, said in _HARMLESS)
        for at, token in enumerate(part)
        if words[at] in _CHANGES or (words[at] in _BEGINS and token.depth == part[0].depth)
    )


def _is_table(part: Tokens, _new: set[str]) -> bool:
    _, rest = _name(_without_if(part[2:]))
    columns, rest = _group(rest)
    return bool(columns) and _OPTIONS.fullmatch(" ".join(token.text for token in rest)) is not None


def _is_index(part: Tokens, new: set[str]) -> bool:
    words = _words(part)
    if "ON" not in words or _begins_another(part[1:]):
        return False
    table, _ = _name([token for token in part[words.index("ON") + 1 :] if token.word != "ONLY"])
    return "UNIQUE" not in words[: words.index("ON")] or table in new


def _is_plain(part: Tokens, _new: set[str]) -> bool:
    return not _begins_another(part[1:])


def _is_insert(part: Tokens, _new: set[str]) -> bool:
    return not _begins_another(part[1:])


def _is_schema(part: Tokens, _new: set[str]) -> bool:
    return _SCHEMA.fullmatch(" ".join(token.text for token in part)) is not None


def _is_alter(part: Tokens, new: set[str]) -> bool:
    rest = part[2:]
    table, rest = _name(rest[1:] if _words(rest)[:1] == ["ONLY"] else rest)
    actions = list(_actions(rest))
    if table in new:
        return all(_is_own(action) for action in actions)
    first = bool(actions) and _words(actions[0])[:1] == ["ADD"]
    return first and all(_is_column(action) for action in actions)


def _actions(part: Tokens) -> Iterator[Tokens]:
    """Yield what stands between commas outside parentheses."""
    found: list[Token] = []
    for token in part:
        if token.text == "," and token.depth == part[0].depth:
            yield found
            found = []
        else:
            found.append(token)
    yield found


def _is_own(action: Tokens) -> bool:
    """Return whether this changes nothing but the table itself."""
    words = _words(action)
    known = words[:1] == ["ADD"] or words[:2] == ["ALTER", "COLUMN"]
    return known and not _begins_another(action[1:])


def _is_column(action: Tokens) -> bool:
    """Return whether this is a new column that older code need not know."""
    begins = _words(action)[:1] == ["ADD"]
    rest = action[1:] if begins else action
    rest = _without_if(rest[1:] if begins and _words(rest)[:1] == ["COLUMN"] else rest)
    if not rest or rest[0].kind not in {"name", "word"} or (not begins and rest[0].kind != "name"):
        return False
    if rest[0].word in _NO_COLUMN or _begins_another(rest[1:]):
        return False
    own = [token.word for token in rest[1:] if token.depth == rest[0].depth]
    must = ("NOT", "NULL") in itertools.pairwise(own)
    filled = _FILLS.intersection(own) and ("DEFAULT", "NULL") not in itertools.pairwise(own)
    return not _RULES.intersection(own) and (not must or bool(filled))


_SHAPES = (
    (["CREATE", "TABLE"], _is_table),
    (["CREATE", "INDEX"], _is_index),
    (["CREATE", "UNIQUE"], _is_index),
    (["CREATE", "CLUSTERED"], _is_index),
    (["CREATE", "NONCLUSTERED"], _is_index),
    *((["CREATE", word], _is_plain) for word in sorted(_PLAIN)),
    (["COMMENT", "ON"], _is_plain),
    (["INSERT", "INTO"], _is_insert),
    (["IF", "SCHEMA_ID"], _is_schema),
    (["ALTER", "TABLE"], _is_alter),
)
