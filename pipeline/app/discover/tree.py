"""The source tree as discovery sees it: texts, neighbours and paths."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

from pipeline.errors import TOO_LARGE, UNREADABLE, PipelineError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    from pipeline.app.facts import Facts

T = TypeVar("T")

# Stands for the absolute path of the source root inside evaluated MSBuild values.
ROOT = "/:root:/"

# Copies and teaching material: never the application while there is anything else.
SIDE_FOLDERS = frozenset({"templates", "template", "docs", "samples", "sample", "examples"})

PROJECT_ENDINGS = (".csproj", ".fsproj")

_DRIVE = re.compile(r"[A-Za-z]:")


def folder_of(path: str) -> str:
    """Return the folder of a path, `.` for the root."""
    return path.rpartition("/")[0] or "."


def name_of(path: str) -> str:
    """Return the last part of a path."""
    return path.rpartition("/")[2]


def join(folder: str, name: str) -> str:
    """Return the path of a file in a folder."""
    return name if folder in ("", ".") else f"{folder}/{name}"


def is_below(path: str, folder: str) -> bool:
    """Whether a path lies in a folder or in one below it."""
    return folder in (".", path) or path.startswith(f"{folder}/")


def upward(folder: str) -> Iterator[str]:
    """Yield a folder and all above it up to the root."""
    while folder != ".":
        yield folder
        folder = folder_of(folder)
    yield "."


def resolve(folder: str, written: str) -> str | None:
    """Return the path that a file in `folder` names; None when it is absolute or leaves the tree."""
    text = written.strip().replace("\\", "/")
    parts = [part for part in folder.split("/") if part not in ("", ".")]
    if text.startswith(ROOT):
        parts, text = [], text.removeprefix(ROOT)
    elif text.startswith("/") or _DRIVE.match(text):
        return None
    for part in text.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts) or "."


def main_ones(paths: Iterable[str]) -> list[str]:
    """Return the sorted paths outside samples and templates; those inside when there are no others."""
    ordered = sorted(paths)
    return [path for path in ordered if SIDE_FOLDERS.isdisjoint(path.lower().split("/")[:-1])] or ordered


def is_aside(path: str) -> bool:
    """Whether a path lies among samples and templates."""
    return not SIDE_FOLDERS.isdisjoint(path.lower().split("/")[:-1])


def line_of(text: str, needle: str) -> int | None:
    """Return the first line that holds the needle."""
    at = text.find(needle)
    return text.count("\n", 0, at) + 1 if at >= 0 else None


class Lines:
    """Finds the lines of texts that stand in a file in the order of the questions, in one pass."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1

    def of(self, needle: str) -> int | None:
        """Return the line of the next place that holds the needle, else of the first one."""
        at = self._text.find(needle, self._at)
        if at < 0:
            return line_of(self._text, needle)
        self._line += self._text.count("\n", self._at, at)
        self._at = at
        return self._line


@dataclass(frozen=True)
class Tree:
    """Facts with look-ups."""

    facts: Facts
    _known: dict[Hashable, object] = field(default_factory=dict, repr=False, compare=False)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what `make` gives, made at the first question."""
        if key not in self._known:
            self._known[key] = make()
        return cast("T", self._known[key])

    @cached_property
    def paths(self) -> frozenset[str]:
        """All paths, those without a text included."""
        return self.facts.paths | frozenset(self.facts.unreadable)

    @cached_property
    def files(self) -> frozenset[str]:
        """All files of the tree by name, those that no rule reads included."""
        return self.facts.files | self.paths

    @cached_property
    def folders(self) -> frozenset[str]:
        """All folders that hold a file, at any depth."""
        return frozenset(place for path in self.files for place in upward(folder_of(path)))

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in sorted(self.paths):
            found.setdefault(name_of(path).lower(), []).append(path)
        return found

    @cached_property
    def _folded(self) -> dict[str, str]:
        return {path.lower(): path for path in sorted(self.paths, reverse=True)}

    def on_disk(self, path: str) -> str | None:
        """Return the path as it is spelt on disk."""
        return path if path in self.paths else self._folded.get(path.lower())

    def ending(self, *endings: str) -> list[str]:
        """Return all paths with one of these endings, sorted."""
        return sorted(path for path in self.paths if path.lower().endswith(endings))

    def named(self, name: str) -> list[str]:
        """Return all files of this name, sorted."""
        return [path for path in self._by_name.get(name.lower(), ()) if name_of(path) == name]

    @cached_property
    def _by_folder(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in sorted(self.paths):
            found.setdefault(folder_of(path), []).append(path)
        return found

    def beside(self, folder: str) -> list[str]:
        """Return the files that lie directly in a folder, sorted."""
        return self._by_folder.get(folder, [])

    def nearest(self, folder: str, *names: str) -> str | None:
        """Return the first file of one of these names in the folder or above it."""
        found = (join(place, name) for place in upward(folder) for name in names)
        return next((path for path in found if path in self.paths), None)

    def read(self, path: str) -> str:
        """Return a text without its byte order mark."""
        reason = self.facts.unreadable.get(path)
        if reason is not None:
            raise PipelineError(TOO_LARGE if "large" in reason else UNREADABLE, f"{path}: {reason}")
        text = self.facts.texts.get(path)
        if text is None:
            raise PipelineError(UNREADABLE, f"{path}: its text was not read")
        return text.removeprefix("\ufeff")
