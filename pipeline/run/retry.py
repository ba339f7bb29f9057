"""Tries a step again when what failed was not the user's code."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import anyio

from pipeline import errors
from pipeline.parse import network

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pipeline.judge.model import Execution
    from pipeline.plan.model import Step

ATTEMPTS = 3
WAIT = 2.0
# Nothing of the step ran: a pull can succeed the next time. Lost reports and our own faults are not in the list, a
# flaky test would turn green by them.
PULLS = (errors.IMAGE_UNAVAILABLE.id, errors.SERVICE_FAILED.id)


async def retrying(step: Step, attempt: Callable[[], Awaitable[Execution]]) -> Execution:
    """Return the last of at most three attempts, with the time of all of them; waits 2 s, then 4 s."""
    tries, first = 1, time.time()
    last = first
    while transient(step, seen := await attempt()) and tries < ATTEMPTS:
        await anyio.sleep(WAIT * tries)
        tries, last = tries + 1, time.time()
    return replace(seen, attempts=tries, started=seen.started - (last - first))


def transient(step: Step, seen: Execution) -> bool:
    """Say whether another attempt can end otherwise."""
    if seen.infra:
        return seen.infra.startswith(PULLS)
    return bool(seen.exit_code and step.fetches and network.fault(seen.log))
