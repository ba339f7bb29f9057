"""What a .dockerignore or a .gitignore hides; the last line that matches decides."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.app.discover.globs import glob

MAX_LINES = 500


@dataclass(frozen=True)
class IgnoreFile:
    """The lines of a .dockerignore, from the folder that the image is built in."""

    path: str
    lines: tuple[tuple[int, str], ...]

    def hides(self, path: str) -> int | None:
        """Return the line that keeps a path out of the context, None when it is in."""
        found: int | None = None
        for number, line in self.lines:
            pattern = glob(line.removeprefix("!").strip("/").removeprefix("./"))
            if pattern.fits(path, with_what_is_below=True):
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
