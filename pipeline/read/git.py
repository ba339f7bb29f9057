"""Asks git about a folder that nobody vouches for: its repository answers, and no program that it names is run."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from pipeline import errors

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# What a hook of git says about its own repository; see `git rev-parse --local-env-vars`. The variables that configure
# git stay: a CI system may name a trusted folder in them.
OF_A_HOOK = frozenset(
    {
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_COMMON_DIR",
        "GIT_OBJECT_DIRECTORY",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_GRAFT_FILE",
        "GIT_SHALLOW_FILE",
        "GIT_NAMESPACE",
        "GIT_PREFIX",
    }
)
# A clone may hold a folder that git takes for a repository, with a configuration of its own, and so may an archive.
_RUNS_NOTHING = (
    "safe.bareRepository=explicit",
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "log.showSignature=false",
)
# An object that is missing would be fetched, by whatever program the configuration names. A reader writes no index.
_ASKS_NOBODY = {
    "LC_ALL": "C",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
SECONDS = 60.0


def without_hook(env: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which git looks at the folder alone, also below a hook of another repository."""
    return {name: value for name, value in env.items() if name not in OF_A_HOOK}


def ask(folder: Path, *words: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[bytes] | None:
    """Return how git ended and what it said; nothing where there is no git.

    Args:
        folder: what is asked about.
        words: the question.
        env: the environment of the caller; our own when none is given.

    Raises:
        PipelineError: P121 when git does not end.

    """
    settings = [word for setting in _RUNS_NOTHING for word in ("-c", setting)]
    own = without_hook(os.environ if env is None else env) | _ASKS_NOBODY
    try:
        return subprocess.run(
            ["git", *settings, "-C", str(folder), *words],
            env=own,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        what = f"{folder}: `git {words[0]}` did not end within {SECONDS:g} s"
        raise errors.PipelineError(errors.GIT_FAILED, what) from None
    except OSError:
        return None


def text(folder: Path, *words: str, env: Mapping[str, str] | None = None) -> str:
    """Return what git says, or an empty text when it says nothing, fails or is not there."""
    try:
        done = ask(folder, *words, env=env)
    except errors.PipelineError:
        return ""
    # Names are bytes to git, and so to the file system.
    return os.fsdecode(done.stdout).removesuffix("\n") if done and done.returncode == 0 else ""
