"""Releases from the engine: flyctl in its own image, against a simulated Fly.io and a real registry."""

from __future__ import annotations

import anyio
import pytest

from pipeline.registry.reference import parse
from pipeline.registry.session import Access, publishing
from tests import apps
from tests.engine import own_address
from tests.engine.dagger_call import dagger
from tests.fly import fly_toml
from tests.fly.behaviour import Behaviour
from tests.fly.simulator import TOKEN, Simulator
from tests.registry import images, real

pytestmark = pytest.mark.engine

SETTINGS = """
security: {{enabled: false}}
publish: {{repository: "{host}/team/hello", plain_http: true}}
environments:
  staging:
    release:
      health: /
      url: "{edge}"
      stable: 1 s
      wait: 20 s
      registry: "{host}"
      api: "{api}"
      machines_api: "{api}"
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Return the small application, a simulated Fly.io with an app for it, and a registry; containers reach both."""
    if problem := real.lacking():
        pytest.skip(problem)
    gateway = own_address.seen_by_containers(tmp_path_factory.mktemp("route"))
    try:
        with (
            real.serving(tmp_path_factory.mktemp("registry"), gateway) as host,
            Simulator(registry=host, host=gateway) as sim,
        ):
            sim.app("hello-staging")
            app = apps.minimal(tmp_path_factory.mktemp("release") / "app")
            app.write("fly.staging.toml", fly_toml.text("hello-staging", health="/"))
            app.write("pipeline.yaml", SETTINGS.format(host=host, edge=sim.edge("hello-staging"), api=sim.url))
            yield app, sim, host
            assert sim.unknown == []
    except OSError as error:
        pytest.skip(f"the engine's containers do not reach this machine ({gateway}): {error}")


@pytest.fixture
def call(world, monkeypatch):
    """Return a function that calls a verb with the token."""
    monkeypatch.setenv("TOKEN_OF_FLY", TOKEN)

    def called(*words):
        done = dagger(world[0], "--fly-token=env://TOKEN_OF_FLY", "--by=a test", *words, feed=False)
        assert TOKEN not in done.said
        return done

    return called


def serving(sim):
    """Return the images of the machines that there are."""
    views = (sim.machine("hello-staging", one) for one in sim.world.app("hello-staging").machines)
    return {view["image_ref"]["digest"] for view in views if view["state"] != "destroyed"}


def published(host, folder, text):
    """Publish an image of a text, with what proves it."""
    packed = images.packed(folder / text, text)
    where, access = parse(f"{host}/team/hello"), Access(plain=True)
    return anyio.run(lambda: publishing(access, where, packed, images.documents, [text]))


def test_a_release_from_plan_to_rollback(world, call, tmp_path):
    """Planned, deployed with the hash, kept; a broken one gives way to it by itself."""
    _, sim, host = world
    good, bad = published(host, tmp_path, "one"), published(host, tmp_path, "broken")
    sim.behave(bad.digest, Behaviour(health=500, health_path="/"))

    plan = call("release-plan", "--env=staging", f"--image={good.reference}")
    assert plan.code == 0, plan.said
    assert "nothing serves yet" in plan.out
    approved = plan.out.strip().splitlines()[-1].split()[-1]

    done = call("deploy", "--env=staging", f"--image={good.reference}", f"--approve={approved}")
    assert done.code == 0, done.said
    assert done.out.startswith("VERIFIED")
    assert serving(sim) == {good.digest}

    red = call("deploy", "--env=staging", f"--image={bad.reference}")
    assert red.code == 1
    assert "RED, ROLLED BACK" in red.said
    assert serving(sim) == {good.digest}

    listed = call("releases", "--env=staging").out
    assert "rolled back" in listed
    assert "a test" in listed


def test_what_was_not_approved_is_not_done(world, call, tmp_path):
    """A hash of something else: nothing is touched."""
    _, sim, host = world
    image, before = published(host, tmp_path, "two"), len(sim.calls("POST", "/machines"))
    done = call("deploy", "--env=staging", f"--image={image.reference}", "--approve=0123456789abcdef")
    assert done.code == 1
    assert "P202" in done.said
    assert len(sim.calls("POST", "/machines")) == before
