"""The simulator without a network, and what holds after any sequence of calls."""

from __future__ import annotations

import json

import anyio
import httpx
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.fly import answers, wire
from tests.fly.behaviour import Behaviour
from tests.fly.call import NONCE, Call
from tests.fly.conftest import MACHINES, NEW, OLD, ONE, SHOP, TWO, config
from tests.fly.simulator import TOKEN, Simulator

OWNER = {"Authorization": f"Bearer {TOKEN}"}


def shop():
    sim = Simulator()
    sim.world.default = Behaviour(boot=0)
    sim.push(ONE, OLD)
    sim.push(TWO, NEW)
    sim.app("shop", image=ONE)
    return sim


def test_httpx_asks_the_simulator_without_a_network():
    """The APIs and the public side answer, and a reset is an error of the transport."""
    sim = shop()
    sim.fault("GET", SHOP, "reset", after=1)
    sim.fault("GET", "/", 502, app="shop", after=1)

    async def run():
        async with httpx.AsyncClient(transport=wire.transport(sim), headers=OWNER) as http:
            found = await http.get(f"{wire.API}{SHOP}")
            assert (found.json()["name"], found.headers["fly-simulator"]) == ("shop", "1")
            with pytest.raises(httpx.TransportError):
                await http.get(f"{wire.API}{SHOP}")
            public = wire.PUBLIC.format(app="shop")
            assert [(await http.get(public)).status_code for _ in range(3)] == [200, 502, 200]

    anyio.run(run)
    assert (sim.unknown, len(sim.requests), len(sim.visits)) == ([], 2, 3)


NAMES = st.sampled_from(["", "a", "b"])
IMAGES = st.sampled_from([ONE, TWO])
PICK = st.integers(0, 9)


class Calls(RuleBasedStateMachine):
    """Anyone may ask for anything at any time; the clock is ours."""

    def __init__(self):
        super().__init__()
        self.sim = shop()
        self.now = self.sim.world.clock()
        self.sim.world.clock = lambda: self.now
        self.sim.behave(NEW, Behaviour(boot=1, dies_after=3))
        self.volume = self.sim.volume("shop", "data")
        self.nonces, self.instances = [""], {}

    def ask(self, method, path, body=None, nonce=0):
        headers = {"authorization": f"Bearer {TOKEN}", NONCE: self.nonces[nonce % len(self.nonces)]}
        data = b"" if body is None else json.dumps(body).encode()
        made = answers.api(self.sim, Call(at=self.now, method=method, target=path, headers=headers, body=data))
        return made.status, json.loads(made.body or b"null")

    def machines(self):
        return list(self.sim.world.app("shop").machines.values())

    def one(self, number):
        return f"{MACHINES}/{self.machines()[number % len(self.machines())].id}"

    @rule(seconds=st.floats(0, 20))
    def wait(self, seconds):
        self.now += seconds

    @rule(name=NAMES, image=IMAGES, mounted=st.booleans(), skip=st.booleans())
    def create(self, name, image, mounted, skip):
        mounts = {"mounts": [{"volume": self.volume, "path": "/data"}]} if mounted else {}
        self.ask("POST", MACHINES, {"name": name, "config": config(image, **mounts), "skip_launch": skip})

    @rule(number=PICK, nonce=PICK, image=IMAGES, skip=st.booleans())
    def update(self, number, nonce, image, skip):
        before = self.machines()[number % len(self.machines())].config.get("mounts")
        mounts = {"mounts": before} if before else {}
        body = {"config": config(image, **mounts), "skip_launch": skip}
        self.ask("POST", self.one(number), body, nonce)

    @rule(number=PICK, nonce=PICK, verb=st.sampled_from(["start", "stop", "restart", "suspend", "cordon", "uncordon"]))
    def do(self, number, nonce, verb):
        self.ask("POST", f"{self.one(number)}/{verb}", nonce=nonce)

    @rule(number=PICK, nonce=PICK)
    def destroy(self, number, nonce):
        self.ask("DELETE", f"{self.one(number)}?force=true", nonce=nonce)

    @rule(number=PICK, nonce=PICK)
    def lease(self, number, nonce):
        machine = self.machines()[number % len(self.machines())]
        held = machine.lease and machine.lease.expires > self.now and machine.lease.nonce
        mine = self.nonces[nonce % len(self.nonces)]
        status, told = self.ask("POST", f"{self.one(number)}/lease?ttl=13", nonce=nonce)
        if status in {200, 201}:
            assert not held or held == mine
            self.nonces.append(told["data"]["nonce"])

    @rule(ref=IMAGES, digest=st.sampled_from([OLD, NEW]))
    def move(self, ref, digest):
        self.sim.push(ref, digest)

    @rule(value=st.sampled_from(["one", None]))
    def secret(self, value):
        before = len(self.sim.world.app("shop").versions)
        assert self.ask("POST", f"{SHOP}/secrets", {"values": {"A": value}})[1]["version"] == before

    @invariant()
    def all_is_served(self):
        assert self.sim.unknown == []

    @invariant()
    def a_name_is_given_once(self):
        names = [one.name for one in self.machines() if one.alive(self.now)]
        assert len(names) == len(set(names))

    @invariant()
    def the_list_has_those_that_live(self):
        status, listed = self.ask("GET", MACHINES)
        assert status == 200
        assert {one["id"] for one in listed} == {one.id for one in self.machines() if one.alive(self.now)}

    @invariant()
    def a_volume_is_at_one_machine_that_lives(self):
        at = self.sim.world.app("shop").volumes[self.volume]["attached_machine_id"]
        having = [one.id for one in self.machines() if one.alive(self.now) and one.config.get("mounts")]
        assert having == ([at] if at else [])

    @invariant()
    def events_are_told_newest_first(self):
        for one in self.machines():
            times = [event["timestamp"] for event in one.view(self.now)["events"]]
            assert times == sorted(times, reverse=True)

    @invariant()
    def an_instance_has_one_configuration(self):
        for one in self.machines():
            own = json.dumps([one.config, one.image.digest])
            assert self.instances.setdefault(one.instance, own) == own


TestCalls = Calls.TestCase
TestCalls.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
