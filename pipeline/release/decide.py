"""What follows from what was seen in a release; each is a function of values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from itertools import count
from typing import TYPE_CHECKING

from pipeline.parse.flyctl import Outcome
from pipeline.release.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from pipeline.parse.flyctl import Ended
    from pipeline.release.model import Goal, Live, Migration, Record

# One stray refusal of the API ends flyctl, so it is tried again when looking shows that it may be.
ATTEMPTS = 3


class Next(Enum):
    """What to do after flyctl has ended: look whether the goal is reached, try again, go back, or leave it."""

    VERIFY = "verify"
    AGAIN = "again"
    GO_ON = "go on"
    BACK = "back"
    STOP = "stop"


def after(ended: Ended, *, changed: bool, attempt: int) -> Next:
    """Return what to do next.

    Args:
        ended: what flyctl said; that it says yes is no proof, and that it says no is none either.
        changed: whether any machine is another than before.
        attempt: how many attempts there were.

    """
    may_again = attempt < ATTEMPTS
    if ended.outcome is Outcome.DONE:
        return Next.VERIFY
    if ended.outcome in {Outcome.RETRY, Outcome.LEASED} and may_again:
        # Once machines have changed the migrations have run.
        return Next.GO_ON if changed else Next.AGAIN
    if ended.outcome is Outcome.AMBIGUOUS and not changed and may_again:
        # One bad answer to its first change ends flyctl, and the change was not made.
        return Next.AGAIN
    if not changed:
        return Next.STOP
    return Next.BACK if ended.outcome is Outcome.BAD_IMAGE else Next.VERIFY


def is_unchanged(goal: Goal, last: Record | None, live: Live, secrets: Mapping[str, str]) -> bool:
    """Return whether a goal is what was released last and still serves, so that there is nothing to do."""
    return (
        last is not None
        and last.verdict.is_good
        and (last.goal.digest, last.goal.config_digest) == (goal.digest, goal.config_digest)
        and live.digests == {goal.digest}
        and all(one.release == last.release for one in live.machines)
        and dict(last.secrets) == dict(secrets)
    )


def name_of(started: float, goal: Goal, taken: Collection[str] = ()) -> str:
    """Return the name of a release: when it began, in UTC, and the beginning of its image's digest.

    One that fails at once may be tried again within the second, and none may take the place of another.
    """
    stamp = datetime.fromtimestamp(started, UTC).strftime("%Y%m%d-%H%M%S")
    name = f"{stamp}-{goal.digest.removeprefix('sha256:')[:7]}"
    others = (f"{name}-{number}" for number in count(2))
    return name if name not in taken else next(one for one in others if one not in taken)


def last_verified(records: Sequence[Record]) -> Record | None:
    """Return the last release that was seen to work, the newest record first."""
    return next((one for one in records if one.verdict is Verdict.VERIFIED), None)


def back_to(records: Sequence[Record], failed: Goal | None = None, wanted: str = "") -> Record | None:
    """Return the release to go back to: the last that was verified and is another than the one that failed.

    Args:
        records: what was released, the newest first.
        failed: what does not work; the same image with the same configuration would not either.
        wanted: the id of a record, its image, or the beginning of its digest; empty takes the last good one.

    """
    for record in records:
        same = failed and (record.goal.digest, record.goal.config_digest) == (failed.digest, failed.config_digest)
        digits = wanted.rpartition("@")[2].removeprefix("sha256:")
        meant = not wanted or record.id == wanted or _digits(record).startswith(digits)
        if record.verdict is Verdict.VERIFIED and meant and (wanted or not same):
            return record
    return None


def of_live(records: Sequence[Record], live: Live) -> Record | None:
    """Return the newest release whose image runs on a machine: that is what one goes back from."""
    return next((one for one in records if one.goal.digest in live.digests), None)


@dataclass(frozen=True, kw_only=True)
class WayBack:
    """What one goes back from and to; `lost` are the migrations that do not survive it, None where nobody knows."""

    now: Record | None
    target: Record | None
    lost: tuple[Migration, ...] | None = ()


def way_back(records: Sequence[Record], live: Live, wanted: str = "") -> WayBack:
    """Return where going back on demand leads: to the last good release that is another than what is live."""
    now = of_live(records, live)
    target = back_to(records, now.goal if now else None, wanted)
    found = lost(records, target) if target else ()
    return WayBack(now=now, target=target, lost=found if are_recorded(live, records) else None)


def are_recorded(live: Live, records: Sequence[Record]) -> bool:
    """Return whether every image that runs was released by us: what another one migrated nobody knows."""
    return live.digests <= {one.goal.digest for one in records}


def _digits(record: Record) -> str:
    return record.goal.digest.removeprefix("sha256:")


def lost(records: Sequence[Record], target: Record, *more: Goal) -> tuple[Migration, ...] | None:
    """Return the migrations since a release that it does not survive, None where nobody knows them.

    A release in between may have had one that the newest image does not bring any more, and also a failed one has
    changed the database.

    Args:
        records: what was released, the newest first.
        target: what one goes back to.
        more: a goal that is not among the records yet.

    """
    goals = [*more, *(one.goal for one in _since(records, target) if one.kind == "deploy" and one.migrated)]
    if target.goal.migrations is None or any(goal.migrations is None for goal in goals):
        return None
    had = {one.id for one in target.goal.migrations}
    found = {one.id: one for goal in goals for one in goal.migrations or () if one.id not in had and one.because}
    return tuple(found.values())


def _since(records: Sequence[Record], target: Record) -> Iterator[Record]:
    """Return the records from after the last time that the target was seen to work."""
    for one in records:
        same = (one.goal.digest, one.goal.config_digest) == (target.goal.digest, target.goal.config_digest)
        if same and one.verdict is Verdict.VERIFIED:
            return
        yield one


def may_have_migrated(goal: Goal, ended: Ended) -> bool:
    """Return whether a call that failed may have begun with the migrations of its image.

    They run in the release command, or when the application starts, so not before a machine is touched.
    """
    before = {Outcome.REFUSED, Outcome.RETRY, Outcome.LEASED, Outcome.CAPACITY}
    if ended.touched or ended.outcome not in before:
        return True
    return ended.outcome is not Outcome.REFUSED and "release_command" in goal.config


def pending(goal: Goal, live: Goal | None) -> tuple[Migration, ...]:
    """Return the migrations that a goal brings to what is live."""
    had = {one.id for one in (live.migrations or ())} if live else set()
    return tuple(one for one in goal.migrations or () if one.id not in had)
