"""What a release's secrets need to know of a fly.toml: the app, and the variables that stand there in clear."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.app.discover.markup import section, string, toml_of
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from pipeline.settings.model import Settings


@dataclass(frozen=True, kw_only=True)
class FlyToml:
    """The app that it names, and the names in its `[env]`."""

    app: str = ""
    env: tuple[str, ...] = ()


def places(settings: Settings, environment: str) -> tuple[str, ...]:
    """Return where the fly.toml of an environment may lie, the first that is there counts."""
    if settings.release.config:
        return (settings.release.config,)
    names = ("fly.toml",) if not environment else (f"fly.{environment}.toml", "fly.toml")
    folders = dict.fromkeys((posixpath.dirname(settings.dotnet.web), ""))
    return tuple(posixpath.join(folder, name) for folder in folders for name in names)


def read(path: str, text: str) -> FlyToml:
    """Return what it says.

    Raises:
        PipelineError: P105 when it is no TOML.

    """
    try:
        content = toml_of(text)
    except ValueError as error:
        raise PipelineError(errors.SETTINGS_INVALID, f"{path}: {error}") from None
    return FlyToml(app=string(content, "app"), env=tuple(section(content, "env")))
