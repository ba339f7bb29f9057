"""Releases at the same time, and releases that are killed: real processes, each with the real flyctl."""

from __future__ import annotations

import re
import signal
import time

import pytest

from tests.fly.behaviour import Behaviour, Task
from tests.fly.conftest import told
from tests.fly.released import TOKEN

pytestmark = pytest.mark.flyctl


def test_of_two_at_once_one_waits_and_overwrites_nothing_unseen(place, image):
    """The second waits for the lock, and sees then that what it looked at is not there any more."""
    one, two, three = image("one"), image("two"), image("three")
    assert place.deploy(one).code == 0
    held = place.sim.pause_before("POST", "/api/v1/releases")
    first = place.begin("deploy", "staging", two.reference)
    held.wait()
    assert len(place.locks()) == 1
    second = place.begin("deploy", "staging", three.reference)
    tried = place.sim.pause_before("POST", f"{place.app}/machines$")
    tried.wait()
    tried.release()
    held.release()
    done = place.ended(first)
    assert (done.code, done.out.split(":")[0]) == (0, "VERIFIED")
    late = place.ended(second)
    assert (late.code, late.err[-600:].count("P205 ")) == (1, 1)
    assert (place.serves(), place.locks(), place.deployments()) == ({two.digest}, [], 2)
    assert place.verdicts() == ["deploy verified", "deploy verified"]


def test_who_cannot_wait_is_told_who_releases(place, image):
    """P414, and nothing is touched; a rollback waits for the same lock."""
    one, two = image("one"), image("two")
    assert place.deploy(one).code == 0
    assert place.deploy(two).code == 0
    held = place.sim.pause_before("POST", "/api/v1/releases")
    place.env["GITHUB_ACTOR"] = "somebody"
    first = place.begin("deploy", "staging", one.reference)
    held.wait()
    place.times["patience"] = 0.5
    for words in (("deploy", "staging", one.reference), ("rollback", "staging")):
        said = place(*words)
        assert (said.code, "P414 " in said.err, "somebody" in said.err) == (4, True, True)
        assert "another release by somebody is running; waiting, for 0 s at most\n" in said.err
    held.release()
    assert place.ended(first).code == 0
    assert place.serves() == {one.digest}


def test_an_approval_holds_for_what_was_approved(place, image):
    """A secret that somebody sets while the release waits for the lock was seen by nobody."""
    one = image("one")
    text = place("release", "plan", "staging", one.reference).out
    approved = text.split()[-1]
    held = place.sim.pause_before("POST", "/machines$")
    run = place.begin("deploy", "staging", one.reference, f"--approve={approved}")
    held.wait()
    own = {"Authorization": f"Bearer {TOKEN}"}
    assert told(f"{place.sim.url}/v1/apps/{place.app}/secrets", "POST", {"values": {"LATE": "x"}}, own)[0] == 200
    held.release()
    said = place.ended(run)
    assert (said.code, "P205 " in said.err, place.deployments()) == (1, True, 0)
    # Nor does the old hash.
    assert "P202 " in place.deploy(one, f"--approve={approved}").err
    place.configure(stable="2 s")
    approved = place("release", "plan", "staging", one.reference).out.split()[-1]
    place.configure(stable="1 s")
    assert "P202 " in place.deploy(one, f"--approve={approved}").err
    approved = place("release", "plan", "staging", one.reference).out.split()[-1]
    assert place.deploy(one, f"--approve={approved}").code == 0


# Every kind of call that a deployment makes, ours and flyctl's, with how many of them go well before.
STEPS = {
    "our look": ("GET", "/machines$", 0),
    "our lock": ("POST", "/machines$", 0),
    "our look with the lock": ("GET", "/machines$", 2),
    "flyctl: app": ("GET", "/v1/apps/[^/]+$", 0),
    "flyctl: organization": ("GET", "/organizations/", 0),
    "flyctl: build": ("POST", "/builds$", 0),
    "flyctl: image": ("POST", "/graphql", 0),
    "flyctl: release": ("POST", "/api/v1/releases", 0),
    "flyctl: running": ("PATCH", "/api/v1/releases/", 0),
    "flyctl: lease": ("POST", "/lease", 0),
    "flyctl: update": ("POST", "/machines/[0-9a-f]+$", 0),
    "flyctl: wait": ("GET", "/wait", 0),
    "flyctl: health": ("GET", "/machines/[0-9a-f]+$", 0),
    "flyctl: lease back": ("DELETE", "/lease", 0),
    "flyctl: complete": ("PATCH", "/api/v1/releases/", 1),
    "our unlocking": ("DELETE", "force=true", 0),
}


@pytest.mark.parametrize("half", [0, 1])
def test_a_killed_release_is_gone_and_the_next_goes_on(place, image, half):
    """SIGKILL at any call: no process is left, the lock ends by itself, the log says what happened, the next works."""
    old, new = image("one"), image("two")
    place.times["term"] = 1.0
    assert place.deploy(old).code == 0
    for step, (method, path, after) in list(STEPS.items())[half::2]:
        interrupted = place.verdicts().count("deploy interrupted")
        _killed_at(place, new, place.sim.pause_before(method, path, after=after))
        running = place.verdicts()[0] == "deploy running"
        assert running == step.startswith("flyctl"), step
        began = time.monotonic()
        said = place.deploy(new)
        assert said.code == 0, (step, said.text)
        assert time.monotonic() - began < 20, step
        assert (place.serves(), place.locks()) == ({new.digest}, []), step
        found = place.verdicts()
        assert "deploy running" not in found, step
        assert found.count("deploy interrupted") == interrupted + running, step
        old, new = new, old


def _killed_at(place, image, held):
    """Kill a deployment while one of its calls is under way."""
    run = place.begin("deploy", "staging", image.reference)
    held.wait()
    assert any("flyctl" in words for words in place.processes()) or run.poll() is None
    run.kill()
    place.ended(run)
    place.nobody(3)
    held.times = 0
    # What had been asked before may still arrive.
    held.release()
    time.sleep(0.1)
    _leases_end(place)


def _leases_end(place):
    """Let the leases of a flyctl that was killed lapse, for which nobody waits here."""
    for machine in place.sim.world.app(place.app).machines.values():
        machine.lease = None


@pytest.mark.parametrize(("number", "step"), [(signal.SIGTERM, "flyctl: wait"), (signal.SIGINT, "flyctl: release")])
def test_an_interrupted_release_gives_its_lock_back(place, image, number, step):
    """SIGTERM, as a cancelled job gets it, and SIGINT: flyctl ends too, and the next release need not wait."""
    one, two = image("one"), image("two")
    place.times["term"] = 60.0
    assert place.deploy(one).code == 0
    method, path, after = STEPS[step]
    held = place.sim.pause_before(method, path, after=after)
    run = place.begin("deploy", "staging", two.reference)
    held.wait()
    run.send_signal(number)
    said = place.ended(run)
    held.times = 0
    held.release()
    assert (said.code, place.locks(), place.processes()) == (130, [], [])
    assert "every process it started was ended" in said.err
    assert place.verdicts()[0] == "deploy running"
    _leases_end(place)
    assert place.deploy(two).code == 0
    assert place.verdicts() == ["deploy verified", "deploy interrupted", "deploy verified"]
    assert place.serves() == {two.digest}


def test_a_kill_during_a_migration_leaves_no_agent(place, image):
    """Flyctl starts a daemon to read the log of the release command, and writes the token into a file of it."""
    one, two = image("one"), image("slow migration")
    place.times["term"] = 1.0
    assert place.deploy(one).code == 0
    place.toml('[deploy]\n  release_command = "migrate"\n')
    place.configure(migration="60 s")
    place.sim.behave(two.digest, Behaviour(task=Task(seconds=60)))
    run = place.begin("deploy", "staging", two.reference)
    until = time.monotonic() + 20
    while not any("agent" in words for words in place.processes()) and time.monotonic() < until:
        time.sleep(0.05)
    assert any("agent" in words for words in place.processes())
    run.kill()
    place.ended(run)
    place.nobody(3)
    place.toml()
    place.configure(migration="5 s")
    time.sleep(1)
    # No machine was changed, so there is nothing to do but to say what happened.
    assert place.deploy(one).out.startswith("UNCHANGED")
    assert place.verdicts() == ["deploy interrupted", "deploy verified"]


def test_after_a_kill_back_leads_to_what_was_good(place, image):
    """What the killed one left on the machines is what one goes back from."""
    one, two = image("one"), image("two")
    place.times["term"] = 1.0
    assert place.deploy(one).code == 0
    held = place.sim.pause_before("GET", "/wait")
    run = place.begin("deploy", "staging", two.reference)
    held.wait()
    run.kill()
    place.ended(run)
    held.times = 0
    held.release()
    _leases_end(place)
    assert place.soon_serves() == {two.digest}
    said = place("rollback", "staging")
    assert (said.code, place.serves()) == (0, {one.digest})
    assert place.verdicts() == ["rollback verified", "deploy interrupted", "deploy verified"]


def test_a_lock_that_was_lost_stops_the_release(place, image):
    """Somebody took it over, since nobody renewed it: nothing is run and nothing written any more."""
    one, two = image("one"), image("two")
    place.times["term"] = 1.0
    assert place.deploy(one).code == 0
    held = place.sim.pause_before("GET", "/wait")
    run = place.begin("deploy", "staging", two.reference)
    held.wait()
    (lock,) = place.locks()
    place.sim.world.app(place.app).machines[lock].rest("destroyed", time.time())
    time.sleep(1)
    held.release()
    said = place.ended(run)
    assert (said.code, "P414 " in said.err) == (4, True)
    assert place.verdicts() == ["deploy running", "deploy verified"]
    assert re.search(r"is verified, which could not be written down", said.err)
    assert place.deploy(two).code == 0
    assert place.verdicts() == ["deploy verified", "deploy interrupted", "deploy verified"]
