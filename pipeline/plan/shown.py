"""A plan as a reader wants it: commands that can be repeated, nothing said twice."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from pipeline.app.remark_kinds.dotnet import NO_LINT, NO_SPA_TESTS, NO_TESTS, NO_WEB
from pipeline.plan.model import fill

if TYPE_CHECKING:
    from pipeline.app.model import Remark
    from pipeline.plan.model import Literal, Off

_PRIVATE = re.compile(r"\$\{(?:out|scratch)\}")
_SOURCE = re.compile(r'key="given" value="([^"]*)"')

# Remarks on what is off by nature of the repository.
SAME = {"spa.lint": NO_LINT.id, "spa.test": NO_SPA_TESTS.id, "api.test": NO_TESTS.id, "api.publish": NO_WEB.id}


def command(words: tuple[str, ...], literals: tuple[Literal, ...], feed: str = "") -> tuple[str, ...]:
    """Return the words of a command.

    Args:
        words: with places, as they stand in the plan.
        literals: the small files that the plan writes; the package source is named in one of them.
        feed: the folder of packages, where it is known by a name that the reader has.

    """
    if len(words) > 1 and words[1].startswith("${scratch}/"):
        return ()  # a script of our own
    kept: list[str] = []
    for word in words:
        # Repeated without its folder a global install would change the reader's machine.
        if kept[-1:] == ["--prefix"] or not _PRIVATE.search(word) or " " in word:
            kept.append(fill(word, {"source": ".", "out": "out", "scratch": "scratch"}))
        elif word.startswith("--outputFile."):
            # Without its file this reporter prints XML.
            kept = [other for other in kept if other != "--reporter=junit"]
        elif not word.startswith("-") and kept and kept[-1].startswith("-"):
            flag = kept.pop()
            kept += _source(literals, feed) if flag == "--configfile" else ()
    return tuple(kept)


def beside(remarks: tuple[Remark, ...], off: tuple[Off, ...]) -> tuple[Remark, ...]:
    """Return the remarks that say more than what is off says already."""
    told = {SAME[id_] for entry in off if (id_ := entry.id.rpartition("/")[2]) in SAME}
    return tuple(remark for remark in remarks if remark.id not in told)


def _source(literals: tuple[Literal, ...], feed: str) -> tuple[str, ...]:
    found = next((match for literal in literals if (match := _SOURCE.search(literal.text))), None)
    return ("--source", fill(html.unescape(found[1]), {"feed": feed or "feed"})) if found else ()
