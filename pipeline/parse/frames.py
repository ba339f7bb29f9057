"""Where a failed test stands, read out of its stack trace."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.parse.paths import relative
from pipeline.parse.text import lines

if TYPE_CHECKING:
    from collections.abc import Iterator

Place = tuple[str, int]

# The two small words come in the language of the machine.
_DOTNET = re.compile(r"^\s*\S{1,12} (\S.*\)) \S{1,6} (\S.*):\S{1,12} ([0-9]{1,9})\.?$")
_JAVASCRIPT = re.compile(r"^\s*(?:\u276f|at) (?:\S.* \(?|\()?(?:file://)?([^\s():]+):([0-9]{1,9}):[0-9]{1,9}\)?$")
# Libraries are built with this root too; of their files none is here.
_DETERMINISTIC = "/_/"
# An endless recursion brings thousands of frames; the innermost ones are first.
_MOST = 200


def dotnet(trace: str, suite: str, root: str) -> Place | None:
    """Return the line of the test's own class, or else of the innermost code that lies in the source."""
    matches = [match for line in lines(trace)[:_MOST] if (match := _DOTNET.match(line))]
    own = [match for match in matches if suite and match[1].startswith((f"{suite}.", f"{suite}+"))]
    others = [match for match in matches if not match[2].startswith(_DETERMINISTIC)]
    return next(_inside([(match[2], match[3]) for match in (*own, *others)], root, ""), None)


def javascript(trace: str, suite: str, root: str, prefix: str) -> Place | None:
    """Return the line in the test's file, or else the innermost one that is no package's."""
    found = [(match[1], match[2]) for line in lines(trace)[:_MOST] if (match := _JAVASCRIPT.match(line))]
    places = [place for place in _inside(found, root, prefix) if "node_modules/" not in place[0]]
    test_file = relative(suite, root, prefix)
    return next((place for place in places if place[0] == test_file), places[0] if places else None)


def _inside(found: list[tuple[str, str]], root: str, prefix: str) -> Iterator[Place]:
    for name, number in found:
        file = relative(name, root, prefix)
        if file and int(number):
            yield file, int(number)
