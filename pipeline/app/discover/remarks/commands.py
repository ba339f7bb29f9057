"""Shell texts as command lines with the line where each begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LINE = 2_000


@dataclass(frozen=True)
class Command:
    """One line of a script, continued lines joined; comments are left out."""

    file: str
    line: int
    text: str


def commands_of(text: str, file: str, first: int) -> Iterator[Command]:
    """Yield the command lines of a script whose first line is line `first` of the file."""
    parts: list[str] = []
    start = first
    for number, line in enumerate(text.splitlines(), first):
        plain = line.strip()
        if not parts and (not plain or plain.startswith("#")):
            continue
        start = start if parts else number
        # PowerShell continues a line with a backtick.
        continued = plain.endswith(("\\", "`"))
        parts.append(plain[:-1].rstrip() if continued else plain)
        if not continued:
            yield Command(file, start, " ".join(parts)[:MAX_LINE])
            parts = []
    if parts:
        yield Command(file, start, " ".join(parts)[:MAX_LINE])
