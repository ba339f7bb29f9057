"""What goes wrong on purpose."""

from __future__ import annotations

import http.client
import json
import threading
import time
from math import inf
from urllib.parse import urlsplit

import pytest

from tests.fly.conftest import MACHINES, ONE, SHOP, until
from tests.fly.limits import Limits


def raw(sim, path=SHOP):
    link = http.client.HTTPConnection(urlsplit(sim.url).netloc, timeout=5)
    link.request("GET", path, headers={"Authorization": "Bearer sim-token"})
    try:
        answer = link.getresponse()
        return answer.status, answer.read()
    finally:
        link.close()


def test_a_fault_happens_as_often_as_it_is_told(sim, ask):
    """`after` calls go well, then `times` go wrong, then all is well again."""
    sim.app("shop", image=ONE)
    sim.fault("GET", "/v1/apps/shop$", 429, times=2, after=1, body='{"error": "slow down"}')
    assert [ask("GET", SHOP)[0] for _ in range(4)] == [200, 429, 429, 200]
    assert sim.calls("GET", "/shop") == ["GET /v1/apps/shop"] * 4


def test_connections_and_answers_can_break(sim):
    """A reset, a truncated answer and one that is no JSON are what they are called."""
    sim.app("shop", image=ONE)
    for kind, error in (("reset", ConnectionError), ("truncated", http.client.IncompleteRead)):
        sim.fault("GET", SHOP, kind)
        with pytest.raises(error):
            raw(sim)
    sim.fault("GET", SHOP, "malformed")
    with pytest.raises(ValueError, match="Expecting"):
        json.loads(raw(sim)[1])
    sim.fault("GET", SHOP, "slow", seconds=0.2)
    began = time.monotonic()
    assert raw(sim)[0] == 200
    assert time.monotonic() - began >= 0.2


def test_a_lost_answer_was_done_and_a_reset_was_not(sim, ask):
    """Both break the connection; only the first one changed something."""
    sim.app("shop", image=ONE)
    for kind, secrets in (("reset", []), ("lost", ["A"])):
        sim.fault("POST", "/secrets", kind)
        with pytest.raises(ConnectionError):
            ask("POST", f"{SHOP}/secrets", {"values": {"A": "one"}})
        assert [one["name"] for one in ask("GET", f"{SHOP}/secrets")[1]["secrets"]] == secrets


def test_a_fault_can_be_about_one_operation_of_graphql(sim, ask):
    """Other operations are answered."""
    sim.fault("POST", "/graphql", 502, operation="viewer", times=inf)
    assert ask("POST", "/graphql", {"query": "query { viewer { email } }"})[0] == 502
    assert ask("POST", "/graphql", {"query": "query { nearestRegion { code } }"})[0] == 200


def test_a_call_can_be_held_before_it_does_anything(sim, ask):
    """A test sees the moment before, does what it wants, and lets go."""
    (machine,) = sim.app("shop", image=ONE)
    until(ask, machine)
    held = sim.pause_before("POST", "/stop$")
    thread = threading.Thread(target=ask, args=("POST", f"{MACHINES}/{machine}/stop"))
    thread.start()
    held.wait()
    assert sim.machine("shop")["state"] == "started"
    held.release()
    thread.join()
    assert sim.machine("shop")["state"] == "stopped"


def test_calls_can_be_limited_as_fly_limits_them(sim, ask):
    """Three changes at once and one a second after that; a machine may be read more often, the lists of it not."""
    (machine,) = sim.app("shop", image=ONE)
    now = sim.world.clock()
    sim.world.clock = lambda: now
    sim.limits = Limits()
    path = f"{MACHINES}/{machine}"
    assert [ask("POST", f"{path}/cordon")[0] for _ in range(4)] == [200, 200, 200, 429]
    assert [ask("GET", path)[0] for _ in range(11)] == [200] * 10 + [429]
    assert [ask("GET", MACHINES)[0] for _ in range(4)] == [200, 200, 200, 429]
    now += 1
    assert [ask("POST", f"{path}/cordon")[0] for _ in range(2)] == [200, 429]
