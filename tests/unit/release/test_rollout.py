from __future__ import annotations

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import PipelineError
from pipeline.release import decide
from pipeline.release.model import Record, Verdict
from pipeline.release.rollout import Rollout
from tests.unit.release.world import Killed, World, digest, goal


def deploy(world: World, wanted, **more) -> Record:
    """Release a goal in a world."""
    return anyio.run(lambda: Rollout(world, world.kept, by="a test").deploy(wanted, **more))


def serving(*names: str, **more) -> World:
    """Return a world in which images were released one after the other, all well."""
    world = World(**more)
    for name in names:
        assert deploy(world, goal(name)).verdict is Verdict.VERIFIED
        world.clock += 60
    world.calls.clear()
    return world


def test_a_good_image_is_kept():
    """It is verified for as long as the goal wants, and written down with its phases."""
    world = World()
    record = deploy(world, goal("a"))
    assert record.verdict is Verdict.VERIFIED
    assert world.truth(record.goal)
    assert world.kept == (record,)
    assert [name for name, _ in record.phases] == ["look", "image", "deploy", "verify"]
    assert dict(record.phases)["verify"] >= 5


@pytest.mark.parametrize("wrong", ["crash", "sick", "dies"])
def test_a_bad_image_gives_way_to_the_one_before(wrong):
    """Whatever is wrong with it; and what is wrong is written down."""
    world = serving("a", bad={"b": wrong})
    record = deploy(world, goal("b", stable=15.0))
    assert record.verdict is Verdict.ROLLED_BACK
    assert world.truth(goal("a"))
    assert world.calls[-1] == (digest("a"), False, True)
    assert [one.verdict for one in world.kept] == [Verdict.VERIFIED, Verdict.ROLLED_BACK, Verdict.VERIFIED]
    assert record.why


def test_success_is_no_proof():
    """Its tool says that all is well and the machines run the old image."""
    world = serving("a", script=[])
    world.script = ["lying"]
    record = deploy(world, goal("b"))
    assert record.verdict is Verdict.ROLLED_BACK
    assert any("it runs" in why for why in record.why)


def test_failure_is_no_proof_either():
    """Its tool lost the answer and everything is done."""
    world = serving("a")
    world.script = ["lost"]
    assert deploy(world, goal("b")).verdict is Verdict.VERIFIED


@pytest.mark.parametrize(("what", "calls"), [("refused", 1), ("migration", 1), ("retry", 3), ("leased", 3)])
def test_what_changed_nothing_is_not_undone(what, calls):
    """The old version still serves, so going back would only be another risk."""
    world = serving("a")
    world.script = [what] * 3
    record = deploy(world, goal("b"))
    assert record.verdict is Verdict.FAILED
    assert len(world.calls) == calls
    assert world.truth(goal("a"))


def test_one_stray_refusal_is_survived():
    """The second attempt does not migrate again when machines have changed."""
    world = serving("a", count=2)
    world.script = ["retry late", "ok"]
    assert deploy(world, goal("b")).verdict is Verdict.VERIFIED
    assert [migrate for _, migrate, _ in world.calls] == [True, False]


def test_nothing_to_do():
    """The same image, configuration and secrets: flyctl is not run, and it is looked at all the same."""
    world = serving("a")
    assert deploy(world, goal("a")).verdict is Verdict.UNCHANGED
    assert world.calls == []
    world.bad["a"] = "sick"
    assert deploy(world, goal("a")).verdict is not Verdict.UNCHANGED


def test_somebody_else_is_not_undone():
    """Who released later wins; we neither call it ours nor go back over it."""
    world = serving("a")
    world.script = ["other"]
    record = deploy(world, goal("b"))
    assert record.verdict is Verdict.SUPERSEDED
    assert world.truth(goal("d"))


def test_the_first_release_has_nothing_to_go_back_to():
    """It says so, and stops."""
    world = World(bad={"a": "crash"})
    record = deploy(world, goal("a"))
    assert record.verdict is Verdict.STUCK
    assert len(world.calls) == 1


def test_a_failed_rollback_stops():
    """It never loops: one attempt to go back, then a person has to look."""
    world = serving("a")
    world.bad = {"a": "crash", "b": "crash"}
    record = deploy(world, goal("b"))
    assert record.verdict is Verdict.STUCK
    assert [back for _, _, back in world.calls] == [False, True]


def test_a_destructive_migration_is_not_gone_back_over():
    """The older release would not survive it; the names stand in the record."""
    world = serving("a", bad={"b": "crash"})
    record = deploy(world, goal("b", "drop_column"))
    assert record.verdict is Verdict.STUCK
    assert any("drop_column" in why for why in record.why)
    assert len(world.calls) == 1


def test_unknown_migrations_are_not_gone_back_over():
    """What nobody knows may be anything."""
    world = serving("a", bad={"b": "crash"})
    assert deploy(world, goal("b", migrations=None)).verdict is Verdict.STUCK


@pytest.mark.parametrize("when", ["killed", "killed late"])
def test_a_killed_release_is_closed_by_the_next(when):
    """It stays in the log, as interrupted, and the next release goes on from what is there."""
    world = serving("a")
    world.script = [when]
    with pytest.raises(Killed):
        deploy(world, goal("b"))
    assert world.kept[0].verdict is Verdict.RUNNING
    assert deploy(world, goal("b")).verdict is Verdict.VERIFIED
    assert [one.verdict for one in world.kept] == [Verdict.VERIFIED, Verdict.INTERRUPTED, Verdict.VERIFIED]


_HAPPENS = st.sampled_from(
    ["ok"] * 4
    + ["refused", "retry", "retry late", "leased", "migration", "lying", "lost", "killed", "killed late", "other"]
)
_WRONG = st.dictionaries(st.sampled_from("abc"), st.sampled_from(["crash", "sick", "dies"]), max_size=2)
_GOALS = st.tuples(
    st.sampled_from("abc"), st.sampled_from([(), ("add",), ("drop",), ("add", "drop")]), st.sampled_from("xy")
)


@settings(max_examples=1000, deadline=None)
@given(
    count=st.integers(1, 3),
    bad=_WRONG,
    goals=st.lists(_GOALS, min_size=1, max_size=5),
    script=st.lists(_HAPPENS, max_size=12),
    blind=st.lists(st.booleans(), max_size=30),
    mute=st.lists(st.sampled_from([False] * 9 + [True]), max_size=10),
)
def test_whatever_happens(count, bad, goals, script, blind, mute):
    """No green verdict while something else serves; nothing lost from the log; never more than one way back."""
    world = World(count=count, bad=bad, script=script, blind=blind, mute=mute)
    for name, migrations, config in goals:
        _one_release(world, goal(name, *migrations, config=config, stable=15.0))
        world.clock += 30


def _one_release(world: World, wanted) -> None:
    before, calls = world.kept, len(world.calls)
    good = [one for one in before if one.verdict is Verdict.VERIFIED]
    try:
        record = deploy(world, wanted)
    except (Killed, PipelineError):
        record = None
    made = world.calls[calls:]
    assert len(made) <= 2 * decide.ATTEMPTS
    back = [image for image, _, is_back in made if is_back]
    assert set(back) <= {one.goal.digest for one in good}
    assert not any(migrate for _, migrate, is_back in made if is_back)
    assert {one.id for one in before} <= {one.id for one in world.kept}
    assert all(one in world.kept for one in good)
    if record and record.verdict.is_good:
        assert world.truth(wanted)
    if record and record.verdict is Verdict.ROLLED_BACK:
        target = next(one for one in good if one.goal.digest == back[-1])
        assert world.truth(target.goal)
        assert not decide.lost(wanted, target.goal)
