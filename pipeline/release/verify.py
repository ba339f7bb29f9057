"""Looks until a goal has held long enough without a break, or until it is plain that it will not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pipeline.release import sight
from pipeline.release.model import Proof

if TYPE_CHECKING:
    from pipeline.release.model import Goal, Sight

# Seconds between two looks.
PAUSE = 1.0
# So many looks in a row have to fail after it worked: one lost packet is no outage.
BREAKS = 3
# The looks that are kept to tell why.
KEPT = 3
# Seconds for which an API that does not answer is asked again: that it is silent says nothing about the release.
SILENCE = 120.0
# Seconds between two signs of life to a user who waits.
SIGN = 10.0


class Eyes(Protocol):
    """Who looks, and whose clock counts."""

    async def see(self, goal: Goal) -> Sight:
        """Look once at the machines and the public address; never an error."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""

    def tell(self, text: str) -> None:
        """Tell the user how far it is."""


@dataclass
class _Watch:
    """A row of looks: when it began, since when the goal holds, whether it ever did, the failed looks at its end."""

    patience: float
    stable: float
    began: float
    told: float
    since: float | None = None
    worked: bool = False
    bad: int = 0

    def good(self, at: float) -> bool:
        """Take note of a look that misses nothing; return whether it held long enough."""
        self.bad, self.worked = 0, True
        self.since = at if self.since is None else self.since
        return at - self.since >= self.stable

    def broken(self, at: float, *, blind: bool) -> bool:
        """Take note of a look that misses something, or sees nothing; return whether that is the end."""
        self.since = None
        if blind:
            return at - self.began >= max(self.patience, SILENCE)
        self.bad += 1
        # One that comes and goes does not get a new time each time.
        most = self.patience + (2 * self.stable if self.worked else 0)
        return at - self.began >= most or (self.worked and self.bad >= BREAKS)

    def sign(self, at: float, missing: tuple[str, ...]) -> str:
        """Return how far it is, when it is time to tell it; else nothing."""
        if at - self.told < SIGN:
            return ""
        self.told = at
        how = "; ".join(missing) if self.since is None else f"good for {at - self.since:.0f} of {self.stable:.0f} s"
        return f"verify {at - self.began:.0f} s: {how}"


async def verify(eyes: Eyes, goal: Goal, release: int = 0, *, after: int = 0, wait: float | None = None) -> Proof:
    """Return whether the goal is what serves.

    Args:
        eyes: who looks.
        goal: what has to be true.
        release: the number that flyctl gave it, 0 where it is not known.
        after: the newest release before it, which counts where its own number is not known.
        wait: seconds until it has to be good for the first time; else those of the goal.

    """
    watch: _Watch | None = None
    patience = goal.wait if wait is None else wait
    kept: list[Sight] = []
    looks = 0
    while True:
        look = await eyes.see(goal)
        looks += 1
        watch = watch or _Watch(patience=patience, stable=goal.stable, began=look.at, told=look.at)
        missing = sight.misses(goal, release, look, after)
        kept = [*kept, look][-KEPT:] if missing else kept
        gone = sight.superseded(goal, release, look.live)
        blind = bool(look.problem)
        if gone or (missing and (sight.hopeless(goal, look.live) or watch.broken(look.at, blind=blind))):
            return Proof(ok=False, misses=missing, superseded=gone, blind=blind, looks=looks, seen=sight.told(kept))
        if not missing and watch.good(look.at):
            return Proof(ok=True, looks=looks, seen=sight.told(kept))
        if sign := watch.sign(look.at, missing):
            eyes.tell(sign)
        await eyes.sleep(PAUSE)
