"""What follows from what was seen in a release; each is a function of values."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING

from pipeline.parse.flyctl import Outcome
from pipeline.release.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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


def name_of(started: float, goal: Goal) -> str:
    """Return the name of a release: when it began, in UTC, and the beginning of its image's digest."""
    stamp = datetime.fromtimestamp(started, UTC).strftime("%Y%m%d-%H%M%S")
    return f"{stamp}-{goal.digest.removeprefix('sha256:')[:7]}"


def back_to(records: Sequence[Record], failed: Goal | None = None, wanted: str = "") -> Record | None:
    """Return the release to go back to: the last that was verified and is another than the one that failed.

    Args:
        records: what was released, the newest first.
        failed: what does not work; the same image with the same configuration would not either.
        wanted: the id of a record, or the beginning of its digest; empty takes the last good one.

    """
    for record in records:
        same = failed and (record.goal.digest, record.goal.config_digest) == (failed.digest, failed.config_digest)
        meant = not wanted or record.id == wanted or _digits(record).startswith(wanted.removeprefix("sha256:"))
        if record.verdict is Verdict.VERIFIED and meant and (wanted or not same):
            return record
    return None


def _digits(record: Record) -> str:
    return record.goal.digest.removeprefix("sha256:")


def lost(now: Goal, then: Goal) -> tuple[Migration, ...] | None:
    """Return the migrations since then that the older release does not survive, None where nobody knows them."""
    if now.migrations is None or then.migrations is None:
        return None
    had = {one.id for one in then.migrations}
    return tuple(one for one in now.migrations if one.id not in had and one.because)


def pending(goal: Goal, live: Goal | None) -> tuple[Migration, ...]:
    """Return the migrations that a goal brings to what is live."""
    had = {one.id for one in (live.migrations or ())} if live else set()
    return tuple(one for one in goal.migrations or () if one.id not in had)
