"""Releases that go on at the same time in a world of values: whose turn it is, and whose the lock."""

from __future__ import annotations

import types
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.release.model import Record, Verdict
from pipeline.release.rollout import Rollout
from tests.unit.release.world import Killed

if TYPE_CHECKING:
    from collections.abc import Coroutine, Generator

    from pipeline.release.model import Goal
    from tests.unit.release.world import World

TERM, PATIENCE, PAUSE = 60.0, 90.0, 3.0
# How long a machine that is put to sleep, or a network that hangs, keeps a releaser from renewing its lock.
STALL = 75.0


@types.coroutine
def _turn() -> Generator[None, None, None]:
    yield


@dataclass
class Lock:
    """Whose it is, and until when."""

    owner: object = None
    until: float = 0.0


class Releaser:
    """One who releases; each call to the world is a turn of its own, before which others may have theirs."""

    def __init__(self, world: World, lock: Lock) -> None:
        self.world, self.lock = world, lock
        self.record: Record | None = None
        self.error: PipelineError | None = None
        self.own_marks: list[object] = []
        self.stalled = False

    def __getattr__(self, name: str) -> object:
        """Do what the world does, when it is our turn."""
        done = getattr(self.world, name)
        if name in {"now", "tell"}:
            return done

        async def in_turn(*words: object, **more: object) -> object:
            await _turn()
            return await done(*words, **more)

        return in_turn

    def require(self) -> None:
        """See that the lock is ours."""
        if self.lock.owner is not self or self.world.clock >= self.lock.until:
            raise PipelineError(errors.RELEASE_LOCKED, "shop")

    async def remember(self, record: Record, *, most: float = 0) -> None:
        """Write, unless somebody took the lock over."""
        await _turn()
        if self.lock.owner is not self:
            raise PipelineError(errors.RELEASE_LOCKED, "shop")
        await self.world.remember(record, most=most)

    async def deploy(self, goal: Goal, *, migrate: bool, back: bool) -> object:
        """Run flyctl; nobody else may have changed a machine since we have the lock."""
        assert self.lock.owner is self
        assert self.own_marks[-1] == self.world._live().mark or self.stalled
        try:
            return await self.world.deploy(goal, migrate=migrate, back=back)
        finally:
            self.own_marks.append(self.world._live().mark)

    def renew(self) -> None:
        """Renew the lock, as something beside the release does all the time."""
        if self.lock.owner is self and self.world.clock < self.lock.until:
            self.lock.until = self.world.clock + TERM

    async def take(self) -> None:
        """Wait for the lock."""
        deadline = self.world.clock + PATIENCE
        while self.lock.owner is not None and self.world.clock < self.lock.until:
            if self.world.clock >= deadline:
                raise PipelineError(errors.RELEASE_LOCKED, "shop")
            self.world.clock += PAUSE
            await _turn()
        self.lock.owner, self.lock.until = self, self.world.clock + TERM

    async def release(self, goal: Goal) -> None:
        """Release as a session does: look, lock, look again, act, unlock."""
        try:
            seen = (await self.live()).mark
            await self.take()
            if (await self.live()).mark != seen:
                self.error = PipelineError(errors.LIVE_CHANGED, "shop")
                return
            self.own_marks.append(seen)
            self.record = await Rollout(self, self.world.kept, by="one").deploy(goal)
            if self.record.verdict.is_good and not self.stalled:
                assert self.world.truth(goal)
        except PipelineError as error:
            self.error = error
        except Killed:
            # Nobody gives it back.
            self.lock = Lock()
        finally:
            if self.lock.owner is self:
                self.lock.owner = None


@dataclass
class Turns:
    """Who may go on, in the order that is wanted; afterwards one after the other until all have ended."""

    world: World
    running: list[tuple[Releaser, Coroutine[None, None, None]]] = field(default_factory=list)

    def run(self, order: list[tuple[int, bool]]) -> None:
        """Let each have its turns; a stalled one misses so much time that its lock may end."""
        for number, stalls in [*order, *((turn, False) for turn in range(20_000))]:
            if not self.running:
                return
            who, going = self.running[number % len(self.running)]
            if stalls:
                who.stalled = True
                self.world.clock += STALL
            else:
                who.renew()
            try:
                going.send(None)
            except StopIteration:
                self.running.remove((who, going))
        problem = "a release does not end"
        raise AssertionError(problem)


def at_once(going: Coroutine[None, None, Record]) -> Record:
    """Return what comes of a release that nobody disturbs."""
    try:
        going.send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError


def good(world: World) -> list[Record]:
    """Return the releases that were verified."""
    return [one for one in world.kept if one.verdict is Verdict.VERIFIED]
