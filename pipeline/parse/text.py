"""Plain text out of what tools print for terminals."""

from __future__ import annotations

import re

MAX_CHARS = 50_000_000
MAX_LINE = 4_000
MAX_TITLE = 500

_ANSI = re.compile(r"\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\x07\x1b]{0,4000}(?:\x07|\x1b\\)|[@-Z\\-_])")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def clean(text: str) -> str:
    """Return `text` without colours, without overwritten progress and with plain line ends."""
    plain = _ANSI.sub("", text.replace("\r\n", "\n"))
    shown = (line.rstrip("\r").rpartition("\r")[2] for line in plain.split("\n"))
    return _UNPRINTABLE.sub("", "\n".join(shown))


def lines(text: str) -> list[str]:
    """Return the cleaned lines; overlong ones (bundles, data) are cut, so that patterns stay fast."""
    return [line[:MAX_LINE] for line in clean(text[:MAX_CHARS]).removeprefix("\ufeff").split("\n")]


def tail(text: str, lines: int = 40) -> str:
    """Return the last `lines` lines, cleaned; empty ones at the end do not count."""
    kept = clean(text).rstrip().split("\n")
    return "\n".join(kept[-lines:]) if lines > 0 else ""


def brief(text: str, lines: int = 12, chars: int = 1_500) -> str:
    """Return the start of `text`; what was left out is said."""
    whole = clean(text).strip("\n").rstrip()
    kept = "\n".join(whole.split("\n")[:lines])[:chars].rstrip()
    return kept if kept == whole else f"{kept}\n[...]"


def title(text: str) -> str:
    """Return a name in one line, whatever it holds; what no person reads of it is left out."""
    if len(text) <= MAX_TITLE and text.isprintable():
        return text
    whole = " ".join(_UNPRINTABLE.sub(" ", _ANSI.sub("", text[:MAX_LINE])).split())
    return whole if len(whole) <= MAX_TITLE and len(text) <= MAX_LINE else f"{whole[:MAX_TITLE]} [...]"


def first_line(text: str) -> str:
    """Return the first line that is not empty, or an empty text."""
    return next((line.strip() for line in clean(text).split("\n") if line.strip()), "")


def counted(number: int, noun: str) -> str:
    """Return a number with its noun in the singular or the plural."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
