"""A kind of remark: its id, its weight and the words that are the same wherever it is found."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.app.model import Level, Remark

ERROR, WARNING, NOTE = Level.ERROR, Level.WARNING, Level.NOTE


@dataclass(frozen=True)
class Kind:
    """One kind of remark; `why` says what goes wrong, `todo` what to do about it.

    `at_once` is for what puts data or secrets at stake: it is told before everything else.
    """

    id: str
    level: Level
    title: str
    why: str
    todo: str
    at_once: bool = False

    def at(self, message: str, file: str | None = None, line: int | None = None) -> Remark:
        """Return the remark of this kind at a place."""
        return Remark(id=self.id, message=message, file=file, line=line, level=self.level)
