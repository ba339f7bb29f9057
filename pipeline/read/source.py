"""Reads a source tree into Facts: named files only, nothing outside the tree, nothing large."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.app.facts import (
    HEADS,
    MAX_HEAD,
    MAX_TOTAL_AROUND,
    MAX_TOTAL_BYTES,
    NAMES_ONLY,
    SOURCES,
    Facts,
    LockFile,
    is_wanted,
    most_bytes,
)
from pipeline.app.inventory import ECOSYSTEM, counted
from pipeline.app.names import is_dockerfile
from pipeline.read.files import listing, walked
from pipeline.settings.files import ALL

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# A package takes some hundred bytes; parsed, a file takes ten times its size.
MAX_LOCK_BYTES = 20_000_000
MAX_TOTAL_LOCK_BYTES = 200_000_000


def read(folder: Path, names: Iterable[str] | None = None) -> Facts:
    """Return what discovery may know about the tree at `folder`.

    Args:
        folder: the source root.
        names: all files of the source, where `folder` holds the wanted ones only.

    Raises:
        PipelineError: P108 when the folder itself cannot be read, P119 or P121 when its files cannot be listed.

    """
    try:
        there = set(os.listdir(folder))  # noqa: PTH208  # the names alone
    except OSError as error:
        raise errors.PipelineError(errors.UNREADABLE, f"{folder}: {error.strerror}") from None
    found = listing(folder) if names is None else walked(folder)
    listed = {_printable(path): path for path in found.names}
    unreadable = {_printable(path): why for path, why in found.unreadable.items()}
    wanted = {path: real for path, real in listed.items() if is_wanted(path) and _inside(folder / real, folder)}
    # Without them the run would be another one than their author thinks.
    unreadable |= {name: _why_not(folder / name) for name in ALL if name not in wanted and name in there}
    # A scanner follows them, or not, and says nothing.
    lost = (path for path in listed if path.rpartition("/")[2] in ECOSYSTEM and path not in wanted)
    unreadable |= {path: _why_not(folder / listed[path]) for path in lost}
    texts = _texts(folder, wanted, unreadable)
    # A link that leads out of the tree is no file of it.
    files = frozenset(path for path in listed if path in wanted or not is_wanted(path))
    return Facts(
        paths=frozenset(wanted),
        texts=texts,
        unreadable=unreadable,
        files=files if names is None else files | frozenset(names),
        absent=frozenset(_printable(path) for path in found.absent),
        empty=frozenset(_printable(path) for path in found.empty),
        ignored=frozenset(_printable(path) for path in found.ignored),
        locks=_locks(folder, {p: real for p, real in wanted.items() if p.rpartition("/")[2] in ECOSYSTEM}),
    )


def _locks(folder: Path, wanted: dict[str, str]) -> dict[str, LockFile]:
    """Count lock files: a scanner that passes over a broken one says nothing about it."""
    found, left = {}, MAX_TOTAL_LOCK_BYTES
    for path, real in sorted(wanted.items()):
        raw, why = _raw(folder / real, MAX_LOCK_BYTES, left)
        left -= len(raw)
        text, problem = ("", why) if why else _text(raw, whole=True)
        found[path] = LockFile() if problem else counted(path, text)
    return found


def _texts(folder: Path, wanted: dict[str, str], unreadable: dict[str, str]) -> dict[str, str]:
    texts: dict[str, str] = {}
    # Two purses: sources are looked through for a few words, all else is looked at closely.
    left = {True: MAX_TOTAL_BYTES, False: MAX_TOTAL_AROUND}
    # What lies near the root says most about the tree, so it is read before any bound can be met.
    for path in sorted(wanted, key=lambda path: (path.count("/"), path)):
        if path.rpartition("/")[2] in NAMES_ONLY:
            continue
        source = path.endswith(SOURCES)
        bounds = most_bytes(path), left[source]
        raw, why = _head(folder / wanted[path]) if path.endswith(HEADS) else _raw(folder / wanted[path], *bounds)
        left[source] -= len(raw)
        # Docker and Trivy read a Dockerfile of another encoding too, and obey what it says.
        whole = not (path.endswith((*HEADS, *SOURCES)) or is_dockerfile(path))
        text, problem = ("", why) if why else _text(raw, whole=whole)
        if problem:
            unreadable[path] = problem
        else:
            texts[path] = text
    return texts


def _inside(path: Path, folder: Path) -> bool:
    if not path.is_symlink():
        return True
    try:
        return path.resolve().is_relative_to(folder.resolve()) and path.is_file()
    except (OSError, RuntimeError):
        return False


def _why_not(file: Path) -> str:
    """Return why a file that is there is none of the source."""
    if file.is_symlink():
        return "a link that leads nowhere, or out of the source"
    return "git ignores it, so nobody else has it" if file.is_file() else "not a regular file"


def _printable(path: str) -> str:
    """Return the name with undecodable bytes shown, so that it can stand in a report."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _head(path: Path) -> tuple[bytes, str]:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return b"", "not a regular file"
        with path.open("rb") as file:
            return file.read(MAX_HEAD), ""
    except OSError as error:
        return b"", error.strerror or "cannot be read"


def _raw(path: Path, most: int, left: int) -> tuple[bytes, str]:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return b"", "not a regular file"
        if status.st_size > most:
            return b"", f"larger than {most // 1000} kB"
        if status.st_size > left:
            return b"", "too large: all that discovery reads of this tree is over its bound"
        return path.read_bytes(), ""
    except OSError as error:
        return b"", error.strerror or "cannot be read"


def _text(raw: bytes, *, whole: bool) -> tuple[str, str]:
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return raw.decode(encoding, "strict" if whole else "replace"), ""
    except UnicodeDecodeError:
        return "", f"not {encoding.removesuffix('-sig').upper()} text"
