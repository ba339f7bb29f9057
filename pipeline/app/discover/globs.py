"""Paths against patterns with `*`, `**`, `?` and `[a-z]`; no pattern takes more than its length for a character."""

from __future__ import annotations

import re
from functools import lru_cache

_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|\[\^?[\w.-]+\]|.", re.DOTALL)
_WILD = re.compile(r"[*?\[]")


class Glob:
    """A pattern as a set of places in it that a path may have reached: nothing is ever tried twice.

    The places are the bits of a number, so that one step of all of them is a few operations.
    """

    def __init__(self, pattern: str) -> None:
        """Take the pattern apart."""
        self.plain = "" if _WILD.search(pattern) else pattern
        self._characters: list[str | re.Pattern[str]] = []
        self._free = self._stays = self._stays_within = self._crosses = 0
        # What means the same as less would be walked through at each character.
        short = re.sub(r"(?:\*\*/){2,}", "**/", re.sub(r"\*{3,}", "**", pattern))
        for token in _TOKEN.findall(short):
            here = 1 << len(self._characters)
            if token == "**/":  # noqa: S105  # a piece of a pattern
                # Nothing at all, or whatever ends with a slash: left out from here, passed through from the next place.
                self._free |= here
                self._crosses |= here << 1
                self._stays |= here << 1
                self._characters += ["", ""]
            elif token in ("*", "**"):
                self._free |= here
                self._stays |= here if token == "**" else 0  # noqa: S105
                self._stays_within |= here if token == "*" else 0  # noqa: S105
                self._characters.append("")
            else:
                self._characters.append(_one(token))
        self._end = 1 << len(self._characters)
        self._steps: dict[str, int] = {}

    def fits(self, path: str, *, with_what_is_below: bool = False) -> bool:
        """Whether the pattern means the path, or, when asked, a folder above it."""
        if self.plain:
            return path == self.plain or (with_what_is_below and path.startswith(f"{self.plain}/"))
        reached = self._freely(1)
        for character in path:
            if character == "/":
                if with_what_is_below and reached & self._end:
                    return True
                stays, steps = self._stays, self._step(character) | self._crosses
            else:
                stays, steps = self._stays | self._stays_within, self._step(character)
            reached = self._freely((reached & stays) | (reached & steps) << 1)
            if not reached:
                return False
        return bool(reached & self._end)

    def _freely(self, reached: int) -> int:
        """Return the places with those that are reached from them by nothing."""
        while True:
            free = reached & self._free
            # `**/` takes two places; its second one is where something in it is being passed.
            more = reached | free << 1 | (free & self._crosses >> 1) << 2
            if more == reached:
                return reached
            reached = more

    def _step(self, character: str) -> int:
        """Return the places that this character leads on from."""
        if character not in self._steps:
            fitting = (
                1 << at
                for at, one in enumerate(self._characters)
                if one and (one == character if isinstance(one, str) else one.fullmatch(character))
            )
            self._steps[character] = sum(fitting)
        return self._steps[character]


def _one(token: str) -> str | re.Pattern[str]:
    """Return what one character has to be."""
    if token == "?":  # noqa: S105
        return re.compile(r"[^/]")
    if len(token) == 1:
        return token
    try:
        return re.compile(token)
    except re.error:  # [z-a]
        return re.compile(r"(?!)")


@lru_cache(maxsize=2000)
def glob(pattern: str) -> Glob:
    """Return a pattern, taken apart once."""
    return Glob(pattern)
