"""Where the git history of a source tree lies on this machine."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.read import git

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Repository:
    """The folder of git's objects, and where in the repository the source lies (`.` for its root)."""

    git: str
    folder: str


def find(source: Path, env: Mapping[str, str]) -> Repository | None:
    """Return the repository that holds a source tree; None when there is none, or no git to ask."""
    done = git.ask(source, "rev-parse", "--path-format=absolute", "--git-common-dir", "--show-prefix", env=env)
    if done is None or done.returncode or not done.stdout:
        return None
    # A folder's name may hold what Python takes for the end of a line, or a real one.
    repository, _, below = os.fsdecode(done.stdout).partition("\n")
    return Repository(git=repository, folder=below.removesuffix("\n").rstrip("/") or ".")
