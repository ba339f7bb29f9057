"""What a licence, or an expression of several, means to the lists of wanted and unwanted ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pipeline.parse.licence import expression

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

DENIED = "on the list of denied licences"
NOT_ALLOWED = "not on the list of allowed licences"
_WORD = re.compile(r"[A-Za-z0-9.+-]*[A-Za-z0-9+]")
# What SPDX says in two names of its own, and people in one.
_SHORT = re.compile(r"-(?:only|or-later)$|\+$")


def problem(licence: str, allowed: Iterable[str], denied: Iterable[str]) -> str:
    """Return why a package under this licence is red, or an empty text.

    Of `A OR B` the user may choose one, of `A AND B` both hold, and an exception (`A WITH E`) only permits more.
    Source: SPDX 2.3, annex D.
    """
    said = _parsed(licence)
    no, yes = {_name(one) for one in denied}, {_name(one) for one in allowed}
    if not is_understood(licence) and _words(licence) & {_short(one) for one in no}:
        return DENIED
    if not _holds(said, lambda name: name not in no):
        return DENIED
    if yes and not _holds(said, lambda name: name in yes and name not in no):
        return NOT_ALLOWED
    return ""


def is_understood(licence: str) -> bool:
    """Whether it is an expression of names that are one word each, known to SPDX or somebody's own."""
    said = expression(licence)
    return said is not None and not any(" " in str(one) for one in said.literals if not hasattr(one, "license_symbol"))


def _words(licence: str) -> set[str]:
    """Return the licences that a free text names, `GPL-3.0` for both that it can mean."""
    return {_short(_name(word)) for word in _WORD.findall(licence)}


def _short(name: str) -> str:
    return _SHORT.sub("", name)


def _holds(said: Any, good: Callable[[str], bool]) -> bool:  # the library brings no types
    if operator := getattr(said, "operator", ""):
        parts = [_holds(part, good) for part in said.args]
        return any(parts) if operator.strip() == "OR" else all(parts)
    return good(str(getattr(said, "license_symbol", said)).casefold())


def _name(licence: str) -> str:
    """Return the name that SPDX gives it today: GPL-3.0 is GPL-3.0-only."""
    return str(_parsed(licence)).casefold()


def _parsed(licence: str) -> Any:
    """Return the expression; free text is a licence of its own, which no list names."""
    found = expression(licence)
    return licence if found is None else found
