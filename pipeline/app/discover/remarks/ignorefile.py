"""What a .dockerignore or a .gitignore hides; the last line that matches decides."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

MAX_LINES = 500


@dataclass(frozen=True)
class IgnoreFile:
    """The lines of a .dockerignore, from the folder that the image is built in."""

    path: str
    lines: tuple[tuple[int, str], ...]

    def hides(self, path: str) -> int | None:
        """Return the line that keeps a path out of the context, None when it is in."""
        found: int | None = None
        parts = path.split("/")
        places = ["/".join(parts[: n + 1]) for n in range(len(parts))]
        for number, line in self.lines:
            matches = any(_pattern(line.removeprefix("!")).fullmatch(place) for place in places)
            if matches:
                found = None if line.startswith("!") else number
        return found


def of_git(path: str, text: str) -> IgnoreFile:
    """Return the lines of a .gitignore: there, a name without a folder means any folder."""
    found = read(path, text)
    anywhere = [
        (number, f"{'!' * line.startswith('!')}**/{name}" if "/" not in name.rstrip("/") else line)
        for number, line in found.lines
        for name in [line.removeprefix("!")]
    ]
    return IgnoreFile(path, tuple(anywhere))


def read(path: str, text: str) -> IgnoreFile:
    """Return the lines that say something."""
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines()[:MAX_LINES], 1))
    said = [(number, line) for number, line in lines if line and not line.startswith("#")]
    return IgnoreFile(path, tuple((number, line) for number, line in said if len(line) < MAX_LINES))


@lru_cache(maxsize=2000)
def _pattern(glob: str) -> re.Pattern[str]:
    text, rest = "", glob.strip("/").removeprefix("./")
    while rest:
        for start, meaning in (("**/", "(?:.*/)?"), ("**", ".*"), ("*", "[^/]*"), ("?", "[^/]")):
            if rest.startswith(start):
                text, rest = text + meaning, rest[len(start) :]
                break
        else:
            end = rest.find("]", 1) + 1
            if rest[0] == "[" and end > 1 and re.fullmatch(r"\[\^?[\w.-]+\]", rest[:end]):
                text, rest = text + rest[:end], rest[end:]
            else:
                text, rest = text + re.escape(rest[0]), rest[1:]
    try:
        return re.compile(text)
    except re.error:
        return re.compile(re.escape(glob))
