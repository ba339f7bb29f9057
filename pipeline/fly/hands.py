"""Who looks at an app and changes it in a release: its API, its public address, flyctl, the registries, the log."""

from __future__ import annotations

import itertools
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

import anyio

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.fly import probe, secrets
from pipeline.fly.beside import beside
from pipeline.parse import flyctl as parse
from pipeline.parse.text import clean
from pipeline.plan.identity import SHORT
from pipeline.registry import promote, reference, signature
from pipeline.release import argv, sight
from pipeline.release.model import Live, Sight
from pipeline.release.verify import SIGN
from pipeline.settings import forms
from pipeline.settings.redact import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import httpx

    from pipeline.fly.client import FlyApp
    from pipeline.fly.lock import Lock
    from pipeline.fly.records import Log
    from pipeline.fly.veil import Veil
    from pipeline.registry.client import Repository
    from pipeline.release.model import Answer, Goal, Record
    from pipeline.settings.model import ReleaseSettings

CONFIG, STATE, TOKEN = "fly.toml", "state", "FLY_API_TOKEN"
# What flyctl writes on a canary.
_CANARY = "fly_canary"
# Of flyctl's own words and of logs; going back has to begin within five seconds.
_WORDS, _MACHINES_FOR_LOGS, _SECONDS_FOR_LOGS = 20, 3, 2.0


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """What flyctl printed, and its exit code; None when it was ended because it took too long."""

    code: int | None
    out: str = ""
    err: str = ""


class Flyctl(Protocol):
    """Runs flyctl somewhere, with the token of its owner."""

    async def __call__(
        self, words: Sequence[str], *, env: Mapping[str, str], files: Mapping[str, str], seconds: float
    ) -> Spoken:
        """Run it with variables and files of its own."""


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What a release is done with.

    `origin` gives the repository that an image was published in, `key` has to have signed it.
    """

    app: FlyApp
    http: httpx.AsyncClient
    flyctl: Flyctl
    log: Log
    origin: Callable[[str], Repository]
    registry: Repository
    settings: ReleaseSettings
    tell: Callable[[str], None]
    veil: Veil
    key: tuple[str, str] | None = None


class FlyHands:
    """The hands of `release.rollout`; `lock` is the app's, `secrets_version` what machines have to have at least."""

    def __init__(self, tools: Tools) -> None:
        self.lock: Lock | None = None
        self.secrets_version = 0
        self._tools = tools
        self._provided: dict[str, Goal] = {}

    def now(self) -> float:
        """Return the seconds since the epoch."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await anyio.sleep(seconds)

    def tell(self, text: str) -> None:
        """Tell the user how far it is."""
        self._tools.tell(self._tools.veil.text(text))

    def require(self) -> None:
        """See that the lock is still ours."""
        if self.lock:
            self.lock.require()

    async def live(self) -> Live:
        """Return the machines that serve."""
        return await self._tools.app.live()

    async def secrets(self) -> dict[str, str]:
        """Return the digests of the secrets that machines get."""
        return await self._tools.app.secrets()

    async def see(self, goal: Goal) -> Sight:
        """Look once; what cannot be asked is said."""
        answers: list[Answer] = []

        async def ask() -> None:
            answers.extend(await probe.ask(self._tools.http, goal.url, sight.routes(goal)))

        async with anyio.create_task_group() as group:
            group.start_soon(ask)
            live, problem = await self._seen()
        return Sight(at=time.monotonic(), live=live, answers=tuple(answers), problem=problem)

    async def _seen(self) -> tuple[Live, str]:
        try:
            return await self.live(), ""
        except PipelineError as error:
            return Live(), f"its machines could not be looked at: {error.what}"

    async def provide(self, goal: Goal) -> Goal:
        """Bring the image to where machines pull from, under a tag that nobody used before."""
        if goal.source in self._provided:
            return replace(goal, image=self._provided[goal.source].image)
        self.tell("bring the image ...")
        async with beside(lambda: self._waiting("bring", "the image is on its way")):
            return await self._brought(goal)

    async def _brought(self, goal: Goal) -> Goal:
        tools = self._tools
        source = tools.origin(goal.source)
        image = await source.manifest(goal.digest)
        if image is None:
            raise PipelineError(errors.IMAGE_UNKNOWN, f"{source.where.repository} has no {goal.digest} any more")
        await self._require_signature(source, goal)
        tag = f"{goal.revision[:SHORT] or 'image'}-{goal.digest[7:19]}-{datetime.now(UTC):%Y%m%d%H%M%S}"
        await promote.bring(source, tools.registry, image)
        await tools.registry.put(image, tag)
        done = replace(goal, image=f"{tools.registry.where.repository}:{tag}")
        self._provided[goal.source] = done
        return done

    async def _require_signature(self, source: Repository, goal: Goal) -> None:
        """See that the image is signed: what one goes back to is named by the log, which nobody signs."""
        if not self._tools.key:
            return
        published = reference.parse(goal.source).digest
        found = await source.manifest(published)
        known = {published, *(entry["digest"] for entry in found.entries)} if found and found.is_index else {published}
        key = signature.public_key(*self._tools.key)
        if goal.digest not in known or await signature.vouched(source, published, key) is None:
            problem = f"no signature by the key in {self._tools.key[1]} is kept beside it"
            raise PipelineError(errors.NOT_PROMOTED, goal.source, (problem,))

    async def wake(self, live: Live) -> None:
        """Start what is stopped: flyctl gives it the new image, does not start it, and calls that a success."""
        for machine in live.machines:
            if machine.is_asleep and not machine.is_standby:
                await self._tools.app.start(machine.id)

    async def deploy(self, goal: Goal, *, migrate: bool, back: bool) -> parse.Ended:
        """Run flyctl.

        Raises:
            PipelineError: P127, the log names an image of another app.

        """
        own = self._tools.registry.where.repository
        if not goal.image.startswith(f"{own}:"):
            raise PipelineError(errors.IMAGE_UNKNOWN, f"{goal.image} is not in {own}")
        words = argv.rollback(goal, CONFIG) if back else argv.deploy(goal, CONFIG, migrate=migrate)
        async with beside(lambda: self._waiting("deploy", "flyctl still runs")):
            spoken = await self._tools.flyctl(
                words,
                env=argv.environment(self._tools.settings, STATE),
                files={CONFIG: goal.config, f"{STATE}/config.yml": secrets.minimum(self.secrets_version, goal.app)},
                seconds=_most(goal),
            )
        ended = parse.read(spoken.code, spoken.out, spoken.err)
        if ended.outcome is not parse.Outcome.DONE:
            for line in spoken.err.splitlines()[-_WORDS:]:
                # It repeats what the application wrote.
                self.tell(f"flyctl | {shown('', clean(line))}")
        if ended.outcome is not parse.Outcome.DONE and goal.strategy == forms.CANARY:
            await self._clear()
        return ended

    async def _waiting(self, name: str, how: str) -> None:
        """Tell now and then that it goes on: it may take minutes, and the words of flyctl come when it has ended."""
        for seconds in itertools.count(SIGN, SIGN):
            await anyio.sleep(SIGN)
            self.tell(f"{name} {seconds:.0f} s: {how}")

    async def _clear(self) -> None:
        """Take away the canary of a failed release: flyctl leaves it, and would keep it as one of the machines."""
        # Whoever looks next sees what could not be taken away.
        with suppress(PipelineError):
            for machine in await self._tools.app.machines():
                if machine.serves and _CANARY in dict(machine.metadata):
                    await self._tools.app.destroy(machine.id)

    async def logs(self) -> tuple[str, ...]:
        """Return what the machines wrote last; going back does not wait for it."""
        found: list[str] = []
        with anyio.move_on_after(_SECONDS_FOR_LOGS), suppress(PipelineError):
            for machine in (await self.live()).machines[:_MACHINES_FOR_LOGS]:
                found += [f"{machine.id} | {line}" for line in await self._tools.app.logs(machine.id)]
        return tuple(found)

    async def remember(self, record: Record, *, most: float = 0) -> None:
        """Write a record into the log, unless somebody else holds the lock and writes it."""
        if self.lock:
            self.lock.require_no_other()
        try:
            with anyio.fail_after(most or None):
                await self._tools.log.write(self._tools.veil.record(record))
        except TimeoutError:
            problem = f"the log of releases could not be written within {most:.0f} s"
            raise PipelineError(errors.REGISTRY_FAILED, problem) from None


def _most(goal: Goal) -> float:
    """Return the seconds after which flyctl hangs: it waits twice for each machine, and once for the migrations."""
    return goal.migration_wait + 4 * goal.wait + 120
