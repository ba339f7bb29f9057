"""What the simulator promises, asked over HTTP without flyctl."""

from __future__ import annotations

import json
import threading
import time

import pytest

from tests.fly.conftest import MACHINES, OLD, ONE, SHOP, TWO, config, told, until
from tests.fly.simulator import Simulator


def test_every_answer_says_that_it_is_simulated(sim):
    """No one can take an answer for Fly's, not even one of the edge."""
    sim.app("shop", image=ONE)
    for url in (sim.url + SHOP, sim.edge("shop")):
        assert told(url)[1]["Fly-Simulator"] == "1"


@pytest.mark.parametrize("token", ["", "wrong"])
def test_a_wrong_token_is_refused(sim, ask, token):
    """Who has no token that the simulator knows gets 401 everywhere."""
    sim.app("shop", image=ONE)
    for method, path in (("GET", SHOP), ("POST", "/graphql"), ("POST", "/api/v1/releases")):
        assert ask(method, path, {}, token=token)[0] == 401


def test_what_is_not_served_is_seen():
    """An unknown call and an unknown field are no silent success, and are written down."""
    with Simulator() as sim:
        headers = {"Authorization": "Bearer sim-token"}
        assert told(f"{sim.url}/v1/apps/shop/nonsense", headers=headers)[0] == 501
        _, _, text = told(f"{sim.url}/graphql", "POST", {"query": "query { viewer { age } }"}, headers)
        assert "age" in json.loads(text)["errors"][0]["message"]
        assert len(sim.unknown) == 2


def test_a_machine_that_is_updated_is_another_instance_with_the_image_of_its_tag(sim, ask):
    """The tag is resolved when the machine boots, not when someone asked for the image before."""
    (machine,) = sim.app("shop", image=ONE)
    before = sim.machine("shop")
    sim.push(TWO, OLD)
    status, view = ask("POST", f"{MACHINES}/{machine}", {"config": config()})
    assert (status, view["image_ref"]["digest"]) == (200, OLD)
    assert view["instance_id"] != before["instance_id"]
    assert view["config"] == config()


def test_events_are_told_newest_first_in_milliseconds(sim, ask):
    """A start stands before its launch, as flyctl wants it."""
    (machine,) = sim.app("shop", image=ONE)
    until(ask, machine)
    events = sim.machine("shop")["events"]
    assert [one["type"] for one in events] == ["start", "launch"]
    assert abs(events[0]["timestamp"] / 1000 - time.time()) < 5


def test_a_name_of_a_machine_is_given_once(sim, ask):
    """The second machine of a name is refused until the first one is destroyed."""
    sim.app("shop", image=ONE)
    lock = {"name": "lock", "config": {"image": ONE}, "skip_launch": True}
    status, made = ask("POST", MACHINES, lock)
    assert (status, made["state"]) == (200, "stopped")
    status, refused = ask("POST", MACHINES, lock)
    text = f'already_exists: unique machine name violation, machine ID {made["id"]} already exists with name "lock"'
    assert (status, refused["error"]) == (409, text)
    assert ask("DELETE", f"{MACHINES}/{made['id']}?force=true")[0] == 200
    assert ask("POST", MACHINES, lock)[0] == 200


def test_one_of_many_gets_a_name(sim, ask):
    """Of callers at the same time exactly one creates the machine of a name."""
    sim.app("shop", image=ONE)
    got = []
    body = {"name": "lock", "config": {"image": ONE}, "skip_launch": True}
    threads = [threading.Thread(target=lambda: got.append(ask("POST", MACHINES, body)[0])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [200] + [409] * 7


def test_metadata_can_be_set_read_and_deleted(sim, ask):
    """Metadata changes without a lease, and shows in the configuration."""
    (machine,) = sim.app("shop", image=ONE)
    ask("POST", f"{MACHINES}/{machine}/lease?ttl=5")
    assert ask("POST", f"{MACHINES}/{machine}/metadata/verified", {"value": "yes"})[0] == 204
    assert ask("GET", f"{MACHINES}/{machine}/metadata")[1]["verified"] == "yes"
    assert ask("GET", f"{MACHINES}/{machine}/metadata/verified")[1] == {"value": "yes"}
    assert [one["id"] for one in ask("GET", f"{MACHINES}?metadata.verified=yes")[1]] == [machine]
    assert ask("DELETE", f"{MACHINES}/{machine}/metadata/verified")[0] == 204
    assert ask("GET", f"{MACHINES}/{machine}/metadata/verified")[0] == 404


def test_a_lease_keeps_others_away_until_it_lapses(sim, ask):
    """Only the nonce may change the machine; the term ends by itself."""
    (machine,) = sim.app("shop", image=ONE)
    path = f"{MACHINES}/{machine}"
    status, lease = ask("POST", f"{path}/lease?ttl=0.3")
    nonce = lease["data"]["nonce"]
    assert status == 201
    assert ask("POST", f"{path}/lease?ttl=1")[0] == 409
    assert ask("POST", path, {"config": config()})[0] == 409
    assert ask("DELETE", f"{path}/lease", nonce="other")[0] == 409
    status, again = ask("POST", f"{path}/lease?ttl=0.3", nonce=nonce)
    assert (status, again["data"]["nonce"]) == (200, nonce)
    assert ask("POST", path, {"config": config()}, nonce=nonce)[0] == 200
    time.sleep(0.35)
    assert ask("GET", f"{path}/lease")[0] == 404
    assert ask("POST", f"{path}/stop")[0] == 200


def test_a_destroyed_machine_can_still_be_read(sim, ask):
    """It is in no list any more, and its last words are there."""
    (machine,) = sim.app("shop", image=ONE)
    until(ask, machine)
    assert ask("DELETE", f"{MACHINES}/{machine}")[0] == 412
    assert ask("DELETE", f"{MACHINES}/{machine}?kill=true")[0] == 200
    assert ask("GET", MACHINES)[1] == []
    assert ask("GET", f"{MACHINES}/{machine}")[1]["state"] == "destroyed"
    assert ask("GET", f"{MACHINES}/{machine}/wait?state=started&timeout=1")[0] == 404


def test_a_wait_ends_with_its_time(sim, ask):
    """A state that does not come is 408; another instance does not count when one is named."""
    (machine,) = sim.app("shop", image=ONE)
    until(ask, machine)
    assert ask("GET", f"{MACHINES}/{machine}/wait?state=stopped&timeout=0.1")[0] == 408
    assert ask("GET", f"{MACHINES}/{machine}/wait?state=started&instance_id=other&timeout=0.1")[0] == 408


def test_a_volume_belongs_to_one_machine(sim, ask):
    """No second machine gets it until the first one is destroyed."""
    sim.app("shop")
    mounts = [{"volume": sim.volume("shop", "data"), "path": "/data"}]
    _, first = ask("POST", MACHINES, {"config": config(mounts=mounts)})
    assert ask("GET", f"{SHOP}/volumes")[1][0]["attached_machine_id"] == first["id"]
    assert ask("POST", MACHINES, {"config": config(mounts=mounts)})[0] == 409
    ask("DELETE", f"{MACHINES}/{first['id']}?kill=true")
    assert ask("POST", MACHINES, {"config": config(mounts=mounts)})[0] == 200


def test_secrets_have_versions_and_digests_that_hide_them(sim, ask):
    """A digest is the same for the same value, no value is told, null deletes."""
    sim.app("shop", image=ONE)
    status, told_ = ask("POST", f"{SHOP}/secrets", {"values": {"A": "one", "B": "two"}})
    assert (status, told_["version"]) == (200, 1)
    first = {one["name"]: one["digest"] for one in told_["secrets"]}
    _, told_ = ask("POST", f"{SHOP}/secrets", {"values": {"A": "one", "B": None, "C": "one"}})
    again = {one["name"]: one["digest"] for one in told_["secrets"]}
    assert (told_["version"], sorted(again)) == (2, ["A", "C"])
    assert again["A"] == first["A"] != again["C"]
    assert "one" not in json.dumps(told_)


def test_a_machine_boots_with_the_secrets_of_the_version_it_asks_for(sim, ask):
    """Who names no version may get old ones, as from a replica that lags; an unknown one is refused."""
    sim.app("shop")
    ask("POST", f"{SHOP}/secrets", {"values": {"A": "one"}})
    ask("POST", f"{SHOP}/secrets", {"values": {"A": "two"}})
    sim.world.stale_secrets = True
    versions = []
    for more in ({}, {"min_secrets_version": 2}):
        _, made = ask("POST", MACHINES, {"config": config()} | more)
        versions.append(sim.world.app("shop").machines[made["id"]].secrets_version)
    assert versions == [1, 2]
    assert ask("POST", MACHINES, {"config": config(), "min_secrets_version": 9})[0] == 412


def test_releases_are_counted_and_told_by_both_apis(sim, ask):
    """REST makes them, GraphQL lists the newest first, an unknown status is refused."""
    sim.app("shop", image=ONE)
    body = {"app_name": "shop", "build_id": 1, "definition": {"app": "shop"}, "image": TWO, "strategy": "ROLLING"}
    status, made = ask("POST", "/api/v1/releases", body)
    identity = made["release"]["id"]
    assert (status, made["release"]["version"]) == (201, 2)
    assert ask("PATCH", f"/api/v1/releases/{identity}", {"status": "failed", "metadata": None})[0] == 200
    assert ask("PATCH", f"/api/v1/releases/{identity}", {"status": "fine"})[0] == 422
    query = 'query { app(name: "shop") { now: currentRelease { version } releasesUnprocessed(first: 5) '
    query += "{ nodes { version status imageRef } } } }"
    _, answer = ask("POST", "/graphql", {"query": query})
    app = answer["data"]["app"]
    assert app["now"] == {"version": 1}
    assert [(one["version"], one["status"]) for one in app["releasesUnprocessed"]["nodes"]] == [
        (2, "failed"),
        (1, "complete"),
    ]


def test_a_guest_that_fly_does_not_sell_is_refused(sim, ask):
    """Shared CPUs come with 256 to 2048 MB each, in steps of 256."""
    sim.app("shop")
    for memory in (513, 4096):
        assert ask("POST", MACHINES, {"config": config(guest={"memory_mb": memory, "cpus": 1})})[0] == 422


def test_the_coverage_is_told(sim):
    """One can ask what is served."""
    served = json.loads(told(f"{sim.url}/__sim/coverage")[2])["served"]
    assert "POST /graphql" in served
    assert len(served) > 45
