from __future__ import annotations

import anyio
import pytest

from pipeline.judge.model import Status
from pipeline.plan.model import Artifact
from pipeline.run import schedule
from tests import samples


class Recorder:
    """Hears what a run tells, in order."""

    def __init__(self):
        self.heard = []

    def started(self, step):
        self.heard.append(f"+{step.id}")

    def ended(self, result):
        self.heard.append(f"-{result.id} {result.status.value}")


def _run(plan, statuses=None, *, at_once=4, watcher=None):
    ran = []

    async def execute(step):
        ran.append(step.id)
        await anyio.lowlevel.checkpoint()
        return samples.result(step.id, (statuses or {}).get(step.id, Status.PASSED), reason="why")

    async def main():
        with anyio.fail_after(20):
            return await schedule.run(plan, execute, at_once=at_once, watcher=watcher or schedule.Silent())

    return anyio.run(main), ran


def _chain():
    return samples.plan(
        samples.plain_step("restore"),
        samples.plain_step("build", start="restore"),
        samples.plain_step("test", start="build"),
        samples.plain_step("install", tool="node"),
        samples.plain_step("lint", tool="node", start="install"),
        samples.plain_step("image", artifacts=(Artifact(step="test", path=".", to="/app"),)),
    )


def test_results_come_in_plan_order():
    """The report reads as the plan does, whatever ended first."""
    results, _ = _run(_chain())
    assert [r.id for r in results] == ["restore", "build", "test", "install", "lint", "image"]


def test_each_step_runs_once_and_after_what_it_needs():
    """No step starts before its predecessors have ended."""
    plan = _chain()
    _, ran = _run(plan)
    assert sorted(ran) == sorted(step.id for step in plan)
    for step in plan:
        assert [need for need in step.after if ran.index(need) > ran.index(step.id)] == []


@pytest.mark.parametrize(
    ("status", "how"),
    [
        (Status.FAILED, "failed"),
        (Status.BROKEN, "is broken"),
        (Status.UNAVAILABLE, "is unavailable"),
        (Status.SKIPPED, "was skipped"),
    ],
)
def test_dependants_of_what_is_not_green_are_skipped_with_the_reason(status, how):
    """Without its predecessor a step cannot run; the reason names the step where it began, however far away."""
    results, ran = _run(_chain(), {"build": status})
    by = {r.id: (r.status, r.reason) for r in results}
    assert by["test"] == (Status.SKIPPED, f"because build {how}")
    assert by["image"] == (Status.SKIPPED, f"because build {how}")
    assert ("test" in ran, "image" in ran) == (False, False)


def test_siblings_of_a_red_step_go_on():
    """Everything that can run does run."""
    results, ran = _run(_chain(), {"restore": Status.FAILED})
    assert {"install", "lint"} <= set(ran)
    assert {r.id: r.status for r in results}["lint"] is Status.PASSED


def test_a_skipped_step_keeps_what_it_would_prove():
    """The report can say what is not proven."""
    step = samples.step()
    result = schedule.skipped(step, "why")
    assert (result.id, result.status, result.proves, result.reason) == (step.id, Status.SKIPPED, step.proves, "why")


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_no_more_than_the_limit_run_at_once(at_once):
    """The limit holds, and is used up."""
    now, most = 0, 0

    async def execute(step):
        nonlocal now, most
        now += 1
        most = max(most, now)
        await anyio.sleep(0.01)
        now -= 1
        return samples.result(step.id)

    plan = samples.plan(*(samples.plain_step(f"s{n}") for n in range(6)))
    anyio.run(lambda: schedule.run(plan, execute, at_once=at_once, watcher=schedule.Silent()))
    assert most == at_once


def test_a_waiting_step_takes_no_place():
    """With one place a long chain does not block itself."""
    steps = [samples.plain_step("s0")] + [samples.plain_step(f"s{n}", start=f"s{n - 1}") for n in range(1, 8)]
    _, ran = _run(samples.plan(*steps), at_once=1)
    assert ran == [f"s{n}" for n in range(8)]


def test_a_step_that_waits_for_its_turn_takes_no_place():
    """Of three steps that share something one runs; the second place is free for others."""
    spa = anyio.Event()

    async def execute(step):
        if step.id.startswith("api"):
            with anyio.fail_after(5):
                await spa.wait()
        else:
            spa.set()
        return samples.result(step.id)

    plan = samples.plan(*(samples.plain_step(id_) for id_ in ("api.1", "api.2", "api.3", "spa")))

    async def main():
        return await schedule.run(
            plan, execute, at_once=2, watcher=schedule.Silent(), turns=lambda step: step.id.partition(".")[0]
        )

    assert len(anyio.run(main)) == 4


def test_steps_that_share_something_take_turns():
    """Whatever places are free, one of them runs at a time; those that share nothing run freely."""
    now, most = {"a": 0, "": 0}, {"a": 0, "": 0}

    async def execute(step):
        key = step.id[:1].strip("_")
        now[key] += 1
        most[key] = max(most[key], now[key])
        await anyio.sleep(0.01)
        now[key] -= 1
        return samples.result(step.id)

    plan = samples.plan(*(samples.plain_step(id_) for id_ in ("a1", "_1", "a2", "_2")))

    async def main():
        turns = lambda step: step.id[:1].strip("_")  # noqa: E731
        return await schedule.run(plan, execute, at_once=9, watcher=schedule.Silent(), turns=turns)

    anyio.run(main)
    assert most == {"a": 1, "": 2}


def test_siblings_run_at_the_same_time():
    """Two steps that do not need each other meet."""
    here = anyio.Event()

    async def execute(step):
        if step.id == "a":
            with anyio.fail_after(5):
                await here.wait()
        else:
            here.set()
        return samples.result(step.id)

    plan = samples.plan(samples.plain_step("a"), samples.plain_step("b"))
    results = anyio.run(lambda: schedule.run(plan, execute, at_once=2, watcher=schedule.Silent()))
    assert len(results) == 2


def test_the_watcher_hears_at_once_that_a_run_is_stopped():
    """What runs may take seconds to end; whoever pressed Ctrl-C hears before that."""
    heard = []

    class Recorder(schedule.Silent):
        def stopping(self):
            heard.append("stopping")

    async def execute(step):
        try:
            await anyio.sleep_forever()
        finally:
            heard.append("ending")
            with anyio.CancelScope(shield=True):
                await anyio.sleep(0.05)
            heard.append("ended")
        return samples.result(step.id)

    async def main():
        with anyio.move_on_after(0.05):
            await schedule.run(samples.plan(samples.plain_step("a")), execute, at_once=1, watcher=Recorder())

    anyio.run(main)
    assert sorted(heard[:2]) == ["ending", "stopping"]
    assert heard[2:] == ["ended"]


def test_a_run_that_ends_by_itself_is_not_stopped():
    """The word is kept for runs that somebody cut short."""
    heard = []

    class Recorder(schedule.Silent):
        def stopping(self):
            heard.append("stopping")

    _run(_chain(), watcher=Recorder())
    assert heard == []


def test_the_watcher_hears_every_start_and_end():
    """Progress hears each step that runs, and each result, also of skipped steps."""
    watcher = Recorder()
    plan = samples.plan(samples.plain_step("a"), samples.plain_step("b", start="a"))
    _run(plan, {"a": Status.FAILED}, watcher=watcher)
    assert watcher.heard == ["+a", "-a failed", "-b skipped"]


def test_an_empty_plan():
    """Nothing to do is done at once."""
    assert _run(samples.plan())[0] == ()
