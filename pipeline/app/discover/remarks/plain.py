"""Texts without their comments, in one pass over the text whatever it holds."""

from __future__ import annotations


def without(text: str, opens: str, closes: str) -> str:
    """Return a text without what stands between two marks, as many lines as before."""
    parts, at = [], 0
    while (start := text.find(opens, at)) >= 0:
        end = text.find(closes, start + len(opens))
        end = len(text) if end < 0 else end + len(closes)
        parts += [text[at:start], "\n" * text.count("\n", start, end)]
        at = end
    return "".join((*parts, text[at:]))
