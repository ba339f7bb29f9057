"""Release commands, with the real flyctl."""

from __future__ import annotations

import pytest

from tests.fly.behaviour import Behaviour, Task
from tests.fly.conftest import NEW, OLD, ONE, digests, newest

pytestmark = pytest.mark.flyctl

RELEASE = '\n[deploy]\nrelease_command = "migrate --all"\n'


def test_a_release_command_runs_before_the_machines_change(sim, flyctl):
    """Its machine gets the command and is gone when it is done; what it said may be lost when all goes well."""
    flyctl.toml += RELEASE
    sim.behave(NEW, Behaviour(task=Task(logs=("migrated 3",))))
    sim.app("shop", image=ONE)
    assert flyctl.deploy()[0] == 0
    made = sim.machine("shop")
    assert (made["state"], made["config"]["init"]["cmd"]) == ("destroyed", ["migrate", "--all"])
    assert made["config"]["env"]["RELEASE_COMMAND"] == "1"


def test_a_release_command_that_fails_changes_no_machine(sim, flyctl):
    """No lease is taken, its words and its code are told."""
    flyctl.toml += RELEASE
    sim.behave(NEW, Behaviour(task=Task(exit_code=3, logs=("no such table",))))
    sim.app("shop", image=ONE)
    code, out, err = flyctl.deploy()
    assert code == 1
    assert "no such table" in out + err
    assert "release command failed - aborting deployment" in err
    assert "exited with non-zero status of 3" in err
    assert (newest(sim), digests(sim)[0], sim.calls("POST", "/lease")) == ((2, "failed"), OLD, [])


def test_a_release_command_that_takes_too_long_goes_on(sim, flyctl):
    """Flyctl gives up, its machine is left running."""
    flyctl.toml += RELEASE
    sim.behave(NEW, Behaviour(task=Task(seconds=60)))
    sim.app("shop", image=ONE)
    code, _, err = flyctl.deploy("--release-command-timeout", "2s")
    assert (code, "to finish running" in err) == (1, True)
    assert sim.machine("shop")["state"] == "started"


def test_a_release_command_can_be_skipped(sim, flyctl):
    """A rollback does not migrate again."""
    flyctl.toml += RELEASE
    sim.app("shop", image=ONE)
    assert flyctl.deploy("--skip-release-command")[0] == 0
    assert len(sim.world.app("shop").machines) == 1
