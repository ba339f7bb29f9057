"""A Fly.io of values for releases: machines, images that work or do not, and everything that goes wrong on the way."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.parse.flyctl import Ended, Outcome
from pipeline.parse.machines import Check, Machine
from pipeline.release import records as log
from pipeline.release import sight
from pipeline.release.model import Answer, Goal, Live, Migration, Record, Sight


class Killed(Exception):  # noqa: N818  # the end of the process, not a fault of it
    """Whoever released is gone, in the middle of it."""


def digest(name: str) -> str:
    """Return the digest of an image by its name."""
    return f"sha256:{hashlib.sha256(name.encode()).hexdigest()}"


def goal(name: str, *migrations: str, config: str = "one", **more: object) -> Goal:
    """Return what a release of an image wants; a migration named `drop…` is destructive."""
    known = tuple(Migration(id=one, because=("DROP",) if one.startswith("drop") else ()) for one in migrations)
    own = {
        "app": "shop",
        "environment": "staging",
        "source": f"registry.test/shop@{digest(name)}",
        "digest": digest(name),
        "config": config,
        "config_digest": digest(config),
        "revision": hashlib.sha1(name.encode()).hexdigest(),  # noqa: S324  # as git names commits
        "url": "https://shop.test",
        "health": "/health",
        "wait": 20.0,
        "stable": 5.0,
        "migrations": known,
    }
    return Goal(**(own | more))  # type: ignore[arg-type]


@dataclass
class World:
    """Everything outside: `bad` are names of images with what is wrong with them, `script` what goes wrong by the call.

    Wrong with an image: `crash`, `sick` (its health never passes), `dies` (ten seconds after it worked). In the script:
    `ok`, `refused`, `retry`, `retry late` (after the first machine), `leased`, `migration`, `lying` (success, old one),
    `lost` (no answer, all done), `killed` (our end, nothing done), `killed late`, `other` (a later one of others).
    """

    count: int = 1
    bad: dict[str, str] = field(default_factory=dict)
    script: list[str] = field(default_factory=list)
    blind: list[bool] = field(default_factory=list)
    mute: list[bool] = field(default_factory=list)
    clock: float = 1_000_000.0
    machines: list[Machine] = field(default_factory=list)
    since: float = 0.0
    number: int = 0
    kept: tuple[Record, ...] = ()
    calls: list[tuple[str, bool, bool]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def serve(self, name: str, *, only: int | None = None) -> None:
        """Let the machines, or the first of them, run an image."""
        self.number += 1
        while len(self.machines) < (only or self.count):
            self.machines.append(Machine(id=f"m{len(self.machines)}", by_fly=True, group="app"))
        for index in range(len(self.machines))[:only]:
            self.machines[index] = replace(
                self.machines[index],
                digest=digest(name),
                release=self.number,
                instance=f"i{self.number}-{index}",
                state="started",
                wanted_checks=1,
            )
        self.since = self.clock

    def wrong(self, image: str) -> str:
        """Return what is wrong with an image now."""
        named = {digest(name): kind for name, kind in self.bad.items()}
        kind = named.get(image, "")
        return "" if kind == "dies" and self.clock - self.since < 10 else kind

    def truth(self, wanted: Goal) -> bool:
        """Return whether a goal is what serves, and works."""
        return bool(self.machines) and all(
            one.digest == wanted.digest and not self.wrong(one.digest) for one in self.machines
        )

    # What follows are the hands.

    def now(self) -> float:
        return self.clock

    def tell(self, text: str) -> None:
        self.told.append(text)

    def require(self) -> None:
        return

    async def sleep(self, seconds: float) -> None:
        self.clock += seconds

    async def live(self) -> Live:
        self.clock += 0.1
        return Live(machines=tuple(self._seen(one) for one in self.machines))

    def _seen(self, one: Machine) -> Machine:
        kind = self.wrong(one.digest)
        if kind == "crash":
            return replace(one, state="stopped", exit="exit code 139")
        return replace(one, checks=(Check(name="http", status="critical" if kind else "passing"),))

    async def see(self, wanted: Goal) -> Sight:
        self.clock += 0.2
        if self.blind and self.blind.pop(0):
            return Sight(at=self.clock, live=Live(), problem="nobody answers")
        well = bool(self.machines) and not any(self.wrong(one.digest) for one in self.machines)
        answers = tuple(Answer(path=path, status=200 if well else 503) for path in sight.routes(wanted))
        return Sight(at=self.clock, live=await self.live(), answers=answers)

    async def secrets(self) -> dict[str, str]:
        return {"KEY": "a1"}

    async def provide(self, wanted: Goal) -> Goal:
        return replace(wanted, image=f"registry.fly.test/shop:{wanted.digest[7:19]}")

    async def wake(self, live: Live) -> None:
        assert all(one.state for one in live.machines)

    async def remember(self, record: Record) -> None:
        if self.mute and self.mute.pop(0):
            raise PipelineError(errors.REGISTRY_FAILED, "the registry is down")
        self.kept = log.with_record(self.kept, record)
        assert log.read(log.text(self.kept)) == self.kept

    async def deploy(self, wanted: Goal, *, migrate: bool, back: bool) -> Ended:
        self.clock += 4
        self.calls.append((wanted.digest, migrate, back))
        name = next(n for n in ("a", "b", "c", "d") if digest(n) == wanted.digest)
        return self._happens(self.script.pop(0) if self.script else "ok", name)

    def _happens(self, what: str, name: str) -> Ended:
        if what == "killed":
            raise Killed
        if what in {"refused", "migration", "leased", "retry"}:
            kinds = {
                "refused": Outcome.REFUSED,
                "migration": Outcome.MIGRATION_FAILED,
                "leased": Outcome.LEASED,
                "retry": Outcome.RETRY,
            }
            return Ended(outcome=kinds[what], why=what)
        if what == "lying":
            self.number += 1
            self.machines = [replace(one, release=self.number, instance=f"l{self.number}") for one in self.machines]
            return Ended(outcome=Outcome.DONE, release=self.number)
        self.serve(name, only=1 if what == "retry late" else None)
        number = self.number
        if what == "killed late":
            raise Killed
        if what == "other":
            self.serve("d")
        if what == "retry late":
            return Ended(outcome=Outcome.RETRY, why="429")
        if what == "lost":
            return Ended(outcome=Outcome.AMBIGUOUS, why="no answer")
        return self._started(name, number)

    def _started(self, name: str, number: int) -> Ended:
        wrong = self.wrong(digest(name))
        if wrong == "crash":
            return Ended(outcome=Outcome.BAD_IMAGE, why="the app appears to be crashing")
        if wrong == "sick":
            self.clock += 20
            return Ended(outcome=Outcome.AMBIGUOUS, why="timeout reached waiting for health checks")
        return Ended(outcome=Outcome.DONE, release=number, image="registry.fly.test/shop")
