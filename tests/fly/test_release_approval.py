"""What a person has to say before a release, and the secrets that come with it."""

from __future__ import annotations

import re

import pytest

from tests.fly.released import MARK, TOKEN, VALUE

pytestmark = pytest.mark.flyctl


def _hash(said):
    return re.search(r"^hash +(\w+)$", said.out, re.MULTILINE)[1]


def test_only_what_was_approved_is_done(place, image):
    """Without the hash of the plan, with one of another image, or after the machines changed: nothing happens."""
    one, two = image("one"), image("two")
    place.configure(approval=True)
    said = place.deploy(one)
    assert (said.code, said.err.startswith("P202 "), place.deployments()) == (1, True, 0)
    first = _hash(place("release", "plan", "staging", one.reference))
    assert place.deploy(two, "--approve", first).err.startswith("P202 ")
    assert place.deploy(one, "--approve", first).code == 0
    assert place.serves() == {one.digest}
    old = _hash(place("release", "plan", "staging", two.reference))
    assert place("rollback", "staging").err.startswith("P204 ")
    (machine,) = [one for one in place.sim.world.app(place.app).machines.values() if one.config.get("services")]
    place.sim.renew(machine)
    said = place.deploy(two, "--approve", old)
    assert (said.code, said.err.startswith("P202 "), place.serves()) == (1, True, {one.digest})
    new = _hash(place("release", "plan", "staging", two.reference))
    assert place.deploy(two, "--approve", new).code == 0
    assert place.serves() == {two.digest}


def test_secrets_come_with_a_release(place, image):
    """One that is missing is refused; those at hand are set first, and the machines have them with the new image."""
    one, two = image("one"), image("two")
    place.sim.world.stale_secrets = True
    place.configure(secrets={"JWT_KEY": "env:JWT_KEY", "DATABASE_URL": ""})
    place.env["JWT_KEY"] = VALUE
    said = place.deploy(one)
    assert (said.code, said.err.startswith("P130 "), "DATABASE_URL" in said.err) == (2, True, True)
    app = place.sim.world.app(place.app)
    assert app.versions == [{}]
    place.sim.world.set_secrets(app, {"DATABASE_URL": "there"})
    assert place.deploy(one).code == 0
    assert {name: kept.value for name, kept in app.versions[-1].items()} == {"DATABASE_URL": "there", "JWT_KEY": VALUE}
    assert _booted(place)["JWT_KEY"] == VALUE
    assert {name for name, _ in place.log()[0].secrets} == {"DATABASE_URL", "JWT_KEY"}
    # Nothing is set again by itself, and the same image with the same secrets is nothing to do.
    place.env["JWT_KEY"] = f"{VALUE} of tomorrow"
    assert place.deploy(one).out.startswith("UNCHANGED")
    assert _booted(place)["JWT_KEY"] == VALUE
    said = place("release", "plan", "staging", one.reference, "--secrets")
    assert "JWT_KEY: present, set again" in said.out
    assert place.deploy(one, "--secrets").out.startswith("VERIFIED")
    assert _booted(place)["JWT_KEY"] == f"{VALUE} of tomorrow"
    made = [one.json for one in place.sim.requests if one.method == "POST" and "config" in one.json]
    wanted = [one.get("min_secrets_version") for one in made if one["config"].get("services")]
    assert all(wanted)
    # A secret that somebody else set reaches the machines with the next release, and makes it one.
    place.sim.world.set_secrets(app, {"DATABASE_URL": "elsewhere"})
    assert place.deploy(one).out.startswith("VERIFIED")
    assert _booted(place)["DATABASE_URL"] == "elsewhere"
    assert place.deploy(two).code == 0


def test_a_variable_that_is_also_a_secret_is_refused_with_the_rest(place, image):
    """All of it at once, each where it stands."""
    place.configure(secrets={"ASPNETCORE_HTTP_PORTS": "", "JWT_KEY": ""})
    said = place("release", "plan", "staging", image("one").reference)
    assert (said.code, "F213 fly.toml:4: ASPNETCORE_HTTP_PORTS" in said.out) == (2, True)
    assert "the secret JWT_KEY is not set" in said.out


def test_a_token_of_several_parts_is_one_to_whoever_reads_it(place, image):
    """Fly's own have a word before them and a comma in them; no part is shown."""
    token = f"FlyV1 fm2_{MARK},{TOKEN}"
    place.sim.tokens |= {token, token.removeprefix("FlyV1 ")}
    place.env["FLY_API_TOKEN"] = token
    assert place.deploy(image("one")).code == 0
    assert place.verdicts() == ["deploy verified"]


def _booted(place):
    """Return the secrets that the machine of the app started with."""
    app = place.sim.world.app(place.app)
    (machine,) = [one for one in app.machines.values() if one.config.get("services") and one.alive(1e12)]
    return {name: kept.value for name, kept in app.versions[machine.secrets_version].items()}
