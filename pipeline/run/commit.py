"""Asks git, in a container, of which commit the caller's files are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dagger
from dagger import dag

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.plan import identity, scripts
from pipeline.run import containers

if TYPE_CHECKING:
    from pipeline.plan.identity import Identity
    from pipeline.run.dagger import Given

_GIT, _TREE, _SCRIPTS = "/git", "/tree", f"{containers.HOME}/scripts"
_SHOWN = 10


async def of(files: dagger.Directory, beside: Given, image: str, version: str) -> Identity:
    """Return the commit.

    Args:
        files: the source.
        beside: the git folder, and the source's place in its repository.
        image: one that has git.
        version: what the image will be called.

    Raises:
        PipelineError: P126 when a file is not the commit's, P409 when there is no history.

    """
    if not beside.history:
        raise PipelineError(errors.HISTORY_MISSING, "an image that is published says which commit it is made of")
    asked = (
        dag.container()
        .from_(image)
        .with_mounted_directory(_SCRIPTS, _scripts())
        .with_mounted_directory(_GIT, beside.history.filter(include=list(containers.HISTORY)))
        .with_mounted_directory(_TREE, files)
        .with_exec(["sh", f"{_SCRIPTS}/commit.sh", _GIT, beside.history_folder, _TREE])
    )
    try:
        found, changed = identity.read(await asked.stdout(), version)
    except dagger.ExecError as error:
        raise PipelineError(errors.GIT_FAILED, error.stderr.strip() or str(error)) from None
    except ValueError as error:
        raise PipelineError(errors.GIT_FAILED, str(error)) from None
    if changed:
        more = f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
        raise PipelineError(errors.SOURCE_DIFFERS, ", ".join(changed[:_SHOWN]) + more)
    return found


def _scripts() -> dagger.Directory:
    folder = dag.directory()
    for name in ("borrow.sh", "commit.sh"):
        folder = folder.with_new_file(name, scripts.text(name))
    return folder
