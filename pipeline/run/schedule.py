"""Runs steps as soon as what they need is green; siblings of a red step go on, its dependants are skipped."""

from __future__ import annotations

from collections import defaultdict
from contextlib import nullcontext
from typing import TYPE_CHECKING, Protocol

import anyio

from pipeline.judge.model import BECAUSE, Status, StepResult
from pipeline.plan.model import NEEDS_CONTAINERS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractAsyncContextManager

    from pipeline.plan.model import Plan, Step

HOW = {
    Status.FAILED: "failed",
    Status.BROKEN: "is broken",
    Status.UNAVAILABLE: "is unavailable",
    Status.SKIPPED: "was skipped",
}


class Watcher(Protocol):
    """Hears of every step's start and end, for progress on a terminal."""

    def started(self, step: Step) -> None:
        """Hear that a step starts."""

    def ended(self, result: StepResult) -> None:
        """Hear how it ended."""

    def stopping(self) -> None:
        """Hear that the run was cut short; what runs is being ended."""


class Silent:
    """A watcher that says nothing."""

    def started(self, step: Step) -> None:
        """Ignore it."""

    def ended(self, result: StepResult) -> None:
        """Ignore it."""

    def stopping(self) -> None:
        """Ignore it."""


def _no_turns(_step: Step) -> str:
    return ""


async def run(
    plan: Plan,
    execute: Callable[[Step], Awaitable[StepResult]],
    *,
    at_once: int,
    watcher: Watcher,
    turns: Callable[[Step], str] = _no_turns,
) -> tuple[StepResult, ...]:
    """Run a plan; results come in plan order.

    Args:
        plan: the steps.
        execute: runs one step; never raises for red user code.
        at_once: how many steps may run at the same time.
        watcher: hears of every start and end.
        turns: names what steps share; of those with the same name one runs at a time, those without run freely.

    """
    done = {step.id: anyio.Event() for step in plan}
    results: dict[str, StepResult] = {}
    causes: dict[str, StepResult] = {}
    limit = anyio.CapacityLimiter(at_once)
    locks: dict[str, anyio.Lock] = defaultdict(anyio.Lock)

    async def one(step: Step) -> None:
        for need in step.after:
            await done[need].wait()
        red = [need for need in step.after if results[need].status is not Status.PASSED]
        if red:
            causes[step.id] = causes.get(red[0], results[red[0]])
            result = skipped(step, _because(causes[step.id]))
        else:
            # Who waits for his turn takes no place from those who could run.
            async with _turn(locks, turns(step)), limit:
                watcher.started(step)
                result = await execute(step)
        results[step.id] = result
        watcher.ended(result)
        done[step.id].set()

    over = anyio.Event()
    async with anyio.create_task_group() as outer:
        outer.start_soon(_tell, watcher, over)
        async with anyio.create_task_group() as group:
            for step in plan:
                group.start_soon(one, step)
        over.set()
    return tuple(results[step.id] for step in plan)


async def _tell(watcher: Watcher, over: anyio.Event) -> None:
    """Tell of a run that is cut short; a step would hear of it only when its processes have ended."""
    try:
        await over.wait()
    except anyio.get_cancelled_exc_class():
        watcher.stopping()
        raise


def _turn(locks: dict[str, anyio.Lock], key: str) -> AbstractAsyncContextManager[None]:
    return locks[key] if key else nullcontext()


def _because(red: StepResult) -> str:
    return red.reason if red.reason == NEEDS_CONTAINERS else f"{BECAUSE}{red.id} {HOW[red.status]}"


def skipped(step: Step, reason: str) -> StepResult:
    """Return the result of a step that did not run."""
    return StepResult(id=step.id, status=Status.SKIPPED, proves=step.proves, reason=reason)
