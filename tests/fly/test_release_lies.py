"""Five ways in which `fly deploy` ends well and the new code does not serve (reference: flyctl v0.4.87, tried)."""

from __future__ import annotations

import time

import pytest

from tests.fly.behaviour import Behaviour

pytestmark = pytest.mark.flyctl

LIES = {
    # Its restart policy leaves a process alone that ends well.
    "exits 0": (Behaviour(dies_after=0.3, exit_code=0), "stopped"),
    "old image": (Behaviour(pull="old"), "it runs"),
    "pull reverted": (Behaviour(pull="reverts"), "it runs"),
}


def released(place):
    """Return what flyctl itself called the last release that was no way back."""
    found = [one for one in place.sim.world.app(place.app).releases if one.strategy != "immediate"]
    return found[-1].status


@pytest.mark.parametrize("case", LIES)
def test_success_that_is_none(place, image, case):
    """The release is complete to flyctl, red to us, and what served before serves again."""
    good, bad = image("one"), image(case)
    behaviour, why = LIES[case]
    place.configure(wait="2 s", stable="2 s")
    assert place.deploy(good).code == 0
    place.sim.behave(bad.digest, behaviour)
    said = place.deploy(bad)
    assert released(place) == "complete"
    assert (said.code, said.out.split(":")[0]) == (1, "RED, ROLLED BACK")
    assert why in said.out
    assert place.serves() == {good.digest}
    assert place.verdicts()[1] == "deploy rolled back"


def test_an_old_configuration_is_seen(place, image, monkeypatch):
    """The platform answers with the machine as it was, checks and all, so flyctl waits for nothing."""
    one, two = image("one"), image("two")
    place.configure(wait="2 s")
    assert place.deploy(one).code == 0
    (machine,) = [one for one in place.sim.world.app(place.app).machines.values() if one.config.get("services")]
    kept, view = dict(machine.config), type(machine).view

    def old(self, now):
        told = view(self, now)
        return told | {"config": kept} if self.id == machine.id and lying else told

    lying = True
    monkeypatch.setattr(type(machine), "view", old)
    said = place.deploy(two)
    assert said.code == 1
    assert "it is of release" in said.out
    assert not said.out.startswith(("VERIFIED", "UNCHANGED"))
    lying = False
    assert place("verify", "staging").code == 1


def test_a_stopped_machine_is_started_or_red(place, image):
    """Flyctl gives it the new image and leaves it stopped; here it is started, and when that fails nothing is done."""
    one, two = image("one"), image("two")
    place.configure(wait="2 s")
    assert place.deploy(one).code == 0
    (machine,) = [one for one in place.sim.world.app(place.app).machines.values() if one.config.get("services")]
    machine.rest("stopped", time.time())
    fault = place.sim.fault("POST", "/start", 412, times=9)
    said = place.deploy(two)
    assert (said.code, said.out.split(":")[0]) == (1, "RED, NOTHING CHANGED")
    assert "could not be started" in said.out
    fault.times = 0
    assert place.deploy(two).code == 0
    assert place.serves() == {two.digest}
    # It stops as soon as flyctl has looked at the machines.
    held = place.sim.pause_before("POST", "/api/v1/releases")
    run = place.begin("deploy", "staging", one.reference)
    held.wait()
    machine.rest("stopped", time.time())
    held.release()
    assert place.ended(run).code == 0
    assert place.serves() == {one.digest}


def test_a_machine_that_somebody_made_by_hand_answers_too(place, image):
    """Fly leads visitors to it as well, and no release changes it: refused, until it is gone."""
    one, two = image("one"), image("two")
    assert place.deploy(one).code == 0
    app = place.sim.world.app(place.app)
    (made,) = [one for one in app.machines.values() if one.config.get("services")]
    kept = dict(made.config["metadata"])
    made.config["metadata"] = {}
    said = place.deploy(two)
    assert (said.code, f"machine {made.id}: it has services" in said.err) == (2, True)
    assert place("verify", "staging").code == 1
    made.config["metadata"] = kept
    assert place.deploy(two).code == 0
