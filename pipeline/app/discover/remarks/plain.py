"""Texts without their comments, in one pass over the text whatever it holds."""

from __future__ import annotations

import re

_OPENS = re.compile(r"//|/\*")


def without(text: str, opens: str, closes: str) -> str:
    """Return a text without what stands between two marks, as many lines as before."""
    parts, at = [], 0
    while (start := text.find(opens, at)) >= 0:
        end = text.find(closes, start + len(opens))
        end = len(text) if end < 0 else end + len(closes)
        parts += [text[at:start], "\n" * text.count("\n", start, end)]
        at = end
    return "".join((*parts, text[at:]))


def code(text: str) -> str:
    """Return C# without comments, as many lines as before."""
    parts, at = [], 0
    while found := _OPENS.search(text, at):
        closes = "\n" if found[0] == "//" else "*/"
        end = text.find(closes, found.end())
        if end < 0:
            end = len(text)
        elif closes == "*/":
            end += len(closes)
        parts += [text[at : found.start()], "\n" * text.count("\n", found.start(), end)]
        at = end
    return "".join((*parts, text[at:]))
