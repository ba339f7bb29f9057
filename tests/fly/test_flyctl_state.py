"""Volumes, secrets and listings, with the real flyctl."""

from __future__ import annotations

import json

import pytest

from tests.fly.conftest import CHECK, NEW, ONE, TOML

pytestmark = pytest.mark.flyctl

MOUNT = '\n[mounts]\nsource = "data"\ndestination = "/data"\n'


@pytest.fixture
def mounted(sim, flyctl):
    """Return an app whose machine has a volume, deployed by flyctl itself."""
    sim.app("shop")
    flyctl.toml = TOML + CHECK + MOUNT
    volume = sim.volume("shop", "data")
    assert flyctl.deploy("--ha=false", image=ONE)[0] == 0
    return volume


def test_a_machine_keeps_its_volume(sim, flyctl, mounted):
    """An update in place carries it over."""
    assert flyctl.deploy()[0] == 0
    view = sim.machine("shop")
    assert [(one["volume"], one["path"]) for one in view["config"]["mounts"]] == [(mounted, "/data")]
    assert view["image_ref"]["digest"] == NEW
    assert sim.world.app("shop").volumes[mounted]["attached_machine_id"] == view["id"]


LOST = {
    "removed": ("", "yes flag must be specified when not running interactively"),
    "renamed": (MOUNT.replace('"data"', '"newdata"'), "can't update the attached volume"),
}


@pytest.mark.parametrize("case", LOST)
def test_a_mount_that_changed_is_refused(sim, flyctl, mounted, case):
    """Nothing is touched."""
    mount, text = LOST[case]
    flyctl.toml = TOML + CHECK + mount
    code, out, err = flyctl.deploy()
    assert (code, text in out + err) == (1, True), err
    assert len(sim.world.app("shop").releases) == 1


def test_a_volume_that_is_not_there_is_told(sim, flyctl):
    """The process group needs it."""
    sim.app("shop", image=ONE)
    flyctl.toml = TOML + CHECK + MOUNT
    code, _, err = flyctl.deploy()
    assert (code, "needs volumes with name 'data'" in err) == (1, True)


def test_bluegreen_with_a_volume_is_refused_by_the_platform_only(sim, flyctl, mounted):
    """Flyctl asks for a second machine with the same volume."""
    code, _, err = flyctl.deploy("--strategy", "bluegreen", "--wait-timeout", "3s")
    assert code == 1
    assert "already attached" in err
    assert sim.machine("shop")["state"] == "started"
    assert sim.world.app("shop").volumes[mounted]["attached_machine_id"] == sim.machine("shop")["id"]


def test_staged_secrets_come_with_the_next_deployment(sim, flyctl):
    """In one folder of configuration flyctl asks for the version it made; digests hide the values."""
    sim.app("shop", image=ONE)
    sim.world.stale_secrets = True
    code, _, err = flyctl("secrets", "import", "--stage", "--app", "shop", stdin='A="one"\nB=two\n')
    assert code == 0, err
    machine = next(iter(sim.world.app("shop").machines.values()))
    assert (machine.secrets_version, {n: s.value for n, s in sim.world.app("shop").versions[-1].items()}) == (
        0,
        {"A": "one", "B": "two"},
    )
    assert {one["status"] for one in listed(flyctl)} == {"Staged"}
    assert flyctl.deploy()[0] == 0
    assert machine.secrets_version == 1
    update = next(one.json for one in sim.requests if one.method == "POST" and one.path.endswith(machine.id))
    assert update["min_secrets_version"] == 1
    assert {(one["name"], one["status"]) for one in listed(flyctl)} == {("A", "Deployed"), ("B", "Deployed")}


def listed(flyctl):
    code, out, err = flyctl("secrets", "list", "--app", "shop", "--json")
    assert code == 0, err
    return json.loads(out)


def test_another_folder_of_configuration_does_not_know_the_version(sim, flyctl):
    """A deployment from elsewhere may boot with the old secrets."""
    sim.app("shop", image=ONE)
    sim.world.stale_secrets = True
    assert flyctl("secrets", "import", "--stage", "--app", "shop", stdin="A=one\n")[0] == 0
    (flyctl.folder / "home" / "config.yml").unlink()
    assert flyctl.deploy()[0] == 0
    assert next(iter(sim.world.app("shop").machines.values())).secrets_version == 0


def test_secrets_deploy_restarts_with_what_runs(sim, flyctl):
    """It makes a release of its own, and the machine keeps its image."""
    sim.world.started_ago = 11
    sim.app("shop", image=ONE)
    assert flyctl("secrets", "import", "--stage", "--app", "shop", stdin="A=one\n")[0] == 0
    before = sim.machine("shop")["instance_id"]
    code, _, err = flyctl("secrets", "deploy", "--app", "shop", "--dns-checks=false")
    assert code == 0, err
    view = sim.machine("shop")
    assert (view["config"]["image"], view["instance_id"] != before) == (ONE, True)


def test_listings_are_json(sim, flyctl):
    """Each of the commands that a pipeline reads."""
    sim.app("shop", image=ONE)
    sim.volume("shop", "data")
    got = {}
    for words in (
        ("machine", "list"), ("checks", "list"), ("releases", "--image"), ("status",), ("volumes", "list"),
        ("ips", "list"), ("secrets", "list"),
    ):  # fmt: skip
        code, out, err = flyctl(*words, "--app", "shop", "--json")
        assert code == 0, (words, err)
        got[words[0]] = json.loads(out)
    code, out, err = flyctl("apps", "list", "--json")
    assert [one["Name"] for one in json.loads(out)] == ["shop"], err
    identity = sim.machine("shop")["id"]
    assert [one["id"] for one in got["machine"]] == [identity]
    assert [one["status"] for one in got["checks"][identity]] == ["passing"]
    assert [(one["Version"], one["Status"], one["ImageRef"]) for one in got["releases"]] == [(1, "complete", ONE)]
    assert (got["status"]["Name"], got["secrets"]) == ("shop", [])
    assert [one["name"] for one in got["volumes"]] == ["data"]
    assert len(got["ips"]) == 1


def test_an_app_can_be_created(sim, flyctl):
    """A name that is taken is told."""
    for expected in (0, 1):
        assert flyctl("apps", "create", "other", "--org", "sim-org")[0] == expected
    assert "other" in sim.world.apps


def test_a_configuration_is_validated_without_a_call(sim, flyctl):
    """A key that is not known is an error when one is strict; the network is not asked."""
    (flyctl.folder / "fly.toml").write_text("")
    codes = []
    for flyctl.toml in (TOML + CHECK, TOML + "bogus = 1\n"):
        codes.append(flyctl("config", "validate", "--strict", "--config", "fly.toml")[0])
    assert codes == [0, 1]
    assert sim.requests == []


def test_what_an_operator_types_is_served(sim, flyctl):
    """Looking, starting, stopping, resizing and taking away."""
    (machine,) = sim.app("shop", image=ONE)
    volume = sim.volume("shop", "data")
    for words in (
        ("status",), ("scale", "show"), ("image", "show"), ("config", "show"), ("machine", "status", machine),
        ("machine", "stop", machine), ("machine", "start", machine), ("scale", "memory", "1024"),
        ("machine", "leases", "view", machine), ("volumes", "snapshots", "create", volume), ("secrets", "sync"),
        ("machine", "destroy", machine, "--force"),
    ):  # fmt: skip
        code, _, err = flyctl(*words, "--app", "shop")
        assert code == 0, (words, err)
    assert sim.machine("shop")["config"]["guest"]["memory_mb"] == 1024
    assert flyctl("apps", "destroy", "shop", "--yes")[0] == 0
    assert sim.world.apps == {}
