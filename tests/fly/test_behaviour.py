"""What machines do, as their behaviours say, and what visitors of the edge see of it."""

from __future__ import annotations

import time
from math import inf

import pytest

from tests.fly.behaviour import Behaviour, Task
from tests.fly.conftest import MACHINES, NEW, OLD, ONE, TWO, config, exits, told, until

CASES = {
    "healthy": (Behaviour(), "started", ["passing"]),
    "slow": (Behaviour(healthy_after=9), "started", ["critical"]),
    "500": (Behaviour(health=500), "started", ["critical"]),
    "301": (Behaviour(health=301), "started", ["critical"]),
    "never starts": (Behaviour(boot=inf), "starting", ["warning"]),
    "never listens": (Behaviour(address=""), "started", ["critical"]),
    "only on the loopback": (Behaviour(address="127.0.0.1"), "started", ["critical"]),
    "no results": (Behaviour(reports=False), "started", []),
    "ends": (Behaviour(dies_after=0.02, exit_code=0), "stopped", ["warning"]),
    "dies later": (Behaviour(unhealthy_after=0.05), "started", ["critical"]),
    "the pull fails": (Behaviour(pull="fails"), "starting", ["warning"]),
}


@pytest.mark.parametrize("case", CASES)
def test_a_machine_does_what_its_image_does(sim, ask, case):
    """State and checks follow from the behaviour."""
    behaviour, state, checks = CASES[case]
    sim.behave(NEW, behaviour)
    (machine,) = sim.app("shop", image=ONE)
    ask("POST", f"{MACHINES}/{machine}", {"config": config()})
    time.sleep(0.2)
    view = sim.machine("shop")
    assert (view["state"], [one["status"] for one in view["checks"]]) == (state, checks)


def test_a_crash_is_told_with_its_code_and_the_restarts(sim, ask):
    """It is restarted ten times at most, and each end is an event."""
    sim.behave(NEW, Behaviour(dies_after=0.01, exit_code=139))
    (machine,) = sim.app("shop", image=TWO)
    until(ask, machine, "stopped")
    found = exits(sim.machine("shop"))
    assert (len(found), found[0]["exit_code"], found[0]["restarting"], found[-1]["restarting"]) == (
        11,
        139,
        False,
        True,
    )


def test_too_little_memory_kills(sim, ask):
    """The same image lives in a larger guest."""
    sim.behave(NEW, Behaviour(needs_mb=600))
    sim.app("shop")
    never = {"policy": "no"}
    _, small = ask("POST", MACHINES, {"config": config(restart=never)})
    until(ask, small["id"], "stopped")
    assert exits(sim.machine("shop", small["id"]))[0]["oom_killed"] is True
    large = {"memory_mb": 1024, "cpus": 1}
    _, made = ask("POST", MACHINES, {"config": config(restart=never, guest=large)})
    time.sleep(0.2)
    assert sim.machine("shop", made["id"])["state"] == "started"


@pytest.mark.parametrize("pull", ["old", "reverts"])
def test_a_failed_pull_may_look_like_a_success(sim, ask, pull):
    """The update is answered well, the machine is started, and the old image runs."""
    sim.behave(NEW, Behaviour(pull=pull, pages={"/": (200, {}, b"new")}))
    sim.behave(OLD, Behaviour(pages={"/": (200, {}, b"old")}))
    (machine,) = sim.app("shop", image=ONE)
    until(ask, machine)
    assert ask("POST", f"{MACHINES}/{machine}", {"config": config()})[0] == 200
    until(ask, machine)
    view = sim.machine("shop")
    assert view["image_ref"]["digest"] == OLD
    assert view["config"]["image"] == (ONE if pull == "reverts" else TWO)
    assert told(sim.edge("shop"))[2] == "old"


def test_a_host_that_cannot_be_reached_knows_its_machine_in_part(sim):
    """The configuration is told as an incomplete one."""
    sim.behave(OLD, Behaviour(host="unreachable"))
    sim.app("shop", image=ONE)
    view = sim.machine("shop")
    assert (view["host_status"], "config" in view, view["incomplete_config"]["image"]) == ("unreachable", False, ONE)


def test_a_one_off_machine_runs_its_command_and_is_gone(sim, ask):
    """It starts when it is told to, says what it says, ends with its code and is destroyed."""
    sim.behave(NEW, Behaviour(task=Task(exit_code=3, logs=("migrating",))))
    sim.app("shop")
    own = config(auto_destroy=True, metadata={"fly_process_group": "fly_app_release_command"})
    _, made = ask("POST", MACHINES, {"config": own, "skip_launch": True})
    assert ask("POST", f"{MACHINES}/{made['id']}/start")[1] == {"previous_state": "stopped"}
    until(ask, made["id"], "destroyed")
    assert exits(sim.machine("shop"))[0]["exit_code"] == 3
    _, logs = ask("GET", f"/api/v1/apps/shop/logs?instance={made['id']}")
    said = [one["attributes"]["message"] for one in logs["data"]]
    assert said == ["migrating", "Main child exited normally with code: 3"]
    assert ask("GET", f"/api/v1/apps/shop/logs?next_token={logs['meta']['next_token']}")[1]["data"] == []


def test_the_edge_takes_started_machines_in_turn(sim, ask):
    """Two machines share the visitors, one that is cordoned or stopped gets none, without any it is 503."""
    sim.behave(OLD, Behaviour(pages={"/": lambda _, machine: (200, {}, machine.id.encode())}))
    made = sim.app("shop", machines=2, image=ONE)
    for one in made:
        until(ask, one)
    edge = sim.edge("shop")
    assert {told(edge)[2] for _ in range(4)} == set(made)
    assert {told(edge, headers={"fly-force-instance-id": made[1]})[2] for _ in range(4)} == {made[1]}
    ask("POST", f"{MACHINES}/{made[0]}/cordon")
    assert {told(edge)[2] for _ in range(4)} == {made[1]}
    ask("POST", f"{MACHINES}/{made[1]}/stop")
    assert told(edge)[0] == 503


def test_the_edge_starts_a_machine_that_may_be_started(sim, ask):
    """A visitor wakes a stopped machine when its service says so."""
    service = {"protocol": "tcp", "internal_port": 8080, "autostart": True}
    (machine,) = sim.app("shop", image=ONE, config={"services": [service]})
    ask("POST", f"{MACHINES}/{machine}/stop")
    assert told(sim.edge("shop"))[0] == 200
    assert sim.machine("shop")["state"] == "started"


def test_the_edge_answers_as_the_machine_is(sim, ask):
    """Nothing listens: 502; health is what the check sees; other pages are served whatever the health is."""
    sim.behave(OLD, Behaviour(address=""))
    sim.behave(NEW, Behaviour(health=500, pages={"/": (200, {"X-Version": "2"}, b"two")}))
    (machine,) = sim.app("shop", image=ONE)
    until(ask, machine)
    edge = sim.edge("shop")
    assert told(edge)[0] == 502
    ask("POST", f"{MACHINES}/{machine}", {"config": config()})
    until(ask, machine)
    assert told(f"{edge}/health")[0] == 500
    status, headers, text = told(edge)
    assert (status, headers["X-Version"], text) == (200, "2", "two")
