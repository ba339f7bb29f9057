"""The secrets of an environment on Fly.io, for a call of the module: what it brings comes in one Dagger secret.

A function of the module sees neither variables nor ignored files of its caller, so that no provider of the settings can
be asked here; their names still say which values have to come.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.fly import secrets_session
from pipeline.fly.secrets_session import Asked, Choice
from pipeline.release.values import Found, given
from pipeline.render import harmless, secrets_text
from pipeline.run.call import NotGreen, token_of
from pipeline.run.environments import wanted_of

if TYPE_CHECKING:
    import dagger

    from pipeline.run.call import Call


@dataclass(frozen=True)
class Secrets:
    """What a call of the module answers about secrets; `values` are texts by name, in one text."""

    call: Call

    async def plan(self, values: dagger.Secret | None, *, as_json: bool) -> str:
        """Return what `sync` would do.

        Raises:
            NotGreen: with that text when a secret is missing, or with what keeps it from being told.

        """
        with self.call.refusing():
            asked = await self._asked(values, Choice())
            made = await secrets_session.planned(asked)
        tell = secrets_text.plan_json if as_json else secrets_text.plan_text
        text = _shown(tell(made, asked.wanted.name, asked.wanted.environment), as_json=as_json)
        if made.missing:
            raise NotGreen(text)
        return text

    async def sync(self, values: dagger.Secret, *, prune: bool, only: tuple[str, ...], as_json: bool) -> str:
        """Bring the values to Fly, and return what became of each.

        Raises:
            NotGreen: with what keeps them from it; then none of them was set.

        """
        with self.call.refusing():
            asked = await self._asked(values, Choice(prune=prune, only=only))
            made, staged = await secrets_session.synced(asked)
        tell = secrets_text.staged_json if as_json else secrets_text.staged_text
        return _shown(tell(staged, made, asked.wanted.name, asked.wanted.environment), as_json=as_json)

    async def _asked(self, values: dagger.Secret | None, choice: Choice) -> Asked:
        call = self.call
        ready = await wanted_of(call)
        token = await token_of(ready.name, call.fly_token).plaintext()
        registry = await call.registry_token.plaintext() if call.registry_token else None
        return Asked(
            wanted=ready,
            found=given(await values.plaintext(), dict(ready.settings.secrets)) if values else Found(),
            token=token,
            access=secrets_session.access_of(ready.publish, registry),
            choice=choice,
        )


def _shown(text: str, *, as_json: bool) -> str:
    return harmless.json(text) if as_json else harmless.text(text)
