"""What a caller asks of an environment: plan, deploy, verify, go back, list; each in one call."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import httpx

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.fly import secrets
from pipeline.fly.client import TIMEOUT, FlyApp
from pipeline.fly.hands import Flyctl, FlyHands, Tools
from pipeline.fly.lock import TERM, Lock
from pipeline.fly.records import Log
from pipeline.fly.token import plain
from pipeline.fly.veil import Veil
from pipeline.fly.wanted import Wanted, goal
from pipeline.registry import promote, reference
from pipeline.registry.client import Repository
from pipeline.registry.login import Credentials
from pipeline.registry.reference import Reference
from pipeline.registry.session import days, require_proof
from pipeline.release import compared, decide, refusals, secret_rules, sight, verify
from pipeline.release.model import Record
from pipeline.release.plan import ReleasePlan
from pipeline.release.rollout import GLANCE, Rollout
from pipeline.release.secrets import plan as planned
from pipeline.release.values import Found

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from pipeline.registry.session import Access
    from pipeline.release.model import Goal, Live, Place, Proof
    from pipeline.release.refuse.case import Start
    from pipeline.release.secrets import SecretsPlan

# Who pushes to Fly's registry; the token says the rest, without the word that tells its kind.
_FLY_USER = "x"
# Seconds that a release waits for another one to end.
PATIENCE = 90.0


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who asks, and with what: `tell` shows how far it is, `by` is who wants it, `key` has to have signed the image.

    `values` are the secrets that are at hand; `patience` is how many seconds a release waits for another one to end,
    `term` how many its lock holds when it is not renewed.
    """

    access: Access
    token: str = field(repr=False)
    flyctl: Flyctl
    tell: Callable[[str], None]
    by: str = ""
    values: Found = field(default_factory=Found)
    key: tuple[str, str] | None = None
    patience: float = PATIENCE
    term: float = TERM


class Session:
    """An environment, opened by `opened`."""

    def __init__(self, wanted: Wanted, caller: Caller, http: httpx.AsyncClient) -> None:
        self.wanted, self._caller, self._http = wanted, caller, http
        settings, publish = wanted.settings, wanted.publish
        self.app = FlyApp(wanted.name, api=settings.machines_api, token=caller.token, http=http, logs_api=settings.api)
        self._repository = reference.parse(publish.repository) if publish.repository else None
        self._log: Log | None = None
        self._veil = Veil(caller.token, [one.reveal() for one in caller.values.values.values()], _FLY_USER)

    @property
    def log(self) -> Log:
        """The log of this app's releases.

        Raises:
            PipelineError: P105, nothing says where images are published.

        """
        if not self._repository:
            problem = (
                "publish.repository: expected where images are published, and their releases are kept; got nothing"
            )
            raise PipelineError(errors.SETTINGS_INVALID, problem)
        self._log = self._log or Log(self._origin(self._repository), self.wanted.name)
        return self._log

    def _origin(self, where: Reference) -> Repository:
        return self._caller.access.to(replace(where, tag="", digest=""), self._http)

    async def plan(self, image: str, *, bring: bool = False) -> ReleasePlan:
        """Return what a release of an image would change.

        Args:
            image: its name, with a digest or a tag.
            bring: set every secret whose value is at hand; else those that Fly has not.

        Raises:
            PipelineError: P201 when the image is not proven, P127 when there is none, P134 for a secret that cannot be
                set, P132, P133 or P413 from Fly.

        """
        source = self._caller.access.to(reference.parse(image), self._http)
        found = await promote.found(source)
        documents = await require_proof(
            source, found, now=time.time(), max_age_days=days(self.wanted.publish), key=self._caller.key
        )
        return await self._plan(*await goal(source, found, self.wanted, documents), bring=bring)

    async def _plan(self, wanted: Goal, start: Start, *, bring: bool) -> ReleasePlan:
        records, live = await self.log.read(), await self.app.live()
        last = decide.last_verified(records)
        found = refusals.refusals(
            self.wanted.toml, self.wanted.settings, self.wanted.app, start, self.wanted.environment
        )
        secrets_plan = await self._secrets(last, bring=bring)
        # Nobody is kept from an older image: its migrations may have been put together since.
        forgotten = decide.lost(records, Record(id="", goal=wanted)) or ()
        older = [f"an older image: the database has had {one.id} ({'; '.join(one.because)})" for one in forgotten]
        return ReleasePlan(
            goal=wanted,
            live=live,
            last=last,
            config=compared.difference(last.goal.config, wanted.config) if last else (),
            secrets=secrets_plan,
            refused=(*(str(one) for one in found if one.is_refusal), *secrets_plan.refused, *sight.strange(live)),
            warnings=(*(str(one) for one in found if not one.is_refusal), *older),
        )

    async def _secrets(self, last: Record | None, *, bring: bool) -> SecretsPlan:
        declared, values = dict(self.wanted.settings.secrets), self._caller.values
        # Names that stand in [env] too are among the refusals, with their line.
        secret_rules.check(declared, values, ())
        present = await self.app.secrets()
        if not bring:
            new = {name: value for name, value in values.values.items() if name not in present}
            values = replace(values, values=new)
        recorded = dict(last.secrets) if last else None
        return planned(declared, present, values, recorded=recorded)

    async def deploy(self, plan: ReleasePlan, *, approved: str = "") -> Record:
        """Carry a plan out.

        Args:
            plan: what `plan` returned.
            approved: the hash that somebody gave after looking at it.

        Raises:
            PipelineError: P130 when it is refused, P202 when it is not approved, P414 when another release runs.

        """
        if plan.refused:
            raise PipelineError(errors.RELEASE_REFUSED, plan.goal.app, plan.refused)
        settings = self.wanted.settings
        if (settings.approval or approved) and approved != plan.hash:
            given = (
                f"approved was {approved}, and its hash is {plan.hash} now" if approved else f"its hash is {plan.hash}"
            )
            raise PipelineError(errors.NOT_APPROVED, f"{plan.goal.environment}: {given}")
        hands = self._hands()
        began = hands.now()
        provided = await hands.provide(plan.goal)
        brought = hands.now() - began
        async with self._lock(hands, provided.image):
            if (await self.app.live()).mark != plan.live.mark:
                raise PipelineError(errors.LIVE_CHANGED, plan.goal.app)
            if approved and await self.app.secrets() != plan.secrets.digests:
                raise PipelineError(errors.LIVE_CHANGED, f"{plan.goal.app}: its secrets are not those of the plan")
            hands.secrets_version = await self._staged(plan)
            records = await self.log.read()
            return self._veil.record(
                await Rollout(hands, records, by=self._caller.by, brought=brought).deploy(provided)
            )

    async def _staged(self, plan: ReleasePlan) -> int:
        """Bring the secrets along; return the version that machines have to have, of whoever set them."""
        if plan.secrets.to_set:
            return (await secrets.stage(self.app, plan.secrets, self._caller.values.values)).version
        return await secrets.newest(self.app) if plan.secrets.rows else 0

    async def back(self, wanted: str = "", *, accept_loss: bool = False) -> Record:
        """Go back to a release that was verified.

        Args:
            wanted: its id, or the beginning of its digest; empty takes the last one before what is live.
            accept_loss: also past migrations that it does not survive.

        Raises:
            PipelineError: P203 or P204, P205 when somebody else released meanwhile, P414.

        """
        records, live = await self.log.read(), await self.app.live()
        way = decide.way_back(records, live, wanted)
        target, lost = way.target, way.lost
        if target is None:
            raise PipelineError(errors.NOTHING_BEFORE, f"{self.wanted.name}: {wanted or 'none before what serves'}")
        if (lost is None or lost) and not accept_loss:
            details = tuple(f"{one.id}: {'; '.join(one.because)}" for one in lost or ()) or ("nobody knows them",)
            raise PipelineError(errors.PAST_DESTRUCTIVE, f"{self.wanted.name}: {target.id}", details)
        hands = self._hands()
        async with self._lock(hands, await self._image(hands, target.goal)):
            if (await self.app.live()).mark != live.mark:
                raise PipelineError(errors.LIVE_CHANGED, self.wanted.name)
            rollout = Rollout(hands, await self.log.read(), by=self._caller.by)
            return self._veil.record(await rollout.back(target, of=way.now))

    async def _image(self, hands: FlyHands, goal: Goal) -> str:
        """Return the image of an older release under a name that machines can pull: its own may be gone by now."""
        try:
            return (await hands.provide(goal)).image
        except PipelineError as error:
            if not goal.image or error.kind is errors.NOT_PROMOTED:
                raise
            return goal.image

    async def status(self) -> tuple[Live, tuple[Record, ...], Place]:
        """Return what serves, every release, and where that is."""
        return await self.app.live(), await self.log.read(), self.wanted.place

    async def verify(self) -> tuple[Record | None, Proof | None]:
        """Return the last release that was verified, and whether it still is what serves; nothing is changed."""
        record = decide.last_verified(await self.log.read())
        if record is None:
            return None, None
        # One that sleeps is woken by the first question.
        wait = GLANCE if record.goal.may_sleep else 0
        proof = await verify.verify(self._hands(), record.goal, record.release, wait=wait)
        return record, self._veil.proof(proof)

    def _hands(self) -> FlyHands:
        caller, settings = self._caller, self.wanted.settings
        there = Reference(host=settings.registry, name=self.wanted.name)
        # What is said of the registry of images holds for that one; to another the token goes encrypted.
        plain_http = self.wanted.publish.plain_http and there.host == (self._repository and self._repository.host)
        credentials = Credentials(user=_FLY_USER, secret=plain(caller.token))
        return FlyHands(
            Tools(
                app=self.app,
                http=self._http,
                flyctl=caller.flyctl,
                log=self.log,
                origin=lambda name: self._origin(reference.parse(name)),
                registry=Repository(there, self._http, credentials=credentials, plain=plain_http),
                settings=settings,
                tell=caller.tell,
                veil=self._veil,
                key=caller.key,
            )
        )

    @asynccontextmanager
    async def _lock(self, hands: FlyHands, image: str) -> AsyncIterator[None]:
        caller = self._caller
        async with Lock(self.app, image, by=caller.by, term=caller.term).held(caller.patience, caller.tell) as lock:
            hands.lock = lock
            yield


@asynccontextmanager
async def opened(wanted: Wanted, caller: Caller) -> AsyncIterator[Session]:
    """Open an environment; its connections are closed in the end."""
    async with httpx.AsyncClient(timeout=TIMEOUT) as http:
        yield Session(wanted, caller, http)
