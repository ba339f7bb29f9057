"""The secrets of an environment on Fly.io, for a call of the module: what it brings comes in one Dagger secret.

A function of the module sees neither variables nor ignored files of its caller, so that no provider of the settings can
be asked here; their names still say which values have to come.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.fly import secrets_session
from pipeline.fly.secrets_session import Choice
from pipeline.release import fly_toml
from pipeline.release.values import Found, given
from pipeline.render import harmless, secrets_text
from pipeline.run.call import NotGreen

if TYPE_CHECKING:
    from pipeline.fly.secrets_session import Wanted
    from pipeline.run.call import Call


async def plan(call: Call, values: str | None, *, as_json: bool) -> str:
    """Return what `sync` would do.

    Raises:
        NotGreen: with that text when a secret is missing, or with what keeps it from being told.

    """
    want, token = await _wanted(call), await _token(call)
    with call.refusing():
        found = Found() if values is None else given(values, want.declared)
        made = await secrets_session.planned(want, found, token, Choice())
    tell = secrets_text.plan_json if as_json else secrets_text.plan_text
    text = tell(made, want.app, want.environment)
    shown = harmless.json(text) if as_json else harmless.text(text)
    if made.missing:
        raise NotGreen(shown)
    return shown


async def sync(call: Call, values: str, *, prune: bool, only: tuple[str, ...], as_json: bool) -> str:
    """Bring the values to Fly, and return what became of each.

    Raises:
        NotGreen: with what keeps them from it; then none of them was set.

    """
    want, token = await _wanted(call), await _token(call)
    with call.refusing():
        found = given(values, want.declared)
        made, staged = await secrets_session.synced(want, found, token, Choice(prune=prune, only=only))
    tell = secrets_text.staged_json if as_json else secrets_text.staged_text
    text = tell(staged, made, want.app, want.environment)
    return harmless.json(text) if as_json else harmless.text(text)


async def _wanted(call: Call) -> Wanted:
    resolved = await call.settings()
    places = fly_toml.places(resolved.settings, resolved.environment)
    with tempfile.TemporaryDirectory() as folder, call.refusing():
        await call.files.filter(include=list(places)).export(folder)
        return secrets_session.wanted(resolved, Path(folder))


async def _token(call: Call) -> str:
    with call.refusing():
        if not call.fly_token:
            raise PipelineError(errors.FLY_DENIED, "--fly-token: expected the token of the app, got none")
        return await call.fly_token.plaintext()
