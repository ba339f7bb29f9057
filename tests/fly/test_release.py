"""Releases from the command line to the machines: the real flyctl, a simulated platform, a real registry."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from math import inf

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pipeline.registry.documents import MIGRATIONS
from pipeline.release import records
from pipeline.release.records import read
from tests.fly.behaviour import Behaviour
from tests.registry import images

pytestmark = pytest.mark.flyctl


def test_deploy_again_another_back(place, image):
    """A first release, the same again without flyctl, another one, and back: each verdict is what serves."""
    one, two = image("one"), image("two")
    plan = place("release", "plan", "staging", one.reference)
    assert (plan.code, place.deployments()) == (0, 0)
    assert "live        nothing" in plan.out
    said = place.deploy(one)
    assert (said.code, said.out.split(":")[0]) == (0, "VERIFIED")
    assert (place.serves(), place.locks(), place.deployments()) == ({one.digest}, [], 1)
    asked = len(place.sim.requests)
    said = place.deploy(one)
    assert (said.code, said.out.split(":")[0], place.deployments()) == (0, "UNCHANGED", 1)
    assert not [call for call in place.sim.requests[asked:] if "graphql" in call.path or "/api/v1" in call.path]
    assert place.deploy(two).code == 0
    assert (place.serves(), place.deployments()) == ({two.digest}, 2)
    told = json.loads(place("status", "staging", "--json").out)
    assert told["verified"] == told["latest"]["id"]
    assert [one["digest"] for one in told["machines"]] == [two.digest]
    assert place("verify", "staging").out.startswith("VERIFIED: ")
    said = place("rollback", "staging", "--json")
    (record,) = read(said.out)
    assert (said.code, record.kind, record.verdict.is_good) == (0, "rollback", True)
    assert place.serves() == {one.digest}
    assert place.verdicts() == ["rollback verified", "deploy verified", "deploy verified"]
    listed = place("releases", "staging").out
    assert "2 of 2 deployments went well (100.0%)" in listed
    # Without anybody's word, back means the last good one that is not live; by name, that one.
    assert place("rollback", "staging", two.digest[7:19]).code == 0
    assert place.serves() == {two.digest}
    assert place("rollback", "staging", place.log()[-1].id).code == 0
    assert place.serves() == {one.digest}
    assert place("rollback", "staging", "nobody").err.startswith("P204 ")


BROKEN = {
    "health": (Behaviour(health=500), "answers 500"),
    "crash": (Behaviour(dies_after=0.05, exit_code=139), ""),
    "deaf": (Behaviour(address=""), "critical"),
    "never starts": (Behaviour(boot=inf), "it is starting"),
    "dies later": (Behaviour(unhealthy_after=1.2), "answers 500"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_image_gives_way_to_the_last_good_one(place, image, case):
    """By itself, at once, and what came back is verified again."""
    good, bad = image("one"), image(case)
    behaviour, why = BROKEN[case]
    place.sim.behave(bad.digest, behaviour)
    place.configure(wait="2 s")
    if case == "dies later":
        place.configure(stable="2 s")
    assert place.deploy(good).code == 0
    said = place.deploy(bad)
    assert (said.code, said.out.split(":")[0]) == (1, "RED, ROLLED BACK")
    assert why in said.out
    assert (place.serves(), place.locks()) == ({good.digest}, [])
    back, red, _ = place.log()
    assert place.verdicts() == ["rollback verified", "deploy rolled back", "deploy verified"]
    assert (back.of, back.goal.digest) == (red.id, good.digest)
    (begun,) = [one.at for one in place.sim.requests if one.path == "/api/v1/releases" and one.at > red.ended]
    assert begun - red.ended < 5
    assert back.ended - red.ended < 30
    update = [
        one.json for one in place.sim.requests if one.method == "POST" and one.at > begun and "config" in one.json
    ]
    assert [one["config"]["metadata"].get("fly_process_group") for one in update] == ["app"]


def test_the_canary_of_a_broken_image_is_taken_away(place, image):
    """Nothing else was changed; flyctl would leave it, and take it for a machine of the app from then on."""
    good, bad = image("one"), image("health")
    place.configure(wait="2 s", strategy="canary")
    assert place.deploy(good).code == 0
    place.sim.behave(bad.digest, Behaviour(health=500))
    said = place.deploy(bad)
    assert (said.code, said.out.split(":")[0]) == (1, "RED, NOTHING CHANGED")
    made = [one for one in place.sim.requests if one.method == "POST" and "fly_canary" in str(one.json)]
    assert made
    assert place.serves() == {good.digest}


def test_what_was_seen_of_a_red_release_comes_with_it(place, image):
    """States, statuses and bodies, for people and in the JSON; the log in the registry has none of it."""
    bad = image("health")
    place.sim.behave(bad.digest, Behaviour(health=500))
    place.configure(wait="2 s")
    said = place("deploy", "staging", bad.reference, "--json")
    (seen,) = [one["seen"] for one in json.loads(said.out)["releases"]]
    assert any(line.startswith("/health 500: ") for line in seen)
    assert any(line.startswith("machine ") and "critical HTTP 500" in line for line in seen)
    assert [one.seen for one in place.log()] == [()]


def test_a_broken_first_release_stops(place, image):
    """There is nothing to go back to, which is told as an alert."""
    bad = image("health")
    place.sim.behave(bad.digest, Behaviour(health=500))
    place.configure(wait="2 s")
    said = place.deploy(bad)
    assert (said.code, said.out.split(":")[0]) == (1, "ALERT")
    assert "nothing to go back to" in said.out
    assert place.verdicts() == ["deploy stuck"]


def test_a_rollback_that_fails_stops(place, image):
    """It never loops: the old image does not work any more either, so a person is called."""
    good, bad = image("one"), image("health")
    place.configure(wait="2 s")
    assert place.deploy(good).code == 0
    place.sim.behave(good.digest, Behaviour(health=503))
    place.sim.behave(bad.digest, Behaviour(health=500))
    said = place.deploy(bad)
    assert (said.code, said.out.split(":")[0], place.deployments()) == (1, "ALERT", 3)
    assert place.verdicts() == ["rollback stuck", "deploy stuck", "deploy verified"]


def test_a_destructive_migration_bars_the_way_back(place, image):
    """By itself and on demand, until somebody accepts the loss that is listed."""
    good, bad = image("one"), image("drops a column")
    image.keep(bad, MIGRATIONS, {"contexts": [{"migrations": [{"id": "20260101_Drop", "because": ["DROP COLUMN"]}]}]})
    place.configure(wait="2 s")
    assert place.deploy(good).code == 0
    place.sim.behave(bad.digest, Behaviour(health=500))
    said = place.deploy(bad)
    assert (said.code, said.out.split(":")[0]) == (1, "ALERT")
    assert "does not survive 20260101_Drop" in said.out
    asked = place.deployments()
    said = place("rollback", "staging")
    assert (said.code, said.err.startswith("P203 "), place.deployments()) == (1, True, asked)
    assert "20260101_Drop: DROP COLUMN" in said.err
    # Who deploys the older image instead of going back to it reads of the same loss.
    warned = "an older image: the database has had 20260101_Drop (DROP COLUMN)"
    assert warned in place("release", "plan", "staging", good.reference).out
    assert warned not in place("release", "plan", "staging", bad.reference).out
    assert place.serves() == {bad.digest}
    assert place("rollback", "staging", "--accept-loss").code == 0
    assert place.serves() == {good.digest}


def test_what_sleeps_is_woken(place, image):
    """A machine that the platform stopped is no false alarm, and a deployment starts it."""
    one, two = image("one"), image("two")
    text = (place.folder / "app/fly.toml").read_text()
    place.write(
        "fly.toml", text.replace('"off"', '"stop"').replace("min_machines_running = 1", "min_machines_running = 0")
    )
    assert place.deploy(one).code == 0
    (machine,) = [one for one in place.sim.world.app(place.app).machines.values() if one.config.get("services")]
    machine.rest("stopped", time.time())
    assert place("verify", "staging").code == 0
    machine.rest("stopped", time.time())
    assert place.deploy(two).code == 0
    assert place.serves() == {two.digest}


def test_an_unproven_image_is_not_released(place):
    """What nobody scanned goes nowhere."""
    import anyio  # noqa: PLC0415

    from pipeline.registry.reference import parse  # noqa: PLC0415
    from pipeline.registry.session import Access, publishing  # noqa: PLC0415

    folder, where = images.packed(place.folder / "x", "naked"), parse(f"{place.host}/team/shop")
    made = anyio.run(lambda: publishing(Access(), where, folder, lambda _: [], ["naked"]))
    said = place.deploy(made)
    assert (said.code, said.err[:4], place.sim.requests) == (1, "P201", [])


def test_what_nobody_signed_is_not_gone_back_to(place, image):
    """The log names it, and who writes into the registry writes the log: neither on demand nor by itself."""
    one, two, bad = image("one"), image("two"), image("health")
    for good in (one, two):
        assert place.deploy(good).code == 0
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    place.write("key.pub", key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())
    settings = json.loads((place.folder / "app/pipeline.yaml").read_text())
    settings["publish"]["public_key"] = "key.pub"
    place.write("pipeline.yaml", json.dumps(settings))
    asked = place.deployments()
    assert "P201 " in place("rollback", "staging").err
    assert "P201 " in place.deploy(bad).err
    assert (place.serves(), place.deployments(), place.locks()) == ({two.digest}, asked, [])


def remembering(place, monkeypatch, **more):
    """Let the log say something else of each release."""
    read = records.read
    monkeypatch.setattr(
        "pipeline.release.records.read",
        lambda *words: tuple(replace(found, goal=replace(found.goal, **more)) for found in read(*words)),
    )


def test_an_image_of_another_app_is_not_gone_back_to(place, image, monkeypatch):
    """Where the image is not to be had any more its old name is taken, but not one of anywhere."""
    one, two = image("one"), image("two")
    for good in (one, two):
        assert place.deploy(good).code == 0
    away = f"127.0.0.1:9/away@{one.digest}"
    remembering(place, monkeypatch, source=away, image=f"{place.host}/team/shop:one")
    asked = place.deployments()
    said = place("rollback", "staging")
    assert (said.code, "is not in" in said.out) == (1, True)
    assert (place.serves(), place.deployments()) == ({two.digest}, asked)


def test_an_image_that_fly_has_no_more_is_brought_again(place, image, monkeypatch):
    """Its registry may forget what no machine runs; where it was published it still is."""
    one, two = image("one"), image("two")
    for good in (one, two):
        assert place.deploy(good).code == 0
    remembering(place, monkeypatch, image=f"{place.host}/{place.app}:gone")
    assert place("rollback", "staging").code == 0
    assert place.serves() == {one.digest}
