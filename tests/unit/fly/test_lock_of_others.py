from __future__ import annotations

import email.utils
import json
import time

import anyio
import httpx
import pytest

from pipeline.errors import PipelineError
from pipeline.fly import lock
from pipeline.fly.client import FlyApp
from pipeline.fly.lock import NAME, Lock


class Api:
    """Machines of an app; `late` is how many seconds the clock of Fly.io is ahead of ours, `said` a broken answer."""

    def __init__(self, late: float = 0.0, said: str = "") -> None:
        self.machines: dict[str, dict[str, object]] = {}
        self.late, self.said = late, said

    def put(self, **metadata: str) -> str:
        """Make a machine that has the name of the lock."""
        name = f"m{len(self.machines)}"
        self.machines[name] = {"id": name, "name": NAME, "state": "created", "config": {"metadata": metadata}}
        return name

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        found = self._answer(request)
        found.headers["Date"] = email.utils.formatdate(time.time() + self.late, usegmt=True)
        return found

    def _answer(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.rpartition("/")[2]
        if request.method == "DELETE":
            self.machines.pop(name, None)
        if request.method != "POST":
            return httpx.Response(200, json=list(self.machines.values()))
        if self.machines:
            return httpx.Response(422, json={"error": "unique machine name violation"})
        made = self.put(**json.loads(request.content)["config"]["metadata"])
        return httpx.Response(200, text=self.said or json.dumps(self.machines[made]))


def taken(api: Api, patience: float = 0.0) -> bool:
    """Return whether the lock can be had."""

    async def main() -> bool:
        async with httpx.AsyncClient(transport=httpx.MockTransport(api.answer)) as http:
            app = FlyApp("shop", api="https://api.test", token="x", http=http)
            await app.live()
            try:
                async with Lock(app, "image").held(patience, print):
                    return True
            except PipelineError:
                return False

    return anyio.run(main)


def test_a_machine_of_somebody_is_not_taken_away():
    """It has the name of the lock and nothing else of it."""
    api = Api()
    api.put(fly_platform_version="v2")
    assert not taken(api)
    assert list(api.machines) == ["m0"]


@pytest.mark.parametrize("late", [-600.0, 0.0, 600.0])
@pytest.mark.parametrize(("until", "free"), [(30.0, False), (-30.0, True)])
def test_a_lock_ends_by_the_clock_that_all_of_them_have(late, until, free):
    """Who is late by minutes would hold it for minutes, who is early would take it from one who works."""
    api = Api(late)
    api.put(pipeline_lock="other", pipeline_lock_until=f"{time.time() + late + until:.0f}")
    assert taken(api) is free


def test_a_lock_is_written_by_that_clock_too():
    """What its owner says is what the others read."""
    api, said = Api(600.0), []
    kept = api.put

    def put(**metadata: str) -> str:
        said.append(float(metadata["pipeline_lock_until"]))
        return kept(**metadata)

    api.put = put  # type: ignore[method-assign]
    assert taken(api)
    assert abs(said[0] - time.time() - 600 - lock.TERM) < 5


@pytest.mark.parametrize("said", ["{", "[]", "{}", "null"])
def test_an_answer_that_nobody_can_read_leaves_no_lock(said):
    """The machine is there all the same: it is found by its owner, and given back in the end."""
    api = Api(said=said)
    assert taken(api)
    assert api.machines == {}
