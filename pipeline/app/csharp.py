"""C# as far as words are looked for in it: without comments, and where wanted without the content of strings.

One pass in time that grows with the text, whatever it holds; other languages than C# lose nothing that matters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPENS = re.compile(r"//|/\*|@\$?\"|\$@\"|\"+|'")
_REGULAR = re.compile(r"(?:[^\"\\\n]|\\.)*")
_VERBATIM = re.compile(r"(?:[^\"]|\"\")*")
_CHARACTER = re.compile(r"(?:\\[^'\n]{1,9}|\\'|[^'\\\n])'")
# A raw string literal begins and ends with at least so many.
RAW = 3


def code(text: str) -> str:
    """Return a text without comments, as many lines as before."""
    return "".join(
        "\n" * text.count("\n", start, end) if comment else text[start:end] for start, end, comment, _ in _parts(text)
    )


def bare(text: str) -> str:
    """Return a text of the same length, with spaces for comments and for what stands in strings."""
    return "".join(
        _blank(text[start:end]) if comment or string else text[start:end]
        for start, end, comment, string in _parts(text)
    )


def _blank(part: str) -> str:
    return re.sub(r"[^\n]", " ", part)


def _parts(text: str) -> Iterator[tuple[int, int, bool, bool]]:
    """Yield a text in parts: start, end, whether it is a comment, whether it is the content of a string."""
    at = 0
    while found := _OPENS.search(text, at):
        mark = found[0]
        if mark in ("//", "/*"):
            end = _end(text, "\n" if mark == "//" else "*/", found.end())
            end += 2 if mark == "/*" and end < len(text) else 0
            yield at, found.start(), False, False
            yield found.start(), end, True, False
        else:
            last, end = _end_of_string(text, mark, found.end())
            yield at, found.end(), False, False
            yield found.end(), last, False, True
            yield last, end, False, False
        at = end
    yield at, len(text), False, False


def _end(text: str, closes: str, at: int) -> int:
    end = text.find(closes, at)
    return len(text) if end < 0 else end


def _end_of_string(text: str, mark: str, at: int) -> tuple[int, int]:
    """Return where the content of a string ends, and where its closing mark does."""
    if mark == "'":
        found = _CHARACTER.match(text, at)
        return (found.end() - 1, found.end()) if found else (at, at)
    if mark == '""':
        return at, at
    if len(mark) >= RAW and not mark.strip('"'):
        last, closes = _end(text, mark, at), len(mark)
    else:
        found = (_VERBATIM if "@" in mark else _REGULAR).match(text, at)
        last, closes = found.end() if found else at, 1
    return last, min(len(text), last + closes)
