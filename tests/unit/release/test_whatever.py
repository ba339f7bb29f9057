"""Whatever goes wrong in releases, and in whatever order: what must always hold. A failure prints what replays it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import PipelineError
from pipeline.release import decide
from pipeline.release.model import Verdict
from pipeline.release.rollout import Rollout
from tests.unit.release.turns import TERM, Lock, Releaser, Turns, at_once, good
from tests.unit.release.world import Killed, World, goal

_HAPPENS = st.sampled_from(
    ["ok"] * 4
    + ["refused", "retry", "retry late", "leased", "migration", "lying", "lost", "killed", "killed late", "other"]
    + ["gone", "asleep", "unsure"]
)
_WRONG = st.dictionaries(st.sampled_from("abc"), st.sampled_from(["crash", "sick", "dies"]), max_size=2)
_CONFIGS = st.sampled_from(["x", "y", "release_command"])
_GOALS = st.tuples(
    st.sampled_from("abc"), st.sampled_from([(), ("add",), ("drop",), ("add", "drop"), ("drop2",)]), _CONFIGS
)
# A deployment, or going back on demand: with a loss that is accepted, or not.
_WISHES = st.lists(st.one_of(_GOALS, st.sampled_from(["back", "back", "back, whatever it costs"])), max_size=6)
_WORLDS = st.builds(
    World,
    count=st.integers(1, 3),
    bad=_WRONG,
    script=st.lists(_HAPPENS, max_size=12),
    blind=st.lists(st.booleans(), max_size=30),
    mute=st.lists(st.sampled_from([False] * 9 + [True]), max_size=30),
    api=st.lists(st.sampled_from([""] * 20 + ["silent", "denied"]), max_size=60),
    outages=st.lists(st.tuples(st.floats(1_000_000, 1_000_400), st.floats(0, 300)), max_size=2),
)
MANY = settings(max_examples=1000, deadline=None, print_blob=True)


@MANY
@given(world=_WORLDS, wishes=_WISHES)
def test_whatever_happens(world, wishes):
    """No green verdict while something else serves; nothing lost from the log; one way back; no verdict left open."""
    for wish in wishes:
        before, calls = world.kept, len(world.calls)
        try:
            record = _back(world, wish) if isinstance(wish, str) else _deploy(world, wish)
        except Killed:
            record = None
        except PipelineError:
            # Before anything was changed, or where the log cannot be written in the end.
            record = None
            written = world.mute or all(one.verdict is not Verdict.RUNNING for one in world.kept[:1])
            assert len(world.calls) == calls or written
        _check(world, record, before, world.calls[calls:], wish)
        world.clock += 30


def _deploy(world, wish):
    name, migrations, config = wish
    wanted = goal(name, *migrations, config=config, stable=15.0)
    return at_once(Rollout(world, world.kept).deploy(wanted))


def _back(world, wish):
    way = decide.way_back(world.kept, world._live())
    if way.target is None or (way.lost != () and wish == "back"):
        return None
    world.accepted = wish != "back"
    try:
        return at_once(Rollout(world, world.kept).back(way.target, of=way.now))
    finally:
        world.accepted = False


def _check(world, record, before, made, wish):
    assert len(made) <= 2 * decide.ATTEMPTS
    assert not any(migrate for _, migrate, is_back in made if is_back)
    known = {one.goal.digest for one in before if one.verdict is Verdict.VERIFIED}
    back = [image for image, _, is_back in made if is_back]
    assert set(back) <= known
    assert len(set(back)) <= 1
    assert [is_back for *_, is_back in made] == sorted(is_back for *_, is_back in made)
    assert {(one.id, one.kind) for one in before} <= {(one.id, one.kind) for one in world.kept}
    assert all(one in world.kept for one in before if one.verdict is not Verdict.RUNNING)
    if record is None:
        return
    assert record.verdict not in {Verdict.RUNNING, Verdict.INTERRUPTED}
    if record.verdict.is_good:
        assert world.truth(record.goal)
    if record.verdict is Verdict.ROLLED_BACK:
        target = next(one for one in before if one.verdict is Verdict.VERIFIED and one.goal.digest == back[-1])
        assert world.truth(target.goal)
    if record.verdict is Verdict.FAILED and isinstance(wish, tuple):
        assert not back
    if record.verdict is not Verdict.UNCHANGED:
        assert replace(record, seen=()) in world.kept
        assert not [one for one in world.kept[1:] if one.verdict is Verdict.RUNNING and one.started < record.started]


_ORDERS = st.lists(st.tuples(st.integers(0, 2), st.sampled_from([False] * 30 + [True])), max_size=150)


@MANY
@given(world=_WORLDS, goals=st.lists(_GOALS, min_size=2, max_size=3), first=st.booleans(), order=_ORDERS)
def test_whoever_releases_at_the_same_time(world, goals, first, order):
    """One after the other; the older one overwrites nothing that it has not seen; a dead one's lock ends by itself."""
    lock, turns = Lock(), Turns(world)
    if first:
        world.script.insert(0, "ok")
        _quietly(world)
    before = good(world)
    for name, migrations, config in goals:
        who = Releaser(world, lock)
        turns.running.append((who, who.release(goal(name, *migrations, config=config, stable=15.0))))
    all_of_them = [who for who, _ in turns.running]
    turns.run(order)
    assert all(one in world.kept for one in before)
    assert len({(one.id, one.kind) for one in world.kept}) == len(world.kept)
    # Those who lived gave it back, and for who was killed it ends in time.
    assert lock.owner is None or lock.until <= world.clock + TERM
    for who in all_of_them:
        assert who.record is None or who.record.verdict is not Verdict.RUNNING
    world.clock += TERM
    _goes_on(world, lock)


def _quietly(world):
    noise = (world.bad, world.mute, world.api, world.outages, world.blind, world.script)
    world.bad, world.mute, world.api, world.outages, world.blind, world.script = {}, [], [], [], [], []
    _deploy(world, ("a", (), "x"))
    world.bad, world.mute, world.api, world.outages, world.blind, world.script = noise


def _goes_on(world, lock):
    """Release afterwards: it finds the lock free, and closes what others left open."""
    world.bad, world.mute, world.api, world.outages, world.blind, world.script = {}, [], [], [], [], []
    who = Releaser(world, lock)
    Turns(world, [(who, who.release(goal("c", "add", "drop", "drop2", config="z", stable=5.0)))]).run([])
    assert who.error is None
    assert who.record.verdict is Verdict.VERIFIED
    assert Verdict.RUNNING not in {one.verdict for one in world.kept}
    assert lock.owner is None


def test_a_failure_prints_what_replays_it():
    """So that whoever sees one in a log can look at it."""

    @settings(print_blob=True, database=None, max_examples=50)
    @given(world=_WORLDS)
    def fails(world):
        assert world.count < 2

    with pytest.raises(AssertionError) as caught:
        fails()
    notes = "\n".join(caught.value.__notes__)
    assert "fails(" in notes
    assert "@reproduce_failure(" in notes
