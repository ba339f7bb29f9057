"""A private copy of the source for the host runner: the files that discovery saw, and no others."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.read.files import listing

if TYPE_CHECKING:
    from pathlib import Path


def copy(source: Path, target: Path) -> None:
    """Copy what belongs to the source.

    Raises:
        PipelineError: P108 when a file cannot be read, P119 or P121 when they cannot be listed.

    """
    found = listing(source)
    for place, why in found.unreadable.items():
        raise errors.PipelineError(errors.UNREADABLE, f"{source / place}: {why}")
    try:
        for name in (*found.names, *found.links):
            _copy(source / name, target / name, source)
    except OSError as error:
        raise errors.PipelineError(errors.UNREADABLE, f"{error.filename}: {error.strerror}") from None


# Tools look for these from the project upwards, and would go on above the copy, where anybody may write.
SHIELDS = {
    "Directory.Build.props": "<Project />\n",
    "Directory.Build.targets": "<Project />\n",
    "Directory.Build.rsp": "",
    "Directory.Packages.props": "<Project />\n",
    "nuget.config": "<configuration />\n",
    ".editorconfig": "root = true\n",
}


def shield(folder: Path) -> None:
    """Put empty files of those names into the folder above the copy, where every search ends."""
    for name, text in SHIELDS.items():
        (folder / name).write_text(text, encoding="utf-8")


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
