"""SQL as tokens, as far as the dialects of Postgres, SQL Server and MySQL agree; what they read differently is unclear.

A text that one of them takes for a comment and another one executes must not pass for either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# An end that is missing is that of the text, so that nothing is read twice.
_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
    |(?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))
    |(?P<frame>\$EF\$)
    |(?P<string>[Ee]'(?:[^'\\]|\\.|'')*+(?:'|\Z)|[NnBbXx]?'(?:[^']|'')*+(?:'|\Z)|\$(?P<tag>[A-Za-z_]*)\$.*?(?:\$(?P=tag)\$|\Z))
    |(?P<name>"(?:[^"]|"")*+(?:"|\Z)|\[(?:[^\]]|\]\])*+(?:\]|\Z)|`(?:[^`]|``)*+(?:`|\Z))
    |(?P<word>[\w$@]+)
    |(?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ENDS = {"[": "]"}


@dataclass(frozen=True, kw_only=True)
class Token:
    """One token as it is written; `depth` counts the parentheses around it, `gap` says that space stands before it."""

    text: str
    kind: str
    depth: int
    gap: bool = False
    is_clear: bool = True

    @property
    def word(self) -> str:
        """A bare word in capitals, an empty text for everything else."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def bare(self) -> str:
        """A name without its quotes."""
        return self.text if self.kind == "word" else self.text[1:-1]


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a text; a comment only where it is not clear that it is one."""
    depth, gap = 0, False
    for found in _TOKEN.finditer(text):
        kind, part = str(found.lastgroup if found.lastgroup != "tag" else "string"), found[0]
        if kind == "space" or (kind == "comment" and _is_comment(part)):
            gap = True
            continue
        depth -= part == ")"
        yield Token(text=part, kind=kind, depth=depth, gap=gap, is_clear=_is_clear(kind, part))
        depth += part == "("
        gap = False


def statements(found: Sequence[Token]) -> Iterator[tuple[Token, ...]]:
    """Yield what stands between semicolons, wherever they stand."""
    part: list[Token] = []
    for token in (*found, Token(text=";", kind="mark", depth=0)):
        if token.text != ";" or token.kind != "mark":
            part.append(token)
        elif part:
            yield tuple(part)
            part = []


def _is_comment(text: str) -> bool:
    """Return whether all of them take it for one: MySQL runs `/*!`, knows none within another, and wants `-- `."""
    if "\r" in text:
        return False
    if text.startswith("--"):
        return text[2:3].strip() in {"", "-"} or ";" not in text
    return text.endswith("*/") and len(text) > len("/**") and text[2] != "!" and "/*" not in text[2:]


def _is_clear(kind: str, text: str) -> bool:
    if kind == "comment" or (kind == "mark" and text in "#\\\r"):
        return False
    if kind == "string" and text[0] in "eE":
        return len(text) > len("E'") and text.endswith("'")
    if kind == "string" and text[0] == "$":
        mark = text[: text.index("$", 1) + 1]
        return text.endswith(mark) and len(text) >= 2 * len(mark)
    if kind not in {"string", "name"}:
        return True
    first = text.lstrip("NnBbXx")[0] if kind == "string" else text[0]
    end = _ENDS.get(first, first)
    # A backslash before a quote ends nothing for MySQL; Postgres has arrays in what SQL Server takes for names.
    strange = f"\\{end}" in text or (first == "[" and re.search(r"['\";]", text) is not None)
    body = text[text.index(first) + 1 :]
    return body.endswith(end) and not strange
