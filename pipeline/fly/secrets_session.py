"""One call about the secrets of an environment: its settings, the values at hand, Fly, and the last release."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import httpx

from pipeline.errors import PipelineError
from pipeline.fly import secrets
from pipeline.fly.client import TIMEOUT, FlyApp
from pipeline.fly.records import Log
from pipeline.registry import reference
from pipeline.registry.session import Access
from pipeline.release import decide, secret_rules

if TYPE_CHECKING:
    from pipeline.fly.wanted import Wanted
    from pipeline.release.secrets import SecretsPlan, Staged
    from pipeline.release.values import Found
    from pipeline.settings.model import PublishSettings


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a caller chose: whether secrets that nobody declared go, and which are set alone."""

    prune: bool = False
    only: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a caller asks for, and with what: values, the token of the app, and who reads the log of its releases.

    Without `access` nobody looks whether a secret has changed since the last one.
    """

    wanted: Wanted
    found: Found
    token: str = field(repr=False)
    access: Access | None = None
    choice: Choice = field(default_factory=Choice)


def access_of(settings: PublishSettings, token: str | None) -> Access | None:
    """Return who reads the log of releases; nobody without the registry's token, which secrets do not need.

    Raises:
        PipelineError: P105, there is a token and nothing that says whose.

    """
    return None if settings.secret and token is None else Access.of(settings, token)


async def planned(asked: Asked) -> SecretsPlan:
    """Return what `synced` would do.

    Raises:
        PipelineError: P134 for what cannot be set, P132, P133 or P413 from Fly.

    """
    _check(asked)
    async with httpx.AsyncClient(timeout=TIMEOUT) as http:
        return await _plan(asked, _app(asked, http), http)


async def synced(asked: Asked) -> tuple[SecretsPlan, Staged]:
    """Bring the values to Fly, all of them or none, and return what was to be done and what became of it.

    Raises:
        PipelineError: as `planned` does, and P135 when a value is not at hand.

    """
    _check(asked)
    async with httpx.AsyncClient(timeout=TIMEOUT) as http:
        app = _app(asked, http)
        plan = await _plan(asked, app, http)
        secret_rules.require(plan)
        return plan, await secrets.stage(app, plan, asked.found.values)


def _check(asked: Asked) -> None:
    taken = tuple(name for name, _ in asked.wanted.toml.env)
    secret_rules.check(dict(asked.wanted.settings.secrets), asked.found, taken, asked.choice.only)


def _app(asked: Asked, http: httpx.AsyncClient) -> FlyApp:
    return FlyApp(asked.wanted.name, api=asked.wanted.settings.machines_api, token=asked.token, http=http)


async def _plan(asked: Asked, app: FlyApp, http: httpx.AsyncClient) -> SecretsPlan:
    digests, why_not = await _recorded(asked, http)
    declared, choice = dict(asked.wanted.settings.secrets), asked.choice
    made = await secrets.look(app, declared, asked.found, recorded=digests, prune=choice.prune, only=choice.only)
    return replace(made, unrecorded=why_not)


async def _recorded(asked: Asked, http: httpx.AsyncClient) -> tuple[dict[str, str] | None, str]:
    """Return the digests at the last release that worked, or why nobody knows them."""
    where = asked.wanted.publish.repository
    if not where:
        return None, "`publish.repository` names no place where releases are recorded"
    if not asked.access:
        return None, "the log of releases is read with --registry-token"
    try:
        log = Log(asked.access.to(replace(reference.parse(where), tag="", digest=""), http), asked.wanted.name)
        last = decide.last_verified(await log.read())
    except PipelineError as error:
        return None, f"the log of releases: {error.kind.id} {error.what}"
    return (dict(last.secrets), "") if last else (None, "no release is recorded")
