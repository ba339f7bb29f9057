"""Secrets of an app on Fly.io, brought by the module: values come in one Dagger secret, and nobody shows them."""

from __future__ import annotations

import json

import pytest

from tests import apps
from tests.engine import own_address
from tests.engine.dagger_call import dagger
from tests.fly.conftest import OLD, ONE
from tests.fly.simulator import TOKEN, Simulator

pytestmark = pytest.mark.engine

VALUES = {"Jwt__Key": "c4n4ry p4ss#w0rd", "Smtp__Password": 'c4n4ry "two"\nlines'}


@pytest.fixture(scope="module")
def sim(tmp_path_factory):
    """Return a simulated platform that containers of the engine reach."""
    address = own_address.seen_by_containers(tmp_path_factory.mktemp("route"))
    try:
        with Simulator(host=address) as made:
            made.push(ONE, OLD)
            made.app("shop", image=ONE)
            yield made
    except OSError as error:
        pytest.skip(f"the engine's containers do not reach this machine ({address}): {error}")


@pytest.fixture
def call(tmp_path, sim, monkeypatch):
    """Return a function that calls the module on an application with two secrets; it looks for them in all it says."""
    app = apps.minimal(tmp_path / "app")
    release = {"app": "shop", "secrets": {"Jwt__Key": "env:JWT_KEY", "Smtp__Password": "file:smtp"}}
    settings = {"release": {"machines_api": sim.url}, "environments": {"staging": {"release": release}}}
    app.write("pipeline.yaml", json.dumps(settings))
    app.write("fly.toml", 'app = "other"\n')
    monkeypatch.setenv("FLY", TOKEN)
    monkeypatch.setenv("GIVEN", json.dumps(VALUES))

    def ask(*words):
        done = dagger(app, "--fly-token=env://FLY", words[0], "--env=staging", *words[1:], feed=False)
        assert "c4n4ry" not in done.said
        return done

    return ask


def test_values_come_in_one_secret(sim, call):
    """What is missing is told, then brought, then there."""
    done = call("secrets-plan")
    assert (done.code, "Secrets of shop (staging): 2 declared, 2 missing" in done.said) == (1, True)
    done = call("secrets-sync", "--values=env://GIVEN")
    assert (done.code, "version 1" in done.out) == (0, True), done.said
    assert {name: one.value for name, one in sim.world.app("shop").versions[-1].items()} == VALUES
    done = call("secrets-plan", "--values=env://GIVEN", "--as-json")
    assert (done.code, json.loads(done.out)["missing"]) == (0, [])
