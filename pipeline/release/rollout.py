"""A release from its first look to its verdict: deploy, verify, keep it or go back, and write down what came of it.

Everything that touches the world is in the hands that are passed in; what follows from what they saw is `decide`.
An error before flyctl is run goes to the caller, since nothing has changed. After that none does: it becomes a verdict.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.parse.flyctl import Outcome
from pipeline.release import decide, sight
from pipeline.release.attempts import Attempts, look
from pipeline.release.decide import Next
from pipeline.release.journal import RECORDING, Journal
from pipeline.release.model import Proof, Record, Verdict
from pipeline.release.verify import verify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.parse.flyctl import Ended
    from pipeline.release.hands import Hands
    from pipeline.release.model import Goal, Live

# Seconds: what served before is asked once more after a release that changed nothing.
GLANCE = 10.0


class Rollout:
    """One release.

    Args:
        hands: who looks and acts.
        records: what was released before, the newest first.
        by: who wants it.
        brought: the seconds that its image took to where machines pull from, before the lock was ours.

    """

    def __init__(self, hands: Hands, records: Sequence[Record], *, by: str = "", brought: float = 0.0) -> None:
        self._hands, self._journal = hands, Journal(hands, records, by, brought)

    async def deploy(self, goal: Goal) -> Record:
        """Bring a goal about, and go back to the last good release when it turns out bad."""
        await self._journal.close_what_was_left()
        with self._journal.phase("look"):
            before, secrets = await self._hands.live(), await self._hands.secrets()
        last = next((one for one in self._journal.records if one.verdict is not Verdict.INTERRUPTED), None)
        if decide.is_unchanged(goal, last, before, secrets) and last:
            proof = await self._verified(replace(goal, stable=0.0), last.release, wait=GLANCE)
            if proof.ok:
                # It is not written down, so its name has to be that of the release that serves.
                same = replace(self._journal.begun(goal, secrets), id=last.id)
                return self._journal.ended(same, Verdict.UNCHANGED, why=sight.unseen(goal), release=last.release)
        begun = self._journal.begun(goal, secrets)
        with self._journal.phase("image"):
            begun = replace(begun, goal=await self._hands.provide(goal))
        await self._hands.remember(begun)
        record, proof = await self._tried(begun, before)
        if record.verdict is Verdict.RUNNING:
            known = decide.are_recorded(before, self._journal.records)
            record = await self._kept_or_undone(record, proof, known=known)
        return await self._journal.written(record)

    async def back(self, target: Record, *, of: Record | None) -> Record:
        """Go back to a release that was verified, and verify it again; whatever comes of it, that is the end."""
        await self._journal.close_what_was_left()
        with self._journal.phase("look"):
            before, secrets = await self._hands.live(), await self._hands.secrets()
        begun = await self._going_back(target, secrets, of)
        await self._hands.remember(begun)
        return await self._journal.written(await self._back(begun, before))

    async def _tried(self, record: Record, before: Live, *, back: bool = False) -> tuple[Record, Proof]:
        """Run flyctl as often as that makes sense; what it deployed still runs, and the proof says how well."""
        with self._journal.phase("deploy"):
            tried = await Attempts(self._hands, record.goal, before, back).run()
        ended, record = tried.ended, replace(record, release=tried.release)
        if tried.following is Next.STOP:
            record = replace(record, migrated=tried.migrated)
            return self._journal.ended(record, Verdict.FAILED, why=(ended.why, *_untouched(ended))), Proof(ok=False)
        if tried.following is Next.BACK:
            return record, Proof(ok=False, misses=(ended.why,))
        # What flyctl waited for in vain does not get all of the time again.
        wait = None if ended.outcome is Outcome.DONE else GLANCE
        return record, await self._verified(record.goal, record.release, after=before.release, wait=wait)

    async def _verified(self, goal: Goal, release: int, *, after: int = 0, wait: float | None = None) -> Proof:
        with self._journal.phase("verify"):
            return await verify(self._hands, goal, release, after=after, wait=wait)

    async def _kept_or_undone(self, record: Record, proof: Proof, *, known: bool) -> Record:
        """Return what became of a release that was deployed; `known` is whether every image before it was ours."""
        if proof.ok:
            return self._journal.ended(record, Verdict.VERIFIED, why=sight.unseen(record.goal))
        if proof.superseded:
            return self._journal.ended(
                record, Verdict.SUPERSEDED, why=("somebody else released after it", *proof.misses)
            )
        red = self._journal.ended(record, Verdict.FAILED, why=proof.misses)
        red = replace(red, seen=(*proof.seen, *await self._hands.logs()))
        target = decide.back_to(self._journal.records, record.goal)
        if proof.blind:
            return _stuck(red, "not gone back: nobody knows whether it works")
        if target is None:
            return _stuck(red, "nothing to go back to: no other release was ever verified")
        lost = decide.lost(self._journal.records, target, record.goal) if known else None
        if lost is None or lost:
            named = ", ".join(one.id for one in lost or ()) or "unknown migrations"
            return _stuck(red, f"not gone back: {target.id} does not survive {named}")
        return await self._undone(red, target)

    async def _undone(self, red: Record, target: Record) -> Record:
        """Go back by itself; nothing but the lock of another may keep it from that."""
        self._hands.tell(f"red: {'; '.join(red.why)}")
        self._hands.tell(f"going back to {target.id} ({target.goal.digest[:19]})")
        own = Rollout(self._hands, [red, *self._journal.records], by=self._journal.by)
        done = await own.at_once(target, of=red)
        good = done.verdict is Verdict.VERIFIED
        verdict = Verdict.ROLLED_BACK if good else done.verdict
        said = f"went back to {target.id}" if good else f"going back to {target.id}: {'; '.join(done.why)}"
        return replace(red, verdict=verdict, why=(*red.why, said), phases=(*red.phases, ("rollback", done.seconds)))

    async def at_once(self, target: Record, *, of: Record) -> Record:
        """Go back without waiting for a log that cannot be written, or secrets that are not told."""
        before = await look(self._hands)
        failed = replace(self._journal.begun(target.goal, dict(of.secrets)), kind="rollback", of=of.id)
        if before is None:
            return self._journal.ended(failed, Verdict.STUCK, why=("the machines could not be looked at",))
        try:
            begun = await self._going_back(target, dict(of.secrets), of)
        except PipelineError as error:
            return self._journal.ended(failed, Verdict.STUCK, why=(error.what, *error.details))
        for record in (of, begun):
            await self._journal.hastily(record)
        done = await self._back(begun, before)
        await self._journal.hastily(done, RECORDING)
        return done

    async def _going_back(self, target: Record, secrets: dict[str, str], of: Record | None) -> Record:
        begun = replace(
            self._journal.begun(target.goal, secrets), kind="rollback", of=of.id if of else "", migrated=False
        )
        with self._journal.phase("image"):
            try:
                return replace(begun, goal=await self._hands.provide(target.goal))
            except PipelineError as error:
                if not target.goal.image or error.kind is errors.NOT_PROMOTED:
                    raise
                # It was pulled by this name before; what runs is looked at all the same.
                self._hands.tell(f"the image is taken as it was named then: {error.what}")
                return begun

    async def _back(self, begun: Record, before: Live) -> Record:
        record, proof = await self._tried(begun, before, back=True)
        if record.verdict is Verdict.FAILED:
            return replace(record, verdict=Verdict.STUCK)
        verdict = Verdict.VERIFIED if proof.ok else Verdict.SUPERSEDED if proof.superseded else Verdict.STUCK
        return self._journal.ended(record, verdict, why=sight.unseen(record.goal) if proof.ok else proof.misses)


def _stuck(red: Record, why: str) -> Record:
    return replace(red, verdict=Verdict.STUCK, why=(*red.why, why))


def _untouched(ended: Ended) -> tuple[str, ...]:
    if ended.outcome is Outcome.MIGRATION_UNKNOWN:
        return ("the migration may still run; no machine was changed",)
    return ("no machine was changed: what served before still does",)
