"""A release from its first look to its verdict: deploy, verify, keep it or go back, and write down what came of it.

Everything that touches the world is in the hands that are passed in; what follows from what they saw is `decide`.
An error before flyctl is run goes to the caller, since nothing has changed. After that none does: it becomes a verdict.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.parse.flyctl import Outcome
from pipeline.release import decide, sight
from pipeline.release.attempts import Attempts, look
from pipeline.release.decide import Next
from pipeline.release.model import Proof, Record, Verdict
from pipeline.release.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.parse.flyctl import Ended
    from pipeline.release.hands import Hands
    from pipeline.release.model import Goal, Live

# Seconds: what served before is asked once more after a release that changed nothing.
GLANCE = 10.0
# Going back has to begin within five seconds: writing down that it does may take no more than this of them.
HASTE = 2.0
# For so long a log that cannot be written is tried again in the end, with pauses.
RECORDING, PAUSE = 60.0, 5.0


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
        began = self._hands.now()
        with self._phase("look"):
            before, secrets = await self._hands.live(), await self._hands.secrets()
        last = next((one for one in self._records if one.verdict is not Verdict.INTERRUPTED), None)
        if decide.is_unchanged(goal, last, before, secrets) and last:
            proof = await self._verified(replace(goal, stable=0.0), last.release, wait=GLANCE)
            if proof.ok:
                # It is not written down, so its name has to be that of the release that serves.
                same = replace(self._begun(goal, secrets), id=last.id, started=began)
                return self._ended(same, Verdict.UNCHANGED, release=last.release)
        begun = self._begun(goal, secrets)
        with self._phase("image"):
            begun = replace(begun, goal=await self._hands.provide(goal))
        await self._hands.remember(begun)
        record, proof = await self._tried(begun, before)
        if record.verdict is Verdict.RUNNING:
            record = await self._kept_or_undone(record, proof, automatic=automatic)
        return await self._written(record)

    async def back(self, target: Record, *, of: Record | None) -> Record:
        """Go back to a release that was verified, and verify it again; whatever comes of it, that is the end."""
        await self._close_what_was_left()
        with self._phase("look"):
            before, secrets = await self._hands.live(), await self._hands.secrets()
        begun = await self._going_back(target, secrets, of)
        await self._hands.remember(begun)
        return await self._written(await self._back(begun, before))

    async def _close_what_was_left(self) -> None:
        """Write down that a release before this one was killed: nobody else will."""
        for index, record in enumerate(self._records):
            if record.verdict is Verdict.RUNNING:
                closed = replace(record, verdict=Verdict.INTERRUPTED, why=("it was killed before it could say more",))
                self._records[index] = closed
                await self._hands.remember(closed)

    async def _tried(self, record: Record, before: Live, *, back: bool = False) -> tuple[Record, Proof]:
        """Run flyctl as often as that makes sense; what it deployed still runs, and the proof says how well."""
        with self._phase("deploy"):
            tried = await Attempts(self._hands, record.goal, before, back).run()
        ended, record = tried.ended, replace(record, release=tried.release)
        if tried.following is Next.STOP:
            record = replace(record, migrated=tried.migrated)
            return self._ended(record, Verdict.FAILED, why=(ended.why, *_untouched(ended))), Proof(ok=False)
        if tried.following is Next.BACK:
            return record, Proof(ok=False, misses=(ended.why,))
        # What flyctl waited for in vain does not get all of the time again.
        wait = None if ended.outcome is Outcome.DONE else GLANCE
        return record, await self._verified(record.goal, record.release, wait=wait)

    async def _verified(self, goal: Goal, release: int, wait: float | None = None) -> Proof:
        with self._phase("verify"):
            return await verify(self._hands, goal, release, wait=wait)

    async def _kept_or_undone(self, record: Record, proof: Proof, *, automatic: bool) -> Record:
        """Return what became of a release that was deployed."""
        if proof.ok:
            return self._ended(record, Verdict.VERIFIED, why=sight.unseen(record.goal))
        if proof.superseded:
            return self._ended(record, Verdict.SUPERSEDED, why=("somebody else released after it", *proof.misses))
        red = replace(self._ended(record, Verdict.FAILED, why=proof.misses), seen=await self._hands.logs())
        target = decide.back_to(self._records, record.goal)
        if not automatic or target is None or proof.blind:
            none = "nothing to go back to: no other release was ever verified" if automatic else "not asked to go back"
            return _stuck(red, "not gone back: nobody knows whether it works" if proof.blind else none)
        lost = decide.lost(self._records, target, record.goal)
        if lost is None or lost:
            named = ", ".join(one.id for one in lost or ()) or "unknown migrations"
            return _stuck(red, f"not gone back: {target.id} does not survive {named}")
        return await self._undone(red, target)

    async def _undone(self, red: Record, target: Record) -> Record:
        """Go back by itself; nothing but the lock of another may keep it from that."""
        self._hands.tell(f"red: {'; '.join(red.why)}")
        self._hands.tell(f"going back to {target.id} ({target.goal.digest[:19]})")
        own = Rollout(self._hands, [red, *self._records], by=self._by)
        done = await own.at_once(target, of=red)
        good = done.verdict is Verdict.VERIFIED
        verdict = Verdict.ROLLED_BACK if good else done.verdict
        said = f"went back to {target.id}" if good else f"going back to {target.id}: {'; '.join(done.why)}"
        return replace(red, verdict=verdict, why=(*red.why, said), phases=(*red.phases, ("rollback", done.seconds)))

    async def at_once(self, target: Record, *, of: Record) -> Record:
        """Go back without waiting for a log that cannot be written, or secrets that are not told."""
        before = await look(self._hands)
        if before is None:
            begun = replace(self._begun(target.goal, dict(of.secrets)), kind="rollback", of=of.id)
            return self._ended(begun, Verdict.STUCK, why=("the machines could not be looked at",))
        begun = await self._going_back(target, dict(of.secrets), of)
        for record in (of, begun):
            await self._hastily(record)
        done = await self._back(begun, before)
        await self._hastily(done, RECORDING)
        return done

    async def _going_back(self, target: Record, secrets: dict[str, str], of: Record | None) -> Record:
        begun = replace(self._begun(target.goal, secrets), kind="rollback", of=of.id if of else "", migrated=False)
        with self._phase("image"):
            try:
                return replace(begun, goal=await self._hands.provide(target.goal))
            except PipelineError as error:
                if not target.goal.image:
                    raise
                # It was pulled by this name before; what runs is looked at all the same.
                self._hands.tell(f"the image is taken as it was named then: {error.what}")
                return begun

    async def _back(self, begun: Record, before: Live) -> Record:
        record, proof = await self._tried(begun, before, back=True)
        if record.verdict is Verdict.FAILED:
            return replace(record, verdict=Verdict.STUCK)
        verdict = Verdict.VERIFIED if proof.ok else Verdict.SUPERSEDED if proof.superseded else Verdict.STUCK
        return self._ended(record, verdict, why=proof.misses)

    async def _hastily(self, record: Record, most: float = HASTE) -> None:
        try:
            await self._hands.remember(record, most=most)
        except PipelineError as error:
            if error.kind is errors.RELEASE_LOCKED:
                raise
            self._hands.tell(f"{record.id} ({record.kind}) could not be written down: {error.what}")

    async def _written(self, record: Record) -> Record:
        """Write down how it ended; who cannot tells it at least."""
        until = self._hands.now() + RECORDING
        while True:
            try:
                await self._hands.remember(record)
            except PipelineError as error:
                if error.kind is errors.RELEASE_LOCKED or self._hands.now() >= until:
                    self._hands.tell(f"{record.id} is {record.verdict.value}, which could not be written down")
                    raise
                await self._hands.sleep(PAUSE)
            else:
                return record

    def _begun(self, goal: Goal, secrets: dict[str, str]) -> Record:
        started = self._hands.now()
        return Record(
            id=decide.name_of(started, goal, {one.id for one in self._records}),
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


def _stuck(red: Record, why: str) -> Record:
    return replace(red, verdict=Verdict.STUCK, why=(*red.why, why))


def _untouched(ended: Ended) -> tuple[str, ...]:
    if ended.outcome is Outcome.MIGRATION_UNKNOWN:
        return ("the migration may still run; no machine was changed",)
    return ("no machine was changed: what served before still does",)
