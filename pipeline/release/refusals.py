"""What keeps a release from being tried: all of it is found before anything is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.release.refuse import checks, commands, machines, ports, target
from pipeline.release.refuse.case import Case, Start

if TYPE_CHECKING:
    from pipeline.app.model import App
    from pipeline.release.flytoml import FlyToml
    from pipeline.release.refuse.case import Refusal
    from pipeline.settings.model import ReleaseSettings

_DETECTORS = (*target.ALL, *commands.ALL, *ports.ALL, *checks.ALL, *machines.ALL)


def refusals(
    config: FlyToml, settings: ReleaseSettings, app: App, start: Start | None = None, environment: str = ""
) -> tuple[Refusal, ...]:
    """Return what is wrong with a release, refusals before warnings, each in the order of the file.

    Args:
        config: the fly.toml.
        settings: of the environment.
        app: what is released.
        start: what is known of image and sources.
        environment: its name; without one everything counts that counts in production.

    """
    case = Case(config=config, settings=settings, app=app, start=start or Start(), environment=environment)
    found = dict.fromkeys(one for detector in _DETECTORS for one in detector(case))
    return tuple(sorted(found, key=lambda one: (not one.is_refusal, one.line or 0)))
