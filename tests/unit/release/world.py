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
from pipeline.release.model import Answer, Goal, Live, Migration, Record, Sight, Verdict


class Killed(Exception):  # noqa: N818  # the end of the process, not a fault of it
    """Whoever released is gone, in the middle of it."""


_REFUSED = {
    "refused": Outcome.REFUSED,
    "migration": Outcome.MIGRATION_FAILED,
    "leased": Outcome.LEASED,
    "retry": Outcome.RETRY,
}


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
    `lost` (no answer, all done), `killed` (our end, nothing done), `killed late`, `other` (a later one of others),
    `unsure` (an error with the first machine, nothing done), `gone` (flyctl could not be run to its end), `asleep`
    (done, and stopped). `api` is what each call to Fly's API meets: nothing, `silent` or `denied`; `outages` are times
    in which it is silent. `mute` are writes that fail. `base` are the destructive migrations that happened, `proven`
    those that each release was seen to work after.
    """

    count: int = 1
    bad: dict[str, str] = field(default_factory=dict)
    script: list[str] = field(default_factory=list)
    blind: list[bool] = field(default_factory=list)
    mute: list[bool] = field(default_factory=list)
    api: list[str] = field(default_factory=list)
    outages: list[tuple[float, float]] = field(default_factory=list)
    base: set[str] = field(default_factory=set)
    proven: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    accepted: bool = False
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
            one.digest == wanted.digest and one.state == "started" and not self.wrong(one.digest)
            for one in self.machines
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

    def _answers(self) -> None:
        """Let Fly's API answer, or not."""
        self.clock += 0.1
        kind = self.api.pop(0) if self.api else ""
        if kind == "silent" or any(begin <= self.clock < begin + length for begin, length in self.outages):
            self.clock += 10
            raise PipelineError(errors.FLY_SILENT, "no answer")
        if kind == "denied":
            raise PipelineError(errors.FLY_DENIED, "401")

    async def live(self) -> Live:
        self._answers()
        return self._live()

    def _live(self) -> Live:
        return Live(machines=tuple(self._seen(one) for one in self.machines))

    def _seen(self, one: Machine) -> Machine:
        kind = self.wrong(one.digest)
        if kind == "crash":
            return replace(one, state="stopped", exit="exit code 139")
        return replace(one, checks=(Check(name="http", status="critical" if kind else "passing"),))

    async def see(self, wanted: Goal) -> Sight:
        self.clock += 0.1
        well = bool(self.machines) and not any(self.wrong(one.digest) for one in self.machines)
        answers = tuple(
            Answer(path=path, status=200 if well else 503, text="" if well else "no database")
            for path in sight.routes(wanted)
        )
        blind = self.blind and self.blind.pop(0)
        try:
            self._answers()
        except PipelineError as error:
            blind = error.what
        live, problem = (Live(), "nobody answers") if blind else (self._live(), "")
        return Sight(at=self.clock, live=live, answers=answers, problem=problem)

    async def secrets(self) -> dict[str, str]:
        self._answers()
        return {"KEY": "a1"}

    async def logs(self) -> tuple[str, ...]:
        return ()

    async def provide(self, wanted: Goal) -> Goal:
        if self.mute and self.mute.pop(0):
            raise PipelineError(errors.REGISTRY_FAILED, "the registry is down")
        return replace(wanted, image=f"registry.fly.test/shop:{wanted.digest[7:19]}")

    async def wake(self, live: Live) -> None:
        asleep = {one.id for one in live.machines if one.state == "stopped"}
        if asleep:
            self._answers()
        self.machines = [replace(one, state="started") if one.id in asleep else one for one in self.machines]

    async def remember(self, record: Record, *, most: float = 0) -> None:
        self.clock += 0.1
        if self.mute and self.mute.pop(0):
            self.clock += most or 10
            raise PipelineError(errors.REGISTRY_FAILED, "the registry is down")
        # What was seen is told, and never kept.
        self.kept = log.with_record(self.kept, replace(record, seen=()))
        if record.verdict is Verdict.VERIFIED:
            self.proven[record.goal.digest, record.goal.config_digest] = set(self.base)
        assert log.read(log.text(self.kept)) == self.kept

    async def deploy(self, wanted: Goal, *, migrate: bool, back: bool) -> Ended:
        self.clock += 4
        self.calls.append((wanted.digest, migrate, back))
        name = next(n for n in ("a", "b", "c", "d") if digest(n) == wanted.digest)
        what = self.script.pop(0) if self.script else "ok"
        self._migrated(wanted, what, migrate=migrate, back=back)
        return self._happens(what, name)

    def _migrated(self, wanted: Goal, what: str, *, migrate: bool, back: bool) -> None:
        known = {one.id for one in wanted.migrations or ()}
        if back and not self.accepted:
            # Who goes back knows every destructive migration, or was seen to work after it.
            survived = self.proven.get((wanted.digest, wanted.config_digest), set())
            assert self.base - known <= survived
        command = migrate and "release_command" in wanted.config and what not in {"refused", "gone", "killed"}
        if command or what in {"ok", "migration", "lost", "killed late", "other", "retry late", "asleep"}:
            self.base |= {one.id for one in wanted.migrations or () if one.because}

    def _happens(self, what: str, name: str) -> Ended:
        if what == "killed":
            raise Killed
        if what == "gone":
            raise PipelineError(errors.TOOL_MISSING, "flyctl")
        if what == "unsure":
            return Ended(outcome=Outcome.AMBIGUOUS, why="429", touched=True)
        if what in _REFUSED:
            return Ended(outcome=_REFUSED[what], why=what)
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
        if what == "asleep":
            self.machines = [replace(one, state="stopped") for one in self.machines]
            return Ended(outcome=Outcome.DONE, release=number)
        if what in {"retry late", "lost"}:
            kind = Outcome.RETRY if what == "retry late" else Outcome.AMBIGUOUS
            return Ended(outcome=kind, why="no answer", touched=True)
        return self._started(name, number)

    def _started(self, name: str, number: int) -> Ended:
        wrong = self.wrong(digest(name))
        if wrong == "crash":
            return Ended(outcome=Outcome.BAD_IMAGE, why="the app appears to be crashing", touched=True)
        if wrong == "sick":
            self.clock += 20
            return Ended(outcome=Outcome.AMBIGUOUS, why="timeout reached waiting for health checks", touched=True)
        return Ended(outcome=Outcome.DONE, release=number)
