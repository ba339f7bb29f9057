"""A simulator for each test, which may ask nothing that is not served."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fly.released import Place
from tests.fly.shelf import Shelf
from tests.fly.simulator import TOKEN, Simulator
from tests.registry import real

OLD, NEW = "sha256:" + "a" * 64, "sha256:" + "b" * 64
ONE, TWO = "registry.fly.io/shop:1", "registry.fly.io/shop:2"
SHOP = "/v1/apps/shop"
MACHINES = f"{SHOP}/machines"
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture
def sim():
    """Return a simulator with two images of a shop."""
    with Simulator() as made:
        made.push(ONE, OLD)
        made.push(TWO, NEW)
        yield made
    assert made.unknown == []


@pytest.fixture(scope="session")
def registry(tmp_path_factory):
    """Return the address of a real registry that all tests share."""
    if why := real.lacking():
        pytest.skip(f"NOT TESTED (registry): {why}")
    with real.serving(tmp_path_factory.mktemp("registry")) as host:
        yield host


@pytest.fixture(scope="session")
def image(registry, tmp_path_factory):
    """Return a function that gives a published image by its name."""
    return Shelf(registry, tmp_path_factory.mktemp("shelf"))


@pytest.fixture
def place(registry, tmp_path):
    """Return an app of its own to release to; afterwards nothing of any release is left."""
    with Simulator(registry=registry) as made:
        found = Place(sim=made, host=registry, folder=tmp_path)
        yield found
        found.nobody()
    assert made.unknown == []


def told(url, method="GET", body=None, headers=None):
    """Return status, headers and text of an answer, of whatever status."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, dict(headers or {}), method=method)  # noqa: S310  # the address is ours
    try:
        with DIRECT.open(request, timeout=20) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read().decode()


@pytest.fixture
def ask(sim):
    """Return a function that asks the API as the owner of a token does."""

    def call(method, path, body=None, *, nonce="", token=TOKEN):
        own = {"Authorization": f"Bearer {token}"} | ({"fly-machine-lease-nonce": nonce} if nonce else {})
        status, _, text = told(sim.url + path, method, body, own)
        return status, json.loads(text) if text else None

    return call


def config(image=TWO, **more):
    check = {"type": "http", "path": "/health"}
    service = {"protocol": "tcp", "internal_port": 8080, "checks": [check]}
    return {"image": image, "services": [service], "guest": {"memory_mb": 512, "cpus": 1}} | more


def until(ask, machine, state="started"):
    assert ask("GET", f"{MACHINES}/{machine}/wait?state={state}&timeout=5")[0] == 200


def exits(view):
    return [one["request"]["exit_event"] for one in view["events"] if one["type"] == "exit"]


TOML = """
app = "shop"
primary_region = "fra"
[http_service]
internal_port = 8080
force_https = true
auto_stop_machines = "off"
"""
CHECK = """
[[http_service.checks]]
path = "/health"
interval = "2s"
timeout = "2s"
grace_period = "1s"
"""


@dataclass
class Flyctl:
    """The real flyctl in a folder with a `fly.toml`."""

    sim: Simulator
    folder: Path
    toml: str = TOML + CHECK

    def begin(self, *words, env=None):
        """Start it."""
        (self.folder / "fly.toml").write_text(self.toml)
        return subprocess.Popen(
            ["flyctl", *words],
            cwd=self.folder,
            env=self.sim.env(home=str(self.folder / "home")) | (env or {}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *words, stdin="", env=None):
        """Run it and return its code, what it said and what it said of errors."""
        with self.begin(*words, env=env) as run:
            try:
                out, err = run.communicate(stdin, timeout=90)
            except BaseException:
                run.kill()
                raise
        return run.returncode, out, err

    def deploy(self, *words, image=TWO, smoke=False):
        """Deploy an image the way that the release half does."""
        return self(*deploying(*words, image=image, smoke=smoke))


def deploying(*words, image=TWO, smoke=False):
    """Return the words of a deployment."""
    own = ("--remote-only", "--dns-checks=false", "--yes", f"--smoke-checks={str(smoke).lower()}")
    retries = () if any(word.startswith("--deploy-retries") for word in words) else ("--deploy-retries", "0")
    return ("deploy", "--image", image, "--app", "shop", "--config", "fly.toml", *own, *retries, *words)


@pytest.fixture
def flyctl(sim, tmp_path):
    """Return the real flyctl; none of its processes outlives the test."""
    (tmp_path / "home").mkdir()
    yield Flyctl(sim, tmp_path)
    # After a release command its agent stays for ever.
    for number in left_behind(str(tmp_path / "home")):
        os.kill(number, signal.SIGKILL)


def left_behind(home):
    """Return the processes whose configuration lies in a folder."""
    found = []
    for file in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if f"FLY_CONFIG_DIR={home}".encode() in file.read_bytes():
                found.append(int(file.parent.name))
    return found


def newest(sim):
    """Return version and status of the newest release."""
    last = sim.world.app("shop").releases[-1]
    return last.version, last.status


def digests(sim):
    """Return the image of each machine, gone ones too."""
    return [one.image.digest for one in sim.world.app("shop").machines.values()]
