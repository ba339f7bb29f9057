"""Releases of a call of the module: flyctl in its own container, and what the caller named."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import anyio
import dagger
from dagger import dag

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.fly.hands import STATE, TOKEN, Spoken
from pipeline.fly.session import Caller, opened
from pipeline.fly.wanted import meant
from pipeline.plan.identity import SHORT
from pipeline.read import tools
from pipeline.registry.session import Access
from pipeline.release.argv import CONFIG_DIR
from pipeline.release.values import Found, given
from pipeline.render import release_json, release_text
from pipeline.run import commit, spans
from pipeline.run.call import NotGreen, token_of
from pipeline.run.dagger import said
from pipeline.run.environments import wanted_of
from pipeline.run.reports import redact

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from pipeline.fly.session import Session
    from pipeline.fly.wanted import Wanted
    from pipeline.release.model import Record
    from pipeline.run.call import Call

T = TypeVar("T")
_FOLDER = "/work"
# Its image holds one file, and certificates.
_PROGRAM = "/flyctl"


@dataclass(frozen=True, kw_only=True)
class ContainerFlyctl:
    """flyctl in its own image; what it keeps lies in memory and ends with each call."""

    image: str
    token: dagger.Secret = field(repr=False)

    async def __call__(
        self, words: Sequence[str], *, env: Mapping[str, str], files: Mapping[str, str], seconds: float
    ) -> Spoken:
        """Run it; the same call again is another one."""
        container = dag.container().from_(self.image).with_mounted_temp(f"{_FOLDER}/{STATE}")
        for name, text in files.items():
            file = dag.directory().with_new_file("text", text).file("text")
            container = container.with_mounted_file(f"{_FOLDER}/{name}", file)
        own = {**env, "HOME": f"{_FOLDER}/{STATE}", CONFIG_DIR: f"{_FOLDER}/{STATE}"}
        for name, value in own.items():
            container = container.with_env_variable(name, value)
        container = container.with_env_variable("PIPELINE_NONCE", secrets.token_hex(8))
        container = container.with_secret_variable(TOKEN, self.token).with_workdir(_FOLDER)
        ran = container.with_exec([_PROGRAM, *words[1:]])
        try:
            with anyio.fail_after(seconds):
                return Spoken(code=0, out=await ran.stdout(), err=await ran.stderr())
        except dagger.ExecError as error:
            return Spoken(code=error.exit_code, out=error.stdout, err=error.stderr)
        except TimeoutError:
            return Spoken(code=None)
        except dagger.QueryError as error:
            raise PipelineError(errors.ENGINE_REFUSED, f"flyctl: {said(error)}") from None


@dataclass(frozen=True)
class Releases:
    """What a call of the module answers about releases; `values` are secrets that come with one, in one text."""

    call: Call

    async def plan(self, image: str, values: dagger.Secret | None, *, as_json: bool) -> str:
        """Return what a release would change.

        Raises:
            NotGreen: with the same when it would be refused, or with what keeps it from being told.

        """
        bring = values is not None
        found = await self._asked(lambda session, named: session.plan(named, bring=bring), image=image, values=values)
        text = release_text.plan(found)
        if found.refused:
            refused = f"{errors.Fault.CONFIG.value} error\n{text}"
            raise NotGreen(refused)
        return release_json.plan(found) if as_json else text

    async def deploy(self, image: str, approved: str, values: dagger.Secret | None) -> str:
        """Release an image, with its secrets, and return what came of it.

        Raises:
            NotGreen: with the same when the image is not what serves in the end.

        """

        async def released(session: Session, named: str) -> Record:
            return await session.deploy(await session.plan(named, bring=values is not None), approved=approved)

        return _told(await self._asked(released, image=image, values=values))

    async def rollback(self, release: str, *, accept_loss: bool) -> str:
        """Go back to a release and return what came of it.

        Raises:
            NotGreen: as `deploy` does.

        """
        return _told(await self._asked(lambda session, _: session.back(release, accept_loss=accept_loss)))

    async def verify(self) -> str:
        """Return whether the last good release still is what serves.

        Raises:
            NotGreen: with what is missing.

        """
        record, proof = await self._asked(lambda session, _: session.verify())
        with self.call.refusing():
            if record is None or proof is None:
                raise PipelineError(errors.NOTHING_BEFORE, f"{self.call.environment}: none yet")
        text = release_text.proof(record, proof)
        if not proof.ok:
            raise NotGreen(text)
        return text

    async def releases(self) -> str:
        """Return the list of releases."""
        return release_text.releases(await self._asked(lambda session, _: session.log.read()))

    async def status(self) -> str:
        """Return what serves."""
        return release_text.status(*await self._asked(lambda session, _: session.status()))

    async def _asked(
        self,
        question: Callable[[Session, str], Awaitable[T]],
        image: str | None = None,
        values: dagger.Secret | None = None,
    ) -> T:
        """Ask a session; the question gets the name of the image that is meant, if any is."""
        call = self.call
        want = await wanted_of(call)
        with call.refusing():
            text = await values.plaintext() if values else ""
            caller, token = await _caller(call, want, text)
            named = meant(image or "", want.publish.repository) or (
                await _of_commit(call, want) if image is not None else ""
            )
        try:
            with call.refusing():
                async with opened(want, caller) as session:
                    return await question(session, named)
        except NotGreen as error:
            raise NotGreen(redact(str(error), [token])) from None


def _told(record: Record) -> str:
    text = release_text.record(record)
    if not record.verdict.is_good:
        raise NotGreen(text)
    return text


async def _caller(call: Call, want: Wanted, values: str) -> tuple[Caller, str]:
    given_token = token_of(want.name, call.fly_token)
    token = (await given_token.plaintext()).strip()
    registry = await call.registry_token.plaintext() if call.registry_token else None
    key = want.publish.public_key
    return Caller(
        access=Access.of(want.publish, registry),
        token=token,
        flyctl=ContainerFlyctl(image=tools.images_with(want.images)["flyctl"], token=given_token),
        tell=spans.tell,
        by=call.by,
        values=given(values, dict(want.settings.secrets)) if values else Found(),
        key=(await call.files.file(key).contents(), key) if key else None,
    ), token


async def _of_commit(call: Call, want: Wanted) -> str:
    """Return the image that `publish` made of this commit."""
    repository = want.publish.repository
    if not repository:
        raise PipelineError(errors.SETTINGS_INVALID, "publish.repository: expected where the image is, got nothing")
    identity = await commit.of(call.files, await call.beside(), tools.images_with(want.images)["trivy"], "")
    return f"{repository}:{identity.revision[:SHORT]}"
