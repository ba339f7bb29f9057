"""Reads a source tree into Facts: named files only, nothing outside the tree, nothing large."""

from __future__ import annotations

import os
import stat
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.app.facts import IGNORED, MAX_BYTES, NAMES_ONLY, WANTED, Facts

if TYPE_CHECKING:
    from collections.abc import Iterator

_WANTED_NAMES = tuple(glob.rpartition("/")[2] for glob in WANTED)
_IGNORED_NAMES = frozenset(glob.rpartition("/")[2] for glob in IGNORED)


def read(folder: Path) -> Facts:
    """Return what discovery may know about the tree at `folder`.

    Raises:
        PipelineError: P108 when the folder itself cannot be read.

    """
    try:
        os.scandir(folder).close()
    except OSError as error:
        raise errors.PipelineError(errors.UNREADABLE, f"{folder}: {error.strerror}") from None
    texts: dict[str, str] = {}
    unreadable: dict[str, str] = {}
    files = {_printable(path): path for path in _walk(folder, unreadable)}
    for path, real in sorted(files.items()):
        if path.rpartition("/")[2] in NAMES_ONLY:
            continue
        text, why = _text(folder / real)
        if why:
            unreadable[path] = why
        else:
            texts[path] = text
    return Facts(paths=frozenset(files), texts=texts, unreadable=unreadable)


def _walk(folder: Path, unreadable: dict[str, str]) -> Iterator[str]:
    """Yield wanted files; links to folders are not followed, so no loop and no way out of the tree."""

    def refused(error: OSError) -> None:
        place = Path(error.filename).relative_to(folder).as_posix()
        unreadable[_printable(place)] = error.strerror or "cannot be read"

    for where, folders, names in os.walk(folder, onerror=refused):
        folders[:] = sorted(f for f in folders if f not in _IGNORED_NAMES)
        for name in names:
            path = Path(where, name)
            if any(fnmatch(name, glob) for glob in _WANTED_NAMES) and _inside(path, folder):
                yield path.relative_to(folder).as_posix()


def _inside(path: Path, folder: Path) -> bool:
    if not path.is_symlink():
        return True
    try:
        return path.resolve().is_relative_to(folder.resolve()) and path.is_file()
    except (OSError, RuntimeError):
        return False


def _printable(path: str) -> str:
    """Return the name with undecodable bytes shown, so that it can stand in a report."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _text(path: Path) -> tuple[str, str]:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return "", "not a regular file"
        if status.st_size > MAX_BYTES:
            return "", f"larger than {MAX_BYTES // 1000} kB"
        raw = path.read_bytes()
    except OSError as error:
        return "", error.strerror or "cannot be read"
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return raw.decode(encoding), ""
    except UnicodeDecodeError:
        return "", f"not {encoding.removesuffix('-sig').upper()} text"
