from __future__ import annotations

from dataclasses import dataclass, field, replace

import anyio
import anyio.lowlevel
import pytest

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.fly.lock import NAME, Lock
from pipeline.parse.machines import Machine


@dataclass
class App:
    """An app of which names are unique; a machine that is gone may still be written on."""

    name: str = "shop"
    there: list[Machine] = field(default_factory=list)
    count: int = 0
    silent: bool = False
    lost: int = 0

    async def create(self, body):
        await anyio.lowlevel.checkpoint()
        self._answers()
        if self.there:
            return None
        self.count += 1
        metadata = tuple(sorted(body["config"]["metadata"].items()))
        self.there.append(Machine(id=f"m{self.count}", name=body["name"], metadata=metadata))
        if self.lost:
            self.lost -= 1
            return None
        return self.there[0]

    async def machines(self):
        await anyio.lowlevel.checkpoint()
        self._answers()
        return tuple(self.there)

    async def note(self, machine, name, value):
        await anyio.lowlevel.checkpoint()
        self._answers()
        self.there = [
            replace(one, metadata=tuple((dict(one.metadata) | {name: value}).items())) if one.id == machine else one
            for one in self.there
        ]
        return True

    async def destroy(self, machine):
        await anyio.lowlevel.checkpoint()
        self._answers()
        self.there = [one for one in self.there if one.id != machine]

    def _answers(self):
        if self.silent:
            raise PipelineError(errors.FLY_SILENT, "no answer")


def lock(app, clock, by="somebody", term=10.0):
    return Lock(app, "image", by=by, term=term, now=lambda: clock[0])


def locked(doing):
    with pytest.raises(PipelineError) as caught:
        anyio.run(doing)
    assert caught.value.kind is errors.RELEASE_LOCKED
    return caught.value.what


def test_one_holds_it_and_gives_it_back():
    """Another is told who has it; afterwards nothing is left."""
    app, clock = App(), [0.0]

    async def both():
        async with lock(app, clock).held(0, print) as held:
            held.require()
            assert [one.name for one in app.there] == [NAME]
            async with lock(app, clock, "another").held(0, print):
                pass

    assert locked(both) == "shop: somebody"
    assert app.there == []


def test_one_that_nobody_renews_ends_by_itself():
    """Whoever was killed keeps nobody out for longer than its term."""
    app, clock = App(), [0.0]

    async def main():
        await lock(app, clock)._take(0, print)
        clock[0] = 9.0
        with pytest.raises(PipelineError):
            await lock(app, clock)._take(0, print)
        clock[0] = 10.5
        async with lock(app, clock, "another").held(0, print) as held:
            held.require()

    anyio.run(main)
    assert app.there == []


def test_an_answer_that_was_lost_leaves_no_lock_of_nobody():
    """The machine that it made is ours all the same."""
    app, clock = App(lost=1), [0.0]

    async def main():
        async with lock(app, clock).held(0, print) as held:
            held.require()

    anyio.run(main)
    assert (app.there, app.count) == ([], 1)


def test_who_lost_it_may_do_nothing_any_more():
    """One whose term is over may not act, but write; one who knows that another has it may not even do that."""
    app, clock = App(), [0.0]

    async def expired():
        async with lock(app, clock).held(0, print) as held:
            clock[0] = 10.0
            held.require_no_other()
            held.require()

    assert locked(expired) == "shop: the lock could not be renewed"

    async def taken():
        async with lock(app, clock, term=0.04).held(0, print) as held:
            app.there = [replace(app.there[0], id="another", metadata=())]
            await anyio.sleep(0.1)
            held.require_no_other()

    assert locked(taken) == "shop: the lock was taken over"
    assert [one.id for one in app.there] == ["another"]


def test_a_lock_that_cannot_be_given_back_changes_nothing():
    """What came of the release counts."""
    app, clock = App(), [0.0]

    async def main():
        async with lock(app, clock).held(0, print):
            app.silent = True
        return "released"

    assert anyio.run(main) == "released"


def test_who_waits_is_told_so_once(monkeypatch):
    """For a minute and a half nothing else would be seen."""
    monkeypatch.setattr("pipeline.fly.lock.PAUSE", 0.01)
    app, clock, told = App(), [0.0], []

    async def doing():
        async with lock(app, clock).held(0.0, told.append), anyio.create_task_group() as group:
            group.start_soon(_waits)
            await anyio.sleep(0.05)
            clock[0] = 5.0

    async def _waits():
        with pytest.raises(PipelineError):
            async with lock(app, clock, by="another").held(4.0, told.append):
                pass

    anyio.run(doing)
    assert told == ["another release by somebody is running; waiting, for 4 s at most"]
