from __future__ import annotations

from dataclasses import replace

import anyio
import pytest

from pipeline.errors import PipelineError
from pipeline.parse.machines import Machine
from pipeline.release import decide, sight
from pipeline.release.model import Live, Record, Verdict
from pipeline.release.rollout import Rollout
from pipeline.release.verify import verify
from tests.unit.release.world import Killed, World, digest, goal


def deploy(world: World, wanted) -> Record:
    """Release a goal in a world."""
    return anyio.run(lambda: Rollout(world, world.kept, by="a test").deploy(wanted))


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
    assert world.kept == (replace(record, seen=()),)
    assert [name for name, _ in record.phases] == ["look", "image", "deploy", "verify"]
    assert dict(record.phases)["verify"] >= 5


@pytest.mark.parametrize(
    ("bad", "said"), [({}, "verify 11 s: good for 11 of 25 s"), ({"a": "sick"}, "/health answers 503")]
)
def test_whoever_waits_learns_how_far_it_is(bad, said):
    """Every ten seconds: for how long it is good, or what is still missing. A short wait is not talked about."""
    world = serving("a")
    assert world.told == ["look ...", "image ...", "deploy ...", "verify ..."]
    world.bad, world.told = bad, []
    anyio.run(verify, world, goal("a", stable=25.0))
    assert len(world.told) == (1 if bad else 2)
    assert said in world.told[0]


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


def test_half_of_a_new_configuration_is_none():
    """The image is the same everywhere, so only their releases tell the machines apart when no number was told."""
    world = serving("a", count=2)
    world.script = ["retry late", "leased", "leased", "ok"]
    record = deploy(world, goal("a", config="two"))
    assert record.verdict is not Verdict.VERIFIED
    assert "machine m1: it is of release 1, which was there before" in record.why


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


def test_an_error_with_the_first_machine_is_survived():
    """Nothing was changed, so it is tried again; the migrations were done before it."""
    world = serving("a")
    world.script = ["unsure", "ok"]
    assert deploy(world, goal("b")).verdict is Verdict.VERIFIED
    assert [migrate for _, migrate, _ in world.calls] == [True, False]


def test_nothing_to_do():
    """The same image, configuration and secrets: flyctl is not run, and it is looked at all the same."""
    world = serving("a")
    record, (serves, *_) = deploy(world, goal("a")), world.kept
    assert (record.verdict, record.id) == (Verdict.UNCHANGED, serves.id), "the log knows no other name"
    assert world.calls == []
    world.bad["a"] = "sick"
    assert deploy(world, goal("a")).verdict is not Verdict.UNCHANGED


def test_every_good_end_tells_what_was_not_looked_at():
    """Also when nothing was to be done, and when what serves is an older release again."""
    world = serving("a", "b")
    unchanged = deploy(world, goal("b"))
    gone_back = anyio.run(lambda: Rollout(world, world.kept).back(world.kept[-1], of=world.kept[0]))
    assert (unchanged.verdict, gone_back.verdict) == (Verdict.UNCHANGED, Verdict.VERIFIED)
    assert unchanged.why == gone_back.why == sight.unseen(goal("a"))
    assert unchanged.why


def test_somebody_else_is_not_undone():
    """Who released later wins; we neither call it ours nor go back over it."""
    world = serving("a")
    world.script = ["other"]
    record = deploy(world, goal("b"))
    assert record.verdict is Verdict.SUPERSEDED
    assert world.truth(goal("d"))


@pytest.mark.parametrize("end", [19, None])
@pytest.mark.parametrize("start", ["", "sha256:", "r.example.com/shop@sha256:"])
def test_a_release_may_be_named_by_its_image(start, end):
    """As `publish` printed it, by its digest, or by the beginning of that."""
    world = serving("a")
    named = f"{start}{digest('a').removeprefix('sha256:')[:end]}"
    found = decide.back_to(world.kept, None, named)
    assert found
    assert found.goal.digest == digest("a")
    assert decide.back_to(world.kept, None, f"{start}0123") is None


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


@pytest.mark.parametrize(("seconds", "verdict"), [(60, Verdict.VERIFIED), (2000, Verdict.STUCK)])
def test_an_api_that_falls_silent_is_waited_for(seconds, verdict):
    """What was changed may be good: for a while it is looked again, then a person has to; nobody goes back blindly."""
    world = serving("a")
    world.outages = [(world.clock + 4, seconds)]
    record = deploy(world, goal("b"))
    assert record.verdict is verdict
    assert world.kept[0] == replace(record, seen=())
    assert [back for *_, back in world.calls] == [False]
    assert verdict.is_good or "not gone back: nobody knows whether it works" in record.why


def test_a_flyctl_that_cannot_be_run_changes_nothing():
    """Its end is a verdict like others."""
    world = serving("a")
    world.script = ["gone"]
    record = deploy(world, goal("b"))
    assert (record.verdict, record.migrated) == (Verdict.FAILED, True)


def test_a_log_that_cannot_be_written_does_not_keep_from_going_back():
    """It begins within five seconds all the same, and what came of it is written as soon as that can be done."""
    world = serving("a", bad={"b": "crash"})
    world.mute = [False, False, True, True, True, True, True]
    record = deploy(world, goal("b"))
    assert record.verdict is Verdict.ROLLED_BACK
    assert world.truth(goal("a"))
    assert world.kept[0] == replace(record, seen=())
    red = next(index for index, text in enumerate(world.told) if text.startswith("red:"))
    assert "could not be written down" in "".join(world.told[red:])


def test_a_log_that_stays_away_is_told():
    """The verdict is shown, the next release closes what was begun, and the release counts as not proven."""
    world = serving("a")
    world.mute = [False, False, *[True] * 100]
    with pytest.raises(PipelineError, match="registry is down"):
        deploy(world, goal("b"))
    assert "is verified, which could not be written down" in world.told[-1]
    assert world.kept[0].verdict is Verdict.RUNNING


def test_what_fell_asleep_meanwhile_is_started():
    """Flyctl leaves it stopped with the new image and calls that a success."""
    world = serving("a")
    world.script = ["asleep"]
    assert deploy(world, goal("b")).verdict is Verdict.VERIFIED


def test_a_destructive_migration_in_between_counts():
    """The newest image may not bring it any more, the database has it all the same."""
    world = serving("a", bad={"b": "crash"})
    assert deploy(world, goal("b", "drop_column")).verdict is Verdict.STUCK
    world.bad = {"c": "crash"}
    record = deploy(world, goal("c"))
    assert record.verdict is Verdict.STUCK
    assert any("drop_column" in why for why in record.why)


def test_a_release_that_failed_at_once_may_be_tried_again_within_the_second():
    """Neither takes the place of the other in the log."""
    goals = [decide.name_of(5.0, goal("a"), taken) for taken in ((), {"19700101-000005-" + digest("a")[7:14]})]
    assert goals[1] == f"{goals[0]}-2"


def test_a_clock_that_is_late_changes_no_order():
    """The log is in the order of its writing, or what happened last would not be seen on the way back."""
    world = serving("a", "b")
    world.clock -= 600
    assert deploy(world, goal("c", "drop_column")).verdict is Verdict.VERIFIED
    assert [one.goal.digest for one in world.kept] == [digest("c"), digest("b"), digest("a")]
    way = decide.way_back(world.kept, world._live())
    assert (way.target, [one.id for one in way.lost or ()]) == (world.kept[1], ["drop_column"])


def test_what_somebody_released_by_hand_is_not_gone_back_over():
    """Nobody knows what it did to the database: neither on demand nor by itself."""
    world = serving("a")
    world.serve("d")
    assert decide.way_back(world.kept, world._live()).lost is None
    world.bad = {"b": "crash"}
    record = deploy(world, goal("b"))
    assert record.verdict is Verdict.STUCK
    assert any("unknown migrations" in why for why in record.why)


def test_a_machine_of_no_release_is_seen():
    """Visitors meet it as well as the others, so what is released does not serve alone."""
    world = serving("a")
    stranger = Machine(id="hand", state="started", is_public=True, digest=digest("old"))
    look = world._live
    world._live = lambda: replace(look(), strangers=(stranger,))
    record = deploy(world, goal("b"))
    assert not record.verdict.is_good
    assert "machine hand: it has services, and no release changes it" in record.why


def test_a_release_command_that_ended_well_is_not_run_again(monkeypatch):
    """The lease was somebody else's, so no machine has changed; the database has."""
    world = serving("a")
    world.script = ["leased", "ok"]
    act = world._happens
    monkeypatch.setattr(world, "_happens", lambda *words: replace(act(*words), migrated=True))
    assert deploy(world, goal("b")).verdict is Verdict.VERIFIED
    assert [migrate for _, migrate, _ in world.calls] == [True, False]


def test_a_standby_waits():
    """It is stopped until the host of another machine fails; what is started instead of it is none any more."""
    world = serving("a")
    waiting = Machine(id="standby", state="stopped", is_standby=True, digest=digest("b"), release=2)
    look = world._live
    world._live = lambda: Live(machines=(*look().machines, replace(waiting, release=world.number)))
    assert deploy(world, goal("b")).verdict is Verdict.VERIFIED
    world._live = lambda: Live(machines=(*look().machines, replace(waiting, release=1, digest=digest("a"))))
    assert deploy(world, goal("b", config="two")).verdict is not Verdict.VERIFIED


def test_the_copy_of_the_image_is_part_of_the_time():
    """It is made before the lock is taken, and may be the longest part."""
    world = World()
    record = anyio.run(lambda: Rollout(world, (), brought=30.0).deploy(goal("a")))
    assert record.phases[0] == ("bring", 30.0)
    assert record.seconds == pytest.approx(sum(seconds for _, seconds in record.phases), abs=1)
