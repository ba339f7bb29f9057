"""What goes wrong on the way: one bad answer to each kind of call, a registry that is down, and what flyctl refuses."""

from __future__ import annotations

import json
import time

import pytest

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.fly.records import Log
from tests.fly.behaviour import Behaviour, Task
from tests.fly.machine import Lease
from tests.fly.released import TOKEN, VALUE

pytestmark = pytest.mark.flyctl

CALLS = {
    "our machines": ("GET", "/machines$"),
    "our secrets": ("GET", "/secrets"),
    "our lock": ("POST", "/machines$"),
    "app": ("GET", "/v1/apps/[^/]+$"),
    "organization": ("GET", "/organizations/"),
    "image": ("POST", "/graphql"),
    "release": ("POST", "/api/v1/releases"),
    "running": ("PATCH", "/api/v1/releases/"),
    "lease": ("POST", "/lease"),
    "update": ("POST", "/machines/[0-9a-f]+$"),
    "wait": ("GET", "/wait"),
    "health": ("GET", "/machines/[0-9a-f]+$"),
    "lease back": ("DELETE", "/lease"),
    "our unlocking": ("DELETE", "force=true"),
}
KINDS = [429, 500, 503, "reset", "lost"]


def test_one_bad_answer_to_any_call_is_survived(place, image):
    """None is the end of a release: each is green, and its image is what serves."""
    old, new = image("one"), image("two")
    assert place.deploy(old).code == 0
    # Each call meets another kind each day: all pairs at once take three minutes.
    today = int(time.time() // 86_400)
    for number, (name, (method, path)) in enumerate(CALLS.items()):
        kind = KINDS[(number + today) % len(KINDS)]
        fault = place.sim.fault(method, path, kind)
        said = place.deploy(new)
        fault.times = 0
        assert said.code == 0, (name, kind, said.text)
        assert place.serves() == {new.digest}, (name, kind)
        assert place.log()[0].verdict.is_good, (name, kind)
        _lock_ends(place)
        old, new = new, old


def _lock_ends(place):
    """Wait for a lock that could not be given back; none holds for longer than its term."""
    until = time.monotonic() + place.times["term"] + 1
    while (locks := place.locks()) and time.monotonic() < until:
        held = place.sim.world.app(place.app).machines[locks[0]].config["metadata"]["pipeline_lock_until"]
        if float(held) < time.time():
            return
        time.sleep(0.1)
    assert place.locks() == []


def _machine(place):
    (found,) = [one for one in place.sim.world.app(place.app).machines.values() if one.config.get("services")]
    return found


def test_an_api_that_falls_silent_for_long_is_an_alert(place, image):
    """Nothing is said to work that nobody could look at, and nothing is gone back over blindly."""
    one, two = image("one"), image("two")
    assert place.deploy(one).code == 0
    # Flyctl is done, then only silence: the list of machines is ours alone from then on.
    fault = place.sim.fault("GET", "/machines$", 503, times=10_000, after=4)
    said = place.deploy(two)
    fault.times = 0
    assert (said.code, said.out.split(":")[0]) == (1, "ALERT")
    assert "not gone back: nobody knows whether it works" in said.out
    assert place.verdicts()[0] == "deploy stuck"
    assert place.deploy(two).code == 0
    assert place.verdicts()[0] == "deploy verified"


def _down(patch, *, well):
    """Let the log be written so many times, then never again."""
    write, written = Log.write, []

    async def down(self, record):
        if len(written) == well:
            raise PipelineError(errors.REGISTRY_FAILED, "the registry is down")
        written.append(record)
        await write(self, record)

    patch.setattr(Log, "write", down)


def test_a_registry_that_is_down_in_the_end_is_told(place, image, monkeypatch):
    """The release works and nobody can write that down: an error, and the next release does not rely on it."""
    one, two = image("one"), image("two")
    assert place.deploy(one).code == 0
    with monkeypatch.context() as patch:
        _down(patch, well=1)
        said = place.deploy(two)
    assert (said.code, "P412 " in said.err, "is verified, which could not be written" in said.err) == (4, True, True)
    assert (place.serves(), place.locks(), place.verdicts()[0]) == ({two.digest}, [], "deploy running")
    assert place.deploy(two).out.startswith("VERIFIED")
    assert place.verdicts()[:2] == ["deploy verified", "deploy interrupted"]


def test_a_log_that_cannot_be_written_keeps_nobody_from_going_back(place, image, monkeypatch):
    """The image is bad and the registry down: going back begins within five seconds all the same."""
    good, bad = image("one"), image("crash")
    assert place.deploy(good).code == 0
    place.sim.behave(bad.digest, Behaviour(dies_after=0.05, exit_code=139))
    with monkeypatch.context() as patch:
        _down(patch, well=1)
        said = place.deploy(bad)
    assert (said.code, "is rolled back, which could not be written" in said.err) == (4, True)
    assert place.serves() == {good.digest}


def test_a_strangers_lease_is_waited_for(place, image):
    """As one that a killed flyctl left behind."""
    one, two = image("one"), image("two")
    assert place.deploy(one).code == 0
    _machine(place).lease = Lease(nonce="stranger", expires=time.time() + 4)
    said = place.deploy(two)
    assert (said.code, place.serves()) == (0, {two.digest})


MIGRATIONS = {
    "fails": (Task(exit_code=3), "ended with an error, no machine was changed"),
    "never ends": (Task(seconds=60), "the migration may still run; no machine was changed"),
}


@pytest.mark.parametrize("case", MIGRATIONS)
def test_a_migration_that_fails_touches_no_machine(place, image, case):
    """What served before still does, nobody goes back, nothing is tried a second time, no agent of flyctl is left."""
    one, two = image("one"), image(f"migration {case}")
    task, why = MIGRATIONS[case]
    place.configure(migration="3 s")
    assert place.deploy(one).code == 0
    place.toml('[deploy]\n  release_command = "migrate"\n')
    place.sim.behave(two.digest, Behaviour(task=task))
    said = place.deploy(two)
    assert (said.code, said.out.split(":")[0]) == (1, "RED, NOTHING CHANGED")
    assert why in said.out
    assert (place.serves(), place.deployments(), place.locks()) == ({one.digest}, 2, [])
    assert place.verdicts() == ["deploy failed", "deploy verified"]


def test_what_fly_refuses_changes_nothing(place, image):
    """A token of somebody else, an app that is none, no room for a machine: each in its own words, nothing secret."""
    one = image("one")
    place.sim.tokens = {"another"}
    said = place.deploy(one)
    assert (said.code, said.err.startswith("P132 ")) == (2, True)
    place.sim.tokens = {TOKEN}
    app = place.app
    place.app = "nobodys"
    place.toml()
    place.configure(url=place.sim.edge(app))
    said = place.deploy(one)
    assert (said.code, said.err.startswith("P133 ")) == (2, True)
    place.app = app
    place.toml()
    place.configure()
    told = json.dumps({"error": "insufficient_capacity: could not reserve resource for machine"})
    fault = place.sim.fault("POST", "/machines$", 422, body=told, times=20, after=1)
    said = place.deploy(one)
    fault.times = 0
    assert (said.code, said.out.split(":")[0]) == (1, "RED, NOTHING CHANGED")
    assert "no room" in said.out
    assert place.verdicts() == ["deploy failed"]
    assert place.deploy(one).code == 0


def test_who_repeats_a_secret_is_not_repeated(place, image):
    """An API, and an application, that say what they must not: neither in the output nor in the log."""
    one, bad = image("one"), image("chatty")
    place.configure(secrets={"JWT_KEY": "env:JWT_KEY"}, wait="2 s")
    place.env["JWT_KEY"] = VALUE
    assert place.deploy(one).code == 0
    body = f"no: {TOKEN} is not {VALUE}"
    for wanted, name in ((bad, "app"), (one, "release")):
        method, path = CALLS[name]
        fault = place.sim.fault(method, path, 400, body=body, times=2)
        assert "***" in place.deploy(wanted).text
        fault.times = 0
    page = (500, {}, body.encode())
    place.sim.behave(bad.digest, Behaviour(health=500, pages={"/": page, "/health": page}))
    said = place.deploy(bad)
    assert (said.code, "***" in said.out) == (1, True)
    with pytest.raises(AssertionError):
        place.shows_nothing(f"Bearer {TOKEN}")
    assert place.log()
