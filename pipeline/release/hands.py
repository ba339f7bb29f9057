"""What a release needs of the world: who looks at it, and who changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from pipeline.release.verify import Eyes

if TYPE_CHECKING:
    from pipeline.parse.flyctl import Ended
    from pipeline.release.model import Goal, Live, Record


class Hands(Eyes, Protocol):
    """Who changes the world. Each of them may raise PipelineError, `see` and `tell` never do."""

    def now(self) -> float:
        """Return the seconds since the epoch."""

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

    async def logs(self) -> tuple[str, ...]:
        """Return the last lines that the machines wrote, in no more than two seconds; never an error."""

    async def remember(self, record: Record, *, most: float = 0) -> None:
        """Write a record where it survives, in so many seconds (0: as long as it takes); P414 when others release."""

    def require(self) -> None:
        """Raise PipelineError P414 when the lock is not ours any more."""
