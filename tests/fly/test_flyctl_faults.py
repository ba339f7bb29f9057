"""What the real flyctl repeats, and what is fatal: each time one bad answer, then good ones."""

from __future__ import annotations

from math import inf

import pytest

from tests.fly.conftest import NEW, OLD, ONE, TOML

pytestmark = pytest.mark.flyctl

ONE_MACHINE = r"/machines/\w+$"
SURVIVED = [
    ("GET", "/v1/apps/shop$", 503),
    ("GET", "/v1/apps/shop$", "reset"),
    ("GET", "/machines$", 502),
    ("GET", "/organizations/", 429),
    ("PATCH", "/releases/", 500),
    ("PATCH", "/releases/", "lost"),
    ("POST", "/lease", 500),
    ("GET", "/wait", 500),
    ("GET", "/wait", 404),
    ("GET", ONE_MACHINE, 503),
    ("GET", ONE_MACHINE, "reset"),
    ("DELETE", "/lease", 500),
]
FATAL = [
    ("GET", "/v1/apps/shop$", 429),
    ("GET", "/machines$", 429),
    ("POST", "/v1/releases$", 429),
    ("POST", "/v1/releases$", "reset"),
    ("PATCH", "/releases/", 429),
    ("POST", ONE_MACHINE, 429),
    ("POST", ONE_MACHINE, 500),
    ("POST", ONE_MACHINE, "reset"),
    ("POST", ONE_MACHINE, "lost"),
    ("POST", ONE_MACHINE, "malformed"),
    ("GET", ONE_MACHINE, 429),
    ("GET", ONE_MACHINE, 404),
]


@pytest.mark.parametrize("rows", [SURVIVED, [("POST", "/graphql", 500)]], ids=["many", "the image is looked for twice"])
def test_flyctl_lives_with_bad_answers(sim, flyctl, rows):
    """One of each in one deployment; all of them happened."""
    sim.app("shop", image=ONE)
    faults = [sim.fault(*row) for row in rows]
    code, _, err = flyctl.deploy()
    assert (code, [one for one in faults if not one.done]) == (0, []), err
    assert sim.machine("shop")["image_ref"]["digest"] == NEW


@pytest.mark.parametrize("row", FATAL, ids=lambda row: f"{row[0]} {row[1]} {row[2]}")
def test_one_bad_answer_can_be_fatal(sim, flyctl, row):
    """The code is 1 at once, and what the machine has depends on what was done before."""
    method, path, kind = row
    sim.app("shop", image=ONE)
    fault = sim.fault(method, path, kind)
    code, _, err = flyctl.deploy()
    assert (code, fault.done) == (1, 1), err
    changed = kind == "lost" or (method == "GET" and path == ONE_MACHINE)
    assert sim.machine("shop")["image_ref"]["digest"] == (NEW if changed else OLD)


@pytest.mark.parametrize("kind", [429, 500, "lost"])
def test_the_last_word_on_a_release_does_not_matter(sim, flyctl, kind):
    """The code is 0, the release stays what it was."""
    sim.app("shop", image=ONE)
    sim.fault("PATCH", "/releases/", kind, after=1, times=inf)
    assert flyctl.deploy()[0] == 0
    assert sim.world.app("shop").releases[-1].status == ("complete" if kind == "lost" else "running")


def test_a_deployment_with_retries_lives_with_a_429(sim, flyctl):
    """The other engine asks for the machines and tries again."""
    sim.app("shop", image=ONE)
    sim.fault("POST", ONE_MACHINE, 429)
    assert flyctl.deploy("--deploy-retries=1")[0] == 0
    assert sim.machine("shop")["image_ref"]["digest"] == NEW


def test_a_wrong_token_is_told(sim, flyctl):
    """Flyctl says that it is not authorized."""
    sim.app("shop", image=ONE)
    code, _, err = flyctl("status", "--app", "shop", env={"FLY_API_TOKEN": "wrong"})
    assert code == 1
    assert "unauthorized" in err.lower() or "401" in err


def test_logs_may_be_refused(sim, flyctl):
    """A token of deployments cannot read them; the failure is told without them."""
    flyctl.toml = TOML + '\n[deploy]\nrelease_command = "migrate"\n'
    sim.fault("GET", "/logs", 401, times=inf)
    sim.app("shop", image=ONE)
    assert flyctl.deploy()[0] == 0


def test_a_migration_that_succeeded_may_be_told_as_failed(sim, flyctl):
    """Its machine cannot be read any more when it is destroyed."""
    flyctl.toml = TOML + '\n[deploy]\nrelease_command = "migrate"\n'
    sim.app("shop", image=ONE)
    sim.fault("GET", ONE_MACHINE, 404, times=inf)
    code, _, err = flyctl.deploy()
    assert (code, "release_command machine" in err and "exit event" in err) == (1, True)
