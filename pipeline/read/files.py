"""Which files belong to a source tree: one list, by which discovery reads and the work copy is made.

It is what a commit of everything would hold: tracked files and new ones that are not ignored. Build outputs and
dependencies are never part of it, as in containers.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.app.facts import IGNORED, MAX_FILES
from pipeline.read import git

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

IGNORED_NAMES = frozenset(glob.rpartition("/")[2] for glob in IGNORED)
_NO_REPOSITORY = "not a git repository (or any"
_SPARSE, _OTHER, _SUBMODULE = b"S", b"?", b"160000"
_LOCKED = re.compile(r"warning: could not open directory '(.+?)/?': (.+)")


@dataclass(kw_only=True)
class Listing:
    """Files by their paths below the root, links to folders, and folders that cannot be read with the reason.

    `absent` are folders, or files, that a sparse checkout leaves out, `empty` are submodules that are not checked out.
    `ignored` are tracked files in folders that are never source.
    """

    names: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    empty: set[str] = field(default_factory=set)
    ignored: set[str] = field(default_factory=set)

    def add(self, folder: Path, name: str, *, link: bool = False) -> None:
        """Add a file.

        Raises:
            PipelineError: P119 when there are too many.

        """
        (self.links if link else self.names).append(name)
        if len(self.names) > MAX_FILES:
            raise errors.PipelineError(errors.TREE_TOO_LARGE, f"{folder} holds more than {MAX_FILES} files")


def listing(folder: Path) -> Listing:
    """Return the files of the source: by git where it is at hand, else all but what tools write.

    Raises:
        PipelineError: P119, or P121 when git knows the folder and cannot say what it holds.

    """
    said = _asked(folder)
    # A folder that a repository around it ignores is a source tree of its own.
    return (_by_git(folder, said) if said else None) or walked(folder)


def _asked(folder: Path) -> subprocess.CompletedProcess[bytes] | None:
    """Ask git; nothing where there is no git, or no repository."""
    root = folder.resolve()
    if not any(os.path.lexists(place / ".git") for place in (root, *root.parents)):
        return None
    done = git.ask(folder, "ls-files", "-z", "-t", "-s", "--cached", "--others", "--exclude-standard")
    if done is None:
        return None
    words = done.stderr.decode("utf-8", "replace").splitlines()
    if done.returncode and any(_NO_REPOSITORY in line for line in words):
        return None
    if done.returncode:
        raise errors.PipelineError(errors.GIT_FAILED, f"{folder}: exit code {done.returncode}", tuple(words[-10:]))
    return done


def _entries(said: bytes) -> dict[str, tuple[bytes, bool]]:
    """Return what git knows of each path: one letter, and whether it is a submodule."""
    found = {}
    for line in filter(None, said.split(b"\0")):
        letter, path, mode = line[:1], line[2:], b""
        if letter != _OTHER:
            about, _, path = path.partition(b"\t")
            mode = about.partition(b" ")[0]
        found[os.fsdecode(path)] = letter, mode == _SUBMODULE
    return found


def _closed(said: bytes) -> Iterator[tuple[str, str]]:
    """Yield each folder that git could not open, with the reason."""
    for line in os.fsdecode(said).splitlines():
        locked = _LOCKED.match(line)
        if locked and IGNORED_NAMES.isdisjoint(locked[1].split("/")):
            yield locked[1], locked[2]


def _by_git(folder: Path, said: subprocess.CompletedProcess[bytes]) -> Listing | None:
    raw = _entries(said.stdout)
    found = Listing(unreadable=dict(_closed(said.stderr)))

    @cache
    def plain(parent: PurePosixPath) -> bool:
        """Whether a folder is reached without a link: git goes on naming the files that lay there before."""
        linked = os.path.islink(folder / parent)  # noqa: PTH114  # `is_symlink` raises for a locked folder
        return not parent.name or (plain(parent.parent) and not linked)

    for name, (letter, submodule) in sorted(raw.items()):
        path = PurePosixPath(name)
        if not IGNORED_NAMES.isdisjoint(path.parts):
            if letter != _OTHER:
                found.ignored.add(name)
        elif not plain(path.parent):
            continue
        elif submodule and not os.path.lexists(folder / name / ".git"):
            found.empty.add(name)
        else:
            _look(found, folder, name, letter)
    return found if raw else None


def _look(found: Listing, folder: Path, name: str, letter: bytes) -> None:
    path = PurePosixPath(name)
    try:
        mode = (folder / name).lstat().st_mode
    except PermissionError as error:
        found.unreadable[_locked(folder, path)] = error.strerror or "cannot be read"
    except OSError:
        if letter == _SPARSE:  # else it is deleted, and not committed yet
            found.absent.add(_absent(folder, path))
    else:
        _add(found, folder, name, mode)


def _add(found: Listing, folder: Path, name: str, mode: int) -> None:
    if not stat.S_ISDIR(mode):
        found.add(folder, name, link=stat.S_ISLNK(mode) and os.path.isdir(folder / name))  # noqa: PTH112  # `is_dir` raises for a locked target
    # A submodule; of a repository that happens to lie here git says `name/`, and a commit would not hold it.
    elif not name.endswith("/") and os.path.lexists(folder / name / ".git"):
        inner = listing(folder / name)
        for below in (*inner.names, *inner.links):
            found.add(folder, f"{name}/{below}", link=below in inner.links)
        found.unreadable.update({f"{name}/{below}": why for below, why in inner.unreadable.items()})
        found.absent.update(f"{name}/{below}" for below in inner.absent)
        found.empty.update(f"{name}/{below}" for below in inner.empty)
        found.ignored.update(f"{name}/{below}" for below in inner.ignored)


def _absent(folder: Path, path: PurePosixPath) -> str:
    """Return the highest folder above a file that is not there, or the file."""
    parents = [parent for parent in reversed(path.parents) if parent.name]
    return str(next((parent for parent in parents if not os.path.lexists(folder / parent)), path))


def _locked(folder: Path, path: PurePosixPath) -> str:
    """Return the folder that keeps us from looking at a file."""
    parents = [parent for parent in reversed(path.parents) if parent.name]
    return str(next((parent for parent in parents if not os.access(folder / parent, os.X_OK)), path))


def walked(folder: Path) -> Listing:
    """Return all files but what tools write; links to folders are not followed, so no loop and no way out."""
    found = Listing()
    # `os.walk` calls itself for each folder, and a tree can be deeper than the stack.
    waiting = [""]
    while waiting:
        below = waiting.pop()
        try:
            with os.scandir(folder / below) as listed:
                entries = sorted((e for e in listed if e.name not in IGNORED_NAMES), key=lambda entry: entry.name)
        except OSError as error:
            found.unreadable[below or "."] = error.strerror or "cannot be read"
            continue
        prefix = f"{below}/" if below else ""
        folders = []
        for entry in entries:
            if not _is_folder(entry):
                found.add(folder, prefix + entry.name)
            elif entry.is_symlink():
                found.add(folder, prefix + entry.name, link=True)
            else:
                folders.append(prefix + entry.name)
        waiting += reversed(folders)
    return found


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
