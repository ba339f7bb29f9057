"""A release from its first look to its verdict: deploy, verify, keep it or go back, and write down what came of it.

Everything that touches the world is in the hands that are passed in; what follows from what they saw is `decide`.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from pipeline.parse.flyctl import Outcome
from pipeline.release import decide, sight
from pipeline.release.decide import Next
from pipeline.release.model import Proof, Record, Verdict
from pipeline.release.verify import Eyes, verify

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.parse.flyctl import Ended
    from pipeline.release.model import Goal, Live

# Seconds: a lease that somebody who was killed left behind lapses after 13, a new image is known everywhere after 15.
BREATH = 15.0
# What served before is asked once more after a release that changed nothing.
GLANCE = 10.0


class Hands(Eyes, Protocol):
    """Who changes the world."""

    def now(self) -> float:
        """Return the seconds since the epoch."""

    def tell(self, text: str) -> None:
        """Tell the user how far it is."""

    async def live(self) -> Live:
        """Return the machines that serve."""

    async def secrets(self) -> dict[str, str]:
        """Return the digests of the secrets that machines get."""

    async def provide(self, goal: Goal) -> Goal:
        """See that machines can pull the image; return the goal with the name that they use."""

    async def wake(self, live: Live) -> None:
        """Start what is stopped: flyctl does not start it, and calls that a success."""

    async def deploy(self, goal: Goal, *, migrate: bool, back: bool) -> Ended:
        """Run flyctl."""

    async def remember(self, record: Record) -> None:
        """Write a record where it survives."""

    def require(self) -> None:
        """Raise PipelineError P414 when the lock is not ours any more."""


class Rollout:
    """One release.

    Args:
        hands: who looks and acts.
        records: what was released before, the newest first.
        by: who wants it.

    """

    def __init__(self, hands: Hands, records: Sequence[Record], *, by: str = "") -> None:
        self._hands, self._records, self._by = hands, list(records), by
        self._phases: list[tuple[str, float]] = []

    async def deploy(self, goal: Goal, *, automatic: bool = True) -> Record:
        """Bring a goal about, and go back to the last good release when it turns out bad.

        Args:
            goal: what is wanted.
            automatic: go back without being asked.

        """
        await self._close_what_was_left()
        with self._phase("look"):
            before, secrets = await self._hands.live(), await self._hands.secrets()
        last = next((one for one in self._records if one.verdict is not Verdict.INTERRUPTED), None)
        if decide.is_unchanged(goal, last, before, secrets) and last:
            proof = await self._verified(replace(goal, stable=0.0), last.release, wait=GLANCE)
            if proof.ok:
                return self._ended(self._begun(goal, secrets), Verdict.UNCHANGED, release=last.release)
        record, proof = await self._tried(self._begun(goal, secrets), before)
        if record.verdict is Verdict.RUNNING:
            record = await self._kept_or_undone(record, proof, automatic=automatic)
        await self._hands.remember(record)
        return record

    async def back(self, target: Record, *, of: Record | None) -> Record:
        """Go back to a release that was verified, and verify it again; whatever comes of it, that is the end."""
        goal = target.goal
        with self._phase("look"):
            before, secrets = await self._hands.live(), await self._hands.secrets()
        begun = replace(self._begun(goal, secrets), kind="rollback", of=of.id if of else "")
        record, proof = await self._tried(begun, before, back=True)
        if record.verdict is Verdict.RUNNING:
            verdict = Verdict.VERIFIED if proof.ok else Verdict.SUPERSEDED if proof.superseded else Verdict.STUCK
            record = self._ended(record, verdict, why=proof.misses)
        elif record.verdict is Verdict.FAILED:
            record = replace(record, verdict=Verdict.STUCK)
        await self._hands.remember(record)
        return record

    async def _close_what_was_left(self) -> None:
        """Write down that a release before this one was killed: nobody else will."""
        for index, record in enumerate(self._records):
            if record.verdict is Verdict.RUNNING:
                closed = replace(record, verdict=Verdict.INTERRUPTED, why=("it was killed before it could say more",))
                self._records[index] = closed
                await self._hands.remember(closed)

    async def _tried(self, record: Record, before: Live, *, back: bool = False) -> tuple[Record, Proof]:
        """Run flyctl as often as that makes sense; what it deployed still runs, and the proof says how well."""
        with self._phase("image"):
            goal = await self._hands.provide(record.goal)
        record = replace(record, goal=goal)
        await self._hands.remember(record)
        await self._hands.wake(before)
        migrate, changed = not back, False
        for attempt in range(1, decide.ATTEMPTS + 1):
            self._hands.require()
            with self._phase("deploy"):
                ended = await self._hands.deploy(goal, migrate=migrate, back=back)
            record = replace(record, release=ended.release or record.release)
            changed = (await self._hands.live()).mark != before.mark
            following = decide.after(ended, changed=changed, attempt=attempt)
            if following not in {Next.AGAIN, Next.GO_ON}:
                break
            self._hands.tell(f"flyctl: {ended.why}; trying again in {BREATH:.0f} s")
            await self._hands.sleep(BREATH)
            migrate = migrate and following is Next.AGAIN
        if following is Next.STOP:
            return self._ended(record, Verdict.FAILED, why=(ended.why, *_untouched(ended))), Proof(ok=False)
        if following is Next.BACK:
            return record, Proof(ok=False, misses=(ended.why,))
        # What flyctl waited for in vain does not get all of the time again.
        wait = None if ended.outcome is Outcome.DONE else GLANCE
        return record, await self._verified(goal, record.release, wait=wait)

    async def _verified(self, goal: Goal, release: int, wait: float | None = None) -> Proof:
        with self._phase("verify"):
            return await verify(self._hands, goal, release, wait=wait)

    async def _kept_or_undone(self, record: Record, proof: Proof, *, automatic: bool) -> Record:
        """Return what became of a release that was deployed."""
        if proof.ok:
            return self._ended(record, Verdict.VERIFIED, why=sight.unseen(record.goal))
        if proof.superseded:
            return self._ended(record, Verdict.SUPERSEDED, why=("somebody else released after it", *proof.misses))
        red = self._ended(record, Verdict.FAILED, why=proof.misses)
        target = decide.back_to(self._records, record.goal)
        if not automatic or target is None:
            why = "nothing to go back to: no other release was ever verified" if automatic else "not asked to go back"
            return replace(red, verdict=Verdict.STUCK, why=(*red.why, why))
        lost = decide.lost(record.goal, target.goal)
        if lost is None or lost:
            named = ", ".join(one.id for one in lost or ()) or "unknown migrations"
            return replace(
                red, verdict=Verdict.STUCK, why=(*red.why, f"not gone back: {target.id} does not survive {named}")
            )
        return await self._undone(red, target)

    async def _undone(self, red: Record, target: Record) -> Record:
        self._hands.tell(f"red: {'; '.join(red.why)}")
        self._hands.tell(f"going back to {target.id} ({target.goal.digest[:19]})")
        await self._hands.remember(red)
        done = await Rollout(self._hands, self._records, by=self._by).back(target, of=red)
        good = done.verdict is Verdict.VERIFIED
        verdict = Verdict.ROLLED_BACK if good else done.verdict
        said = f"went back to {target.id}" if good else f"going back to {target.id}: {'; '.join(done.why)}"
        return replace(red, verdict=verdict, why=(*red.why, said), phases=(*red.phases, ("rollback", done.seconds)))

    def _begun(self, goal: Goal, secrets: dict[str, str]) -> Record:
        started = self._hands.now()
        return Record(
            id=decide.name_of(started, goal),
            goal=goal,
            by=self._by,
            started=started,
            secrets=tuple(sorted(secrets.items())),
        )

    def _ended(self, record: Record, verdict: Verdict, *, why: Sequence[str] = (), release: int = 0) -> Record:
        return replace(
            record,
            verdict=verdict,
            why=tuple(why),
            release=release or record.release,
            ended=self._hands.now(),
            phases=tuple(self._phases),
        )

    @contextmanager
    def _phase(self, name: str) -> Iterator[None]:
        began = self._hands.now()
        self._hands.tell(f"{name} ...")
        try:
            yield
        finally:
            self._phases.append((name, self._hands.now() - began))


def _untouched(ended: Ended) -> tuple[str, ...]:
    if ended.outcome is Outcome.MIGRATION_UNKNOWN:
        return ("the migration may still run; no machine was changed",)
    return ("no machine was changed: what served before still does",)
