"""How the files that are wanted differ from those that are there.

Each file that `init` writes carries a stamp of its text. So a file that nobody touched, but that a newer version
would write otherwise, can be told from one that somebody changed on purpose.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.scaffold.model import File, Scaffold

_STAMP = re.compile(r"# Written by `pipeline init`, stamp ([0-9a-f]{16})\.[^\n]*\n")


class State(Enum):
    """What was found in the place of a file."""

    NEW = "new"  # nothing is there
    SAME = "same"
    OUTDATED = "outdated"  # init wrote it, nobody changed it, it would be written otherwise now
    CHANGED = "changed"  # somebody changed it, or wrote it himself in the place of init's
    OWN = "own"  # a shared file that init did not write


@dataclass(frozen=True, kw_only=True)
class Change:
    """One file with its stamp, the state of its place and the difference as unified diff."""

    path: str
    text: str
    state: State
    diff: str = ""

    @property
    def is_drift(self) -> bool:
        """Whether the repository differs from what it should be."""
        return self.state in {State.NEW, State.OUTDATED, State.CHANGED}

    def is_written(self, *, force: bool) -> bool:
        """Whether writing takes this file: what somebody changed only by force."""
        return self.is_drift and (force or self.state is not State.CHANGED)


def is_stamped(text: str) -> bool:
    """Whether init wrote the file, whoever changed it since."""
    return _STAMP.match(text) is not None


def stamped(text: str) -> str:
    """Return the text below a line that holds its stamp."""
    return f"# Written by `pipeline init`, stamp {_stamp(text)}. Run it again to see what has drifted.\n{text}"


def compare(scaffold: Scaffold, there: Mapping[str, str]) -> tuple[Change, ...]:
    """Return each file with the state of its place.

    Args:
        scaffold: what should be there.
        there: the texts of those paths that exist.

    """
    return tuple(_change(file, there.get(file.path)) for file in scaffold.files)


def _change(file: File, there: str | None) -> Change:
    text = stamped(file.text) if file.stamped else file.text
    state = State.NEW if there is None else State.SAME if there == text else _state(file, there)
    if state in {State.SAME, State.OWN}:
        return Change(path=file.path, text=text, state=state)
    lines = difflib.unified_diff(
        (there or "").splitlines(),
        text.splitlines(),
        fromfile="/dev/null" if there is None else f"a/{file.path}",
        tofile=f"b/{file.path}",
        lineterm="",
    )
    return Change(path=file.path, text=text, state=state, diff="\n".join(lines) + "\n")


def _state(file: File, there: str) -> State:
    found = _STAMP.match(there)
    if found is None:
        return State.OWN if file.shared else State.CHANGED
    return State.OUTDATED if _stamp(there[found.end() :]) == found[1] else State.CHANGED


def _stamp(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
