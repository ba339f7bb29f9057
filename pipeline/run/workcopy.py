"""A private copy of the source for the host runner: tracked and untracked-but-not-ignored files."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from pipeline import errors
from pipeline.app.facts import IGNORED

_IGNORED_NAMES = frozenset(glob.rpartition("/")[2] for glob in IGNORED)


def copy(source: Path, target: Path) -> None:
    """Copy what belongs to the source; outside git, everything but build outputs and dependencies.

    Raises:
        PipelineError: P108 when a file cannot be read.

    """
    try:
        for name in _tracked(source) or _walked(source):
            _copy(source / name, target / name, source)
    except OSError as error:
        raise errors.PipelineError(errors.UNREADABLE, f"{error.filename}: {error.strerror}") from None


def _tracked(source: Path) -> list[str]:
    command = ["git", "-C", str(source), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError:
        return []
    names = done.stdout.split(b"\0") if done.returncode == 0 else []
    return [os.fsdecode(name) for name in names if name]


def _walked(source: Path) -> list[str]:
    found = []
    for where, folders, names in os.walk(source):
        folders[:] = [f for f in folders if f not in _IGNORED_NAMES]
        found += [os.path.relpath(Path(where, name), source) for name in names]
    return found


def _inside(link: Path, source: Path) -> bool:
    """Say whether a link stays in the tree; one that leads in a circle leads nowhere."""
    try:
        return link.resolve().is_relative_to(source.resolve())
    except RuntimeError:
        return False


def _copy(file: Path, target: Path, source: Path) -> None:
    if file.is_symlink():
        if _inside(file, source):
            target.parent.mkdir(parents=True, exist_ok=True)
            # An absolute link would lead from the copy back to the source.
            target.symlink_to(os.path.relpath(file.resolve(), file.parent.resolve()))
        return
    # A tracked file that was deleted is not part of what the user sees; a submodule is listed as a folder.
    if file.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, target)
