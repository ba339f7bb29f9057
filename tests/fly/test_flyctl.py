"""The real flyctl against the simulator: each row is what was seen of it, so a change of either shows."""

from __future__ import annotations

import json
import re
import signal
import threading
import time
from math import inf

import pytest

from tests.fly.behaviour import Behaviour, Task
from tests.fly.conftest import CHECK, MACHINES, NEW, OLD, ONE, TOML, TWO, deploying, digests, newest, told

pytestmark = pytest.mark.flyctl


ORDER = [
    "GET /v1/apps/shop",
    "GET /api/v1/organizations/sim-org",
    "POST /api/v1/builds",
    "POST /graphql",
    "POST /api/v1/builds/finish",
    "GET /v1/apps/shop/machines",
    "POST /api/v1/releases",
    "POST /graphql",
    "PATCH /api/v1/releases/R",
    "POST /v1/apps/shop/machines/M/lease",
    "POST /v1/apps/shop/machines/M",
    "GET /v1/apps/shop/machines/M/wait",
    "GET /v1/apps/shop/machines/M",
    "GET /v1/apps/shop/machines/M/ps",
    "DELETE /v1/apps/shop/machines/M/lease",
    "PATCH /api/v1/releases/R",
]


def test_a_deployment_asks_what_is_known_in_the_known_order(sim, flyctl):
    """One machine gets the image, the release is complete, and its JSON is one line among others."""
    (machine,) = sim.app("shop", image=ONE)
    code, out, _ = flyctl.deploy()
    calls = [re.sub(r"rel_\d+", "R", one.replace(machine, "M")) for one in sim.calls()]
    assert (code, calls) == (0, ORDER)
    release = next(json.loads(line) for line in out.splitlines() if line.startswith('{"id"'))
    assert (release["version"], release["image_ref"]) == (2, TWO)
    assert (newest(sim), digests(sim)) == ((2, "complete"), [NEW])
    view = sim.machine("shop")
    assert view["config"]["metadata"]["fly_release_version"] == "2"
    update = next(one.json for one in sim.requests if one.method == "POST" and one.path.endswith(machine))
    assert update["config"]["services"][0]["autostop"] is False
    assert update["config"]["guest"]["memory_mb"] == 512


def test_smoke_checks_want_ten_seconds_of_uptime(sim, flyctl):
    """Flyctl waits for what lacks of them; starts may look older than they are."""
    sim.app("shop", image=ONE)
    times = []
    for sim.world.started_ago in (7, 11):
        began = time.monotonic()
        assert flyctl.deploy(smoke=True)[0] == 0
        times.append(time.monotonic() - began)
    assert times[0] > 3 + min(times[1], 0.5)


@pytest.mark.parametrize("strategy", ["immediate", "canary"])
def test_other_strategies_work(sim, flyctl, strategy):
    """What differs is only who is asked when."""
    sim.app("shop", image=ONE)
    assert flyctl.deploy("--strategy", strategy)[0] == 0
    alive = [one for one in sim.world.app("shop").machines.values() if one.alive(sim.world.clock())]
    assert [one.image.digest for one in alive] == [NEW]


def test_a_reference_with_a_digest_is_passed_on_as_the_server_tells_it(sim, flyctl):
    """Where the server tells the tag only, the digest is lost without a word."""
    sim.app("shop", image=ONE)
    for sim.image_ref, ref in (("echo", f"{TWO}@{NEW}"), ("tag", TWO)):
        assert flyctl.deploy("--strategy", "immediate", image=f"{TWO}@{NEW}")[0] == 0
        assert sim.machine("shop")["config"]["image"] == ref


FAILED = {
    "health": (Behaviour(health=500), "2s", "timeout reached waiting for health checks to pass for machine"),
    "redirect": (Behaviour(health=301), "2s", "timeout reached waiting for health checks to pass for machine"),
    "no results": (Behaviour(reports=False), "2s", "timeout reached waiting for health checks to pass for machine"),
    "never starts": (Behaviour(boot=inf), "1s", "timeout reached waiting for machine's state to change"),
    "the pull fails": (Behaviour(pull="fails"), "1s", "timeout reached waiting for machine's state to change"),
}


@pytest.mark.parametrize("case", FAILED)
def test_a_bad_image_fails_and_stays(sim, flyctl, case):
    """The release has failed, the machine keeps the new image, its lease is given back."""
    behaviour, seconds, text = FAILED[case]
    sim.behave(NEW, behaviour)
    (machine,) = sim.app("shop", image=ONE)
    code, out, err = flyctl.deploy("--wait-timeout", seconds)
    assert code == 1
    assert text in out + err
    assert (newest(sim), digests(sim)) == ((2, "failed"), [NEW])
    assert sim.world.app("shop").machines[machine].lease is None


@pytest.mark.parametrize("behaviour", [Behaviour(dies_after=0.1, exit_code=139), Behaviour(needs_mb=600)])
def test_a_program_that_crashes_again_and_again_is_seen(sim, flyctl, behaviour):
    """The smoke checks see it, and its log is asked for."""
    sim.behave(NEW, behaviour)
    sim.app("shop", image=ONE)
    code, _, err = flyctl.deploy(smoke=True)
    assert code == 1
    assert "the app appears to be crashing" in err
    assert sim.calls("GET", "/logs")
    assert newest(sim) == (2, "failed")


FALSE = {
    "ends with 0": (Behaviour(dies_after=0.1, exit_code=0), TOML, "stopped", NEW),
    "answers with the old image": (Behaviour(pull="old"), TOML + CHECK, "started", OLD),
    "answers with all that was old": (Behaviour(pull="reverts"), TOML + CHECK, "started", OLD),
}


@pytest.mark.parametrize("case", FALSE)
def test_a_success_may_be_false(sim, flyctl, case):
    """Flyctl ends with 0 and the release is complete, yet the new program does not run."""
    behaviour, flyctl.toml, state, digest = FALSE[case]
    sim.behave(NEW, behaviour)
    sim.app("shop", image=ONE)
    assert flyctl.deploy()[0] == 0
    time.sleep(0.2)
    view = sim.machine("shop")
    assert (view["state"], view["image_ref"]["digest"], newest(sim)) == (state, digest, (2, "complete"))


def test_a_stopped_machine_stays_stopped(sim, ask, flyctl):
    """It gets the image, nothing starts and nothing is checked: the success is false."""
    (machine,) = sim.app("shop", image=ONE)
    ask("POST", f"{MACHINES}/{machine}/stop")
    assert flyctl.deploy()[0] == 0
    assert (sim.machine("shop")["state"], digests(sim)) == ("stopped", [NEW])


def test_the_first_machine_that_fails_stops_the_others(sim, flyctl):
    """The second one keeps the old image."""
    sim.behave(NEW, Behaviour(health=500))
    sim.app("shop", machines=2, image=ONE)
    assert flyctl.deploy("--wait-timeout", "2s")[0] == 1
    assert sorted(digests(sim)) == [OLD, NEW]


def test_a_canary_that_fails_stays(sim, flyctl):
    """The old machine is untouched, the extra one is left behind."""
    sim.behave(NEW, Behaviour(health=500))
    sim.app("shop", image=ONE)
    assert flyctl.deploy("--strategy", "canary", "--wait-timeout", "2s")[0] == 1
    assert digests(sim) == [OLD, NEW]
    assert sim.machine("shop")["state"] == "started"


def test_bluegreen_that_fails_leaves_the_old_machine(sim, flyctl):
    """The green one is destroyed; a volume cannot be at both."""
    sim.behave(NEW, Behaviour(health=500))
    sim.app("shop", image=ONE)
    code, _, err = flyctl.deploy("--strategy", "bluegreen", "--wait-timeout", "2s")
    assert (code, "could not get all green machines to be healthy" in err) == (1, True)
    states = [one.state(sim.world.clock()) for one in sim.world.app("shop").machines.values()]
    assert states == ["started", "destroyed"]


def test_an_unreachable_host_has_its_machine_replaced(sim, flyctl):
    """It is destroyed and another one is created."""
    sim.behave(OLD, Behaviour(host="unreachable"))
    (machine,) = sim.app("shop", image=ONE)
    assert flyctl.deploy()[0] == 0
    assert sim.world.app("shop").machines[machine].state(sim.world.clock()) == "destroyed"
    assert sim.machine("shop")["image_ref"]["digest"] == NEW


def test_an_image_that_nobody_knows_is_looked_for_twice(sim, flyctl):
    """No release is made."""
    sim.app("shop", image=ONE)
    code, _, err = flyctl.deploy(image="registry.fly.io/shop:9")
    assert (code, "could not find image" in err.lower()) == (1, True)
    assert sim.calls("POST", "/builds") == ["POST /api/v1/builds", "POST /api/v1/builds/finish"] * 2
    assert newest(sim)[0] == 1


def test_an_image_that_was_just_pushed_is_found_the_second_time(sim, flyctl):
    """The registry tells of it a little later."""
    sim.app("shop", image=ONE)
    sim.world.images.hidden = 1
    assert flyctl.deploy()[0] == 0


def test_a_machine_check_comes_after_the_update(sim, flyctl):
    """A failed one ends the deployment, and the machine has the new image already."""
    check = '\n[[http_service.machine_checks]]\ncommand = ["try", "it"]\nimage = "registry.fly.io/shop:1"\n'
    flyctl.toml += check
    sim.behave(OLD, Behaviour(task=Task(exit_code=2)))
    (machine,) = sim.app("shop", image=ONE)
    code, _, err = flyctl.deploy()
    assert (code, "with exit code 2" in err) == (1, True)
    assert sim.machine("shop", machine)["image_ref"]["digest"] == NEW


def test_a_first_deployment_makes_all(sim, flyctl):
    """An app without machines gets addresses and one machine."""
    sim.app("shop")
    assert flyctl.deploy("--ha=false")[0] == 0
    assert digests(sim) == [NEW]
    assert len(sim.world.app("shop").ips) == 2


def test_a_lease_of_someone_else_is_waited_for(sim, ask, flyctl):
    """Flyctl asks again and again until it has lapsed."""
    (machine,) = sim.app("shop", image=ONE)
    ask("POST", f"{MACHINES}/{machine}/lease?ttl=2")
    began = time.monotonic()
    assert flyctl.deploy()[0] == 0
    assert time.monotonic() - began > 1.5
    assert [one.status for one in sim.requests if one.path.endswith("/lease") and one.method == "POST"].count(409) > 3


def test_of_two_deployments_at_once_the_last_wins(sim, flyctl):
    """Both end well; nothing is locked."""
    sim.push("registry.fly.io/shop:3", "sha256:" + "c" * 64)
    sim.behave(NEW, Behaviour(healthy_after=1))
    sim.app("shop", image=ONE)
    codes = {}
    first = threading.Thread(target=lambda: codes.update(first=flyctl.deploy()[0]))
    held = sim.pause_before("GET", "/wait")
    first.start()
    held.wait()
    second = threading.Thread(target=lambda: codes.update(second=flyctl.deploy(image="registry.fly.io/shop:3")[0]))
    second.start()
    time.sleep(1)
    held.release()
    first.join()
    second.join()
    assert codes == {"first": 0, "second": 0}
    assert digests(sim) == ["sha256:" + "c" * 64]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_leaves_the_lease(sim, flyctl, number):
    """The release is interrupted, the code is 127, and the lease is not given back."""
    (machine,) = sim.app("shop", image=ONE)
    held = sim.pause_before("GET", "/wait")
    with flyctl.begin(*deploying()) as run:
        held.wait()
        run.send_signal(number)
        run.communicate(timeout=20)
    held.release()
    assert run.returncode == 127
    assert newest(sim) == (2, "interrupted")
    assert sim.calls("DELETE") == []
    assert sim.world.app("shop").machines[machine].lease is not None


def test_a_killed_deployment_stays_running_for_ever(sim, flyctl):
    """Nobody tells the API that it ended."""
    sim.app("shop", image=ONE)
    held = sim.pause_before("POST", r"/machines/\w+$")
    with flyctl.begin(*deploying()) as run:
        held.wait()
        run.kill()
        run.communicate(timeout=20)
    assert newest(sim) == (2, "running")


def test_visitors_get_the_new_pages(sim, flyctl):
    """What the edge serves changes with the image."""
    sim.behave(OLD, Behaviour(pages={"/": (200, {}, b"old")}))
    sim.behave(NEW, Behaviour(pages={"/": (200, {}, b"new")}))
    sim.app("shop", image=ONE)
    edge = sim.edge("shop")
    seen = []
    for run in (lambda: None, flyctl.deploy):
        run()
        time.sleep(0.05)
        seen.append(told(edge)[2])
    assert seen == ["old", "new"]
