from __future__ import annotations

import anyio
import pytest

from pipeline.judge.model import Execution
from pipeline.run import retry
from tests import samples

RESET = "npm error code ECONNRESET\nnpm error network aborted"


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(retry, "WAIT", 0.0)


def _run(step, *ends):
    """Let each attempt end as said, the last one again and again; return the result and how many there were."""
    left = list(ends)

    async def attempt():
        return Execution(step=step.id, **(left.pop(0) if len(left) > 1 else left[0]))

    seen = anyio.run(retry.retrying, step, attempt)
    return seen, seen.attempts


def test_a_network_fault_of_a_step_that_fetches_gets_three_attempts():
    """The last word counts, and the result tells how many attempts there were."""
    seen, attempts = _run(samples.step(fetches=True), {"exit_code": 1, "log": RESET})
    assert (seen.exit_code, attempts) == (1, 3)


def test_an_attempt_that_succeeds_ends_it():
    """Two are enough when the second one is well."""
    seen, attempts = _run(samples.step(fetches=True), {"exit_code": 1, "log": RESET}, {"exit_code": 0})
    assert (seen.exit_code, attempts) == (0, 2)


@pytest.mark.parametrize("kind", ["P402 no such image", "P405 postgres ended"])
def test_what_could_not_be_pulled_or_started_is_tried_again(kind):
    """Nothing of the step ran yet, so nothing of it can be hidden."""
    assert _run(samples.step(), {"exit_code": None, "infra": kind})[1] == 3


@pytest.mark.parametrize(
    "end",
    [
        {"exit_code": 1, "log": "1 test failed"},
        {"exit_code": 1, "log": RESET},
        {"exit_code": 1, "infra": "P404 the reports of a failed step were lost"},
        {"exit_code": None, "infra": "P700 KeyError: x"},
        {"exit_code": 0, "log": RESET},
    ],
)
def test_the_users_code_runs_once(end):
    """A flaky test must not turn green by itself: what ran, failed or was lost is not tried again."""
    assert _run(samples.step(fetches=False), end)[1] == 1


def test_the_time_of_every_attempt_counts(monkeypatch):
    """A user waited for all of them, and for the pauses between."""
    now = iter([100.0, 130.0, 170.0])
    monkeypatch.setattr(retry.time, "time", lambda: next(now))
    failed = {"exit_code": 1, "log": RESET}
    ends = (failed, failed, {**failed, "started": 171.0, "ended": 180.0})
    seen, _ = _run(samples.step(fetches=True), *ends)
    assert seen.ended - seen.started == 79.0


def test_one_attempt_keeps_its_times():
    """An answer from the cache is as old as it says."""
    seen, _ = _run(samples.step(fetches=True), {"exit_code": 0, "started": 5.0, "ended": 7.0})
    assert (seen.started, seen.ended) == (5.0, 7.0)
