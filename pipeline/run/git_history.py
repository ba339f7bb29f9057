"""Where the git history of a source tree lies on this machine."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    words = ["git", "-C", str(source), "rev-parse", "--path-format=absolute", "--git-common-dir", "--show-prefix"]
    own = {name: value for name, value in env.items() if name not in {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"}}
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False, env=own)
    except OSError:
        return None
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        return None
    return Repository(git=lines[0], folder=lines[1].rstrip("/") if len(lines) > 1 and lines[1] else ".")
