"""Secrets that come with a release: `pipeline deploy`, the real flyctl, a simulated platform and a registry."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import anyio
import pytest

from pipeline.registry.reference import parse
from pipeline.registry.session import Access, publishing
from tests.apps import ROOT
from tests.fly import fly_toml
from tests.fly.released import MARK, VALUE
from tests.fly.simulator import TOKEN, Simulator
from tests.registry import images
from tests.registry.server import Registry, serving

pytestmark = pytest.mark.flyctl

SETTINGS = """
security: {{enabled: false}}
publish: {{repository: "{host}/team/shop", plain_http: true}}
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
      secrets: {{Jwt__Key: "env:JWT_KEY", DATABASE_URL: ""}}
"""
FLY_TOML = fly_toml.text("shop", '\n[deploy]\nrelease_command = "./migrate"\n', health="/")


@pytest.fixture
def world(tmp_path):
    """Return a folder with an application, a platform with an app for it, and what a caller has of variables."""
    with serving(Registry()) as registry, Simulator(registry=registry.host) as sim:
        sim.world.started_ago, sim.world.stale_secrets = 11, True
        sim.app("shop")
        folder = tmp_path / "app"
        folder.mkdir()
        (folder / "Shop.csproj").write_text('<Project Sdk="Microsoft.NET.Sdk.Web"></Project>')
        (folder / "fly.staging.toml").write_text(FLY_TOML)
        settings = SETTINGS.format(host=registry.host, edge=sim.edge("shop"), api=sim.url)
        (folder / "pipeline.yaml").write_text(settings)
        where = parse(f"{registry.host}/team/shop")
        packed = images.packed(tmp_path / "one")
        done = anyio.run(lambda: publishing(Access(plain=True), where, packed, images.documents, ["one"]))
        yield sim, folder, done.reference
        assert sim.unknown == []


def deploy(folder, image, *words, **more):
    """Run `pipeline deploy`, and look for the canary in the command lines of all its processes while it runs."""
    env = {name: os.environ[name] for name in ("PATH", "HOME")} | {"PYTHONPATH": str(ROOT), "NO_PROXY": "*"}
    env |= {"FLY_API_TOKEN": TOKEN, "JWT_KEY": VALUE} | more
    command = [sys.executable, "-m", "pipeline.cli", "deploy", "staging", image, *words]
    seen, over = [], threading.Event()
    watcher = threading.Thread(target=watch, args=(seen, over))
    watcher.start()
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=120)
    over.set()
    watcher.join()
    assert [line for line in (done.stdout, done.stderr, *seen) if MARK in line or TOKEN in line] == []
    return done


def watch(seen, over):
    """Keep every command line that names flyctl or the pipeline, and each file of flyctl's with the canary in it."""
    while not over.wait(0.05):
        for file in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = file.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if "flyctl" in words or "pipeline.cli" in words:
                seen.append(words)
        # A folder may end while it is looked through.
        with suppress(OSError):
            seen += [f"{place}: {MARK}" for place in Path("/dev/shm").glob("pipeline-fly-*/**/*") if holds(place)]  # noqa: S108


def holds(place):
    try:
        return place.is_file() and MARK.encode() in place.read_bytes()
    except OSError:
        return False


def machines(sim):
    return [one for one in sim.world.app("shop").machines.values() if one.alive(time.time())]


def asked_for(sim):
    """Return the least versions of secrets that machines were made or changed for, the lock apart."""
    changes = [one.json for one in sim.requests if one.method == "POST" and "/machines" in one.path]
    return [one["min_secrets_version"] for one in changes if "min_secrets_version" in one]


def test_secrets_are_staged_and_deployed_together(world):
    """Machines, that of the release command too, get at least the version that came with the image."""
    sim, folder, image = world
    sim.world.set_secrets(sim.world.app("shop"), {"DATABASE_URL": "x"})
    done = deploy(folder, image)
    assert done.returncode == 0, done.stderr + done.stdout
    (machine,) = machines(sim)
    version = machine.secrets_version
    assert sim.world.app("shop").versions[version]["Jwt__Key"].value == VALUE
    assert set(asked_for(sim)) == {version}
    assert len(asked_for(sim)) == 2

    # What Fly has stays, though another value is at hand; with --secrets it goes there and machines get it.
    done = deploy(folder, image, JWT_KEY=f"{MARK} another")
    assert (done.returncode, done.stdout.split(maxsplit=1)[0]) == (0, "UNCHANGED:"), done.stderr + done.stdout
    done = deploy(folder, image, "--secrets", JWT_KEY=f"{MARK} another")
    assert done.returncode == 0, done.stderr + done.stdout
    (machine,) = machines(sim)
    assert sim.world.app("shop").versions[machine.secrets_version]["Jwt__Key"].value == f"{MARK} another"


def test_a_release_without_a_secret_that_it_needs_is_refused(world):
    """Nothing is touched, and the name is told."""
    sim, folder, image = world
    done = deploy(folder, image)
    assert (done.returncode, "DATABASE_URL is not set at Fly" in done.stderr) == (2, True), done.stderr
    assert (machines(sim), len(sim.world.app("shop").versions)) == ([], 1)


def test_the_record_of_a_release_holds_digests_and_no_value(world):
    """It lies in the registry, where more people may read it."""
    sim, folder, image = world
    sim.world.set_secrets(sim.world.app("shop"), {"DATABASE_URL": f"{MARK} of a database"})
    done = deploy(folder, image, "--json")
    assert done.returncode == 0, done.stderr + done.stdout
    (record,) = json.loads(done.stdout)["releases"]
    assert [name for name, _ in record["secrets"]] == ["DATABASE_URL", "Jwt__Key"]
    assert dict(record["secrets"])["Jwt__Key"] == sim.world.digest("shop", "Jwt__Key", VALUE)
