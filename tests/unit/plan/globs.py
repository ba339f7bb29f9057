"""A small matcher of dockerignore-style globs, as the engine's Directory.filter reads them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.plan.model import Files


def sees(files: Files, path: str) -> bool:
    """Return whether a step with these files sees `path`; exclude wins, and in it the last pattern that matches."""
    excluded = False
    for glob in files.exclude:
        if _any((glob.removeprefix("!"),), path):
            excluded = not glob.startswith("!")
    return _any(files.include, path) and not excluded


def _any(globs: tuple[str, ...], path: str) -> bool:
    parts = path.split("/")
    # A glob that matches a folder matches all below it.
    places = ["/".join(parts[: n + 1]) for n in range(len(parts))]
    return any(_pattern(glob).fullmatch(place) for glob in globs for place in places)


def _pattern(glob: str) -> re.Pattern[str]:
    text = ""
    rest = glob
    while rest:
        for start, meaning in (("**/", "(?:.*/)?"), ("**", ".*"), ("*", "[^/]*"), ("?", "[^/]")):
            if rest.startswith(start):
                text, rest = text + meaning, rest[len(start) :]
                break
        else:
            if rest[0] == "[":
                end = rest.index("]") + 1
                text, rest = text + rest[:end], rest[end:]
            else:
                text, rest = text + re.escape(rest[0]), rest[1:]
    return re.compile(text)
