"""One call about the secrets of an environment: its settings, its fly.toml, its values, and Fly."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.fly import secrets
from pipeline.fly.client import TIMEOUT, FlyApp
from pipeline.release import fly_toml, secret_rules
from pipeline.release.fly_toml import FlyToml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.release.secrets import SecretsPlan, Staged
    from pipeline.release.values import Found
    from pipeline.settings.load import Resolved

# What a person writes; a larger file is none.
_MOST = 200_000


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the settings say: the app, its environment, its secrets with their places, and names that are taken."""

    app: str
    environment: str
    api: str
    declared: Mapping[str, str]
    taken: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a caller chose: whether secrets that nobody declared go, and which are set alone."""

    prune: bool = False
    only: tuple[str, ...] = ()


def wanted(resolved: Resolved, folder: Path) -> Wanted:
    """Return what the settings and the fly.toml in a folder say together.

    Raises:
        PipelineError: P105 when they name no app, or one of several is not chosen; P108 for a file that is not there.

    """
    if resolved.apps and not resolved.app:
        problem = f"--app: expected one of {', '.join(resolved.apps)}: each has secrets of its own"
        raise PipelineError(errors.SETTINGS_INVALID, problem)
    release, toml = resolved.settings.release, _fly_toml(resolved, folder)
    name = release.app or toml.app
    if not name:
        problem = "release.app: expected the app on Fly.io, got none, and no fly.toml that names it"
        raise PipelineError(errors.SETTINGS_INVALID, problem)
    _refuse_in_clear(release.machines_api)
    return Wanted(
        app=name,
        environment=resolved.environment,
        api=release.machines_api,
        declared=dict(release.secrets),
        taken=toml.env,
    )


def _fly_toml(resolved: Resolved, folder: Path) -> FlyToml:
    places = fly_toml.places(resolved.settings, resolved.environment)
    for place in places:
        text = _text(folder, place)
        if text is not None:
            return fly_toml.read(place, text)
    if resolved.settings.release.config:
        raise PipelineError(errors.UNREADABLE, f"release.config: {places[0]}: no such file")
    return FlyToml()


def _text(folder: Path, place: str) -> str | None:
    """Return what a file says, nothing where there is none."""
    file = folder / place
    try:
        if not file.is_file():
            return None
        if not file.resolve().is_relative_to(folder.resolve()):
            raise PipelineError(errors.UNREADABLE, f"{place}: a link that leads out of the source")
        with file.open(encoding="utf-8") as text:
            return text.read(_MOST)
    except OSError as error:
        raise PipelineError(errors.UNREADABLE, f"{place}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise PipelineError(errors.UNREADABLE, f"{place}: is not UTF-8") from None


def _refuse_in_clear(api: str) -> None:
    """Refuse to send values over the network as they are, other than to this machine or a private network."""
    where = urlsplit(api)
    host = where.hostname or ""
    try:
        is_near = ipaddress.ip_address(host).is_private
    except ValueError:
        is_near = "." not in host
    if where.scheme != "https" and not is_near:
        problem = "release.machines_api: expected an https address: the values of secrets go there"
        raise PipelineError(errors.SETTINGS_INVALID, problem)


async def planned(want: Wanted, found: Found, token: str, choice: Choice) -> SecretsPlan:
    """Return what `synced` would do.

    Raises:
        PipelineError: P134 for what cannot be set, P132, P133 or P413 from Fly.

    """
    secret_rules.check(want.declared, found, want.taken, choice.only)
    async with httpx.AsyncClient(timeout=TIMEOUT) as http:
        app = FlyApp(want.app, api=want.api, token=token, http=http)
        return await secrets.look(app, want.declared, found, prune=choice.prune, only=choice.only)


async def synced(want: Wanted, found: Found, token: str, choice: Choice) -> tuple[SecretsPlan, Staged]:
    """Bring the values to Fly, all of them or none, and return what was to be done and what became of it.

    Raises:
        PipelineError: as `planned` does, and P135 when a value is not at hand.

    """
    secret_rules.check(want.declared, found, want.taken, choice.only)
    async with httpx.AsyncClient(timeout=TIMEOUT) as http:
        app = FlyApp(want.app, api=want.api, token=token, http=http)
        plan = await secrets.look(app, want.declared, found, prune=choice.prune, only=choice.only)
        secret_rules.require(plan)
        return plan, await secrets.stage(app, plan, found.values)
