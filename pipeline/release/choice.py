"""Which fly.toml a release takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.app.discover.fly import FILE
from pipeline.app.discover.tree import join, name_of
from pipeline.errors import CONFIG_MISSING, PipelineError

if TYPE_CHECKING:
    from collections.abc import Collection


def is_config(path: str) -> bool:
    """Return whether a file is a fly.toml, of whatever environment."""
    return FILE.fullmatch(name_of(path)) is not None


def choose(paths: Collection[str], environment: str, wanted: str = "", folder: str = ".") -> str:
    """Return the fly.toml of an environment.

    Args:
        paths: the files of the repository.
        environment: its name.
        wanted: what `release.config` says.
        folder: the application's own.

    Raises:
        PipelineError: P129, there is none.

    """
    if wanted:
        if wanted in paths:
            return wanted
        raise PipelineError(CONFIG_MISSING, f"{wanted} is not there; `release.config` of {environment} names it")
    own = dict.fromkeys(join(place, f"fly.{environment}.toml") for place in (folder, "."))
    common = dict.fromkeys(join(place, "fly.toml") for place in (folder, "."))
    asked = (*own, *common)
    if found := next((path for path in asked if path in paths), None):
        return found
    others = tuple(f"there is {path}" for path in sorted(paths) if is_config(path))
    raise PipelineError(CONFIG_MISSING, f"none for {environment}: looked for {', '.join(asked)}", others)
