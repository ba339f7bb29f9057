"""One goal, brought about by flyctl in as many attempts as make sense; what becomes of it is for others to judge."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.parse.flyctl import Ended, Outcome
from pipeline.release import decide
from pipeline.release.decide import Next
from pipeline.release.verify import SILENCE

if TYPE_CHECKING:
    from pipeline.release.hands import Hands
    from pipeline.release.model import Goal, Live

# Seconds: a lease that somebody who was killed left behind lapses after 13, a new image is known everywhere after 15.
BREATH = 15.0
# Between two questions to an API that does not answer.
PAUSE = 5.0


@dataclass(frozen=True, kw_only=True)
class Tried:
    """How it ended; `migrated` is false only where no migration was begun."""

    ended: Ended
    following: Next
    release: int = 0
    migrated: bool = False


@dataclass
class Attempts:
    """The attempts at a goal; `before` is what served, `back` whether it is an older release that comes back."""

    hands: Hands
    goal: Goal
    before: Live
    back: bool
    _release: int = field(default=0, init=False)
    _migrated: bool = field(default=False, init=False)

    async def run(self) -> Tried:
        """Run flyctl until it worked, until another attempt would not help, or until there were enough."""
        if problem := await self._woken():
            return self._tried(Ended(outcome=Outcome.REFUSED, why=problem), Next.STOP)
        migrate = not self.back
        for attempt in range(1, decide.ATTEMPTS + 1):
            ended = await self._flyctl(migrate=migrate)
            live = await look(self.hands)
            following = decide.after(ended, changed=live is None or live.mark != self.before.mark, attempt=attempt)
            if following not in {Next.AGAIN, Next.GO_ON}:
                break
            self.hands.tell(f"flyctl: {ended.why}; trying again in {BREATH:.0f} s")
            await self.hands.sleep(BREATH)
            # It only begins with machines when the migrations have been done.
            migrate = migrate and following is Next.AGAIN and not (ended.touched or ended.migrated)
        if live and ended.outcome is Outcome.DONE:
            # What stopped meanwhile has the new image, and is not started.
            await wake(self.hands, live)
        return self._tried(ended, following)

    async def _woken(self) -> str:
        """Start what is stopped; who goes back does that as well as it can be done."""
        problem = await wake(self.hands, self.before)
        return "" if self.back else problem

    async def _flyctl(self, *, migrate: bool) -> Ended:
        """Run flyctl, if the lock is ours; that it could not be run to its end is one more way to end."""
        try:
            self.hands.require()
            ended = await self.hands.deploy(self.goal, migrate=migrate, back=self.back)
        except PipelineError as error:
            locked = error.kind is errors.RELEASE_LOCKED
            ended = Ended(outcome=Outcome.REFUSED if locked else Outcome.KILLED, why=error.what)
        self._release = ended.release or self._release
        self._migrated = self._migrated or (migrate and decide.may_have_migrated(self.goal, ended))
        return ended

    def _tried(self, ended: Ended, following: Next) -> Tried:
        return Tried(ended=ended, following=following, release=self._release, migrated=self._migrated)


async def wake(hands: Hands, live: Live) -> str:
    """Start what is stopped; return what kept it from being started."""
    try:
        await hands.wake(live)
    except PipelineError as error:
        return f"a stopped machine could not be started: {error.what}"
    return ""


async def look(hands: Hands) -> Live | None:
    """Return the machines that serve; nothing where Fly.io does not tell them for so long that a person has to look."""
    until = hands.now() + SILENCE
    while True:
        try:
            return await hands.live()
        except PipelineError as error:
            if error.kind is not errors.FLY_SILENT or hands.now() >= until:
                hands.tell(error.what)
                return None
        await hands.sleep(PAUSE)
