"""Real processes behind the edge, and a real registry behind the images."""

from __future__ import annotations

import hashlib
import json
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.fly.behaviour import Behaviour
from tests.fly.conftest import DIRECT, MACHINES, NEW, ONE, TWO, config, exits, told, until
from tests.fly.simulator import Simulator
from tests.registry import real

SERVER = """
import http.server, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/die":
            os._exit(7)
        text = {"/health": "fine", "/env": os.environ.get("SECRET", ""), "/host": self.headers["Host"]}.get(self.path)
        self.send_response(200 if text else 404)
        self.send_header("Set-Cookie", "a=1")
        self.send_header("Set-Cookie", "b=2")
        self.end_headers()
        self.wfile.write((text or "no").encode())
print("listening", flush=True)
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""


@pytest.fixture
def running(sim, ask):
    """Return a machine that runs a real server, and its public address."""
    ask("POST", "/v1/apps", {"name": "shop"})
    ask("POST", "/v1/apps/shop/secrets", {"values": {"SECRET": "hidden"}})
    sim.behave(NEW, Behaviour(command=(sys.executable, "-c", SERVER)))
    _, made = ask("POST", MACHINES, {"config": config()})
    passing(sim, made["id"])
    return made["id"], sim.edge("shop")


def passing(sim, machine, wanted="passing"):
    for _ in range(200):
        if [one["status"] for one in sim.machine("shop", machine)["checks"]] == [wanted]:
            return
        time.sleep(0.05)
    raise AssertionError(sim.machine("shop", machine)["checks"])


def pids():
    return [file for file in Path("/proc").glob("[0-9]*/cmdline") if b"serve_forever" in _read(file)]


def _read(file):
    try:
        return file.read_bytes()
    except OSError:
        return b""


def test_visitors_and_checks_reach_a_real_process(sim, ask, running):
    """It gets its port, its secrets and the visitor's host; both of its cookies come back; its output is the log."""
    machine, edge = running
    assert told(f"{edge}/env")[2] == "hidden"
    _, headers, host = told(f"{edge}/host")
    assert (host, headers.get_all("Set-Cookie")) == (edge.removeprefix("http://"), ["a=1", "b=2"])
    assert told(f"{edge}/none")[0] == 404
    _, logs = ask("GET", f"/api/v1/apps/shop/logs?instance={machine}")
    assert "listening" in [one["attributes"]["message"] for one in logs["data"]]


def test_a_process_that_dies_is_started_again(sim, running):
    """Its code is an event, and the machine is healthy again."""
    machine, edge = running
    assert told(f"{edge}/die")[0] == 502
    for _ in range(100):
        if found := exits(sim.machine("shop", machine)):
            break
        time.sleep(0.05)
    assert (found[0]["exit_code"], found[0]["restarting"]) == (7, True)
    passing(sim, machine)


def test_a_machine_that_stops_leaves_no_process(sim, ask, running):
    """A stop ends it, a start makes another one, and the end of the simulator ends all."""
    machine, edge = running
    before = pids()
    assert ask("POST", f"{MACHINES}/{machine}/stop")[0] == 200
    assert len(pids()) == len(before) - 1
    assert told(edge)[0] == 503
    ask("POST", f"{MACHINES}/{machine}/start")
    passing(sim, machine)
    sim.__exit__()
    assert len(pids()) == len(before) - 1


def test_a_program_that_is_not_there_is_a_machine_that_dies(sim, ask):
    """A command that cannot be started is no error of the simulator."""
    sim.behave(NEW, Behaviour(command=("no-such-program",)))
    sim.app("shop")
    _, made = ask("POST", MACHINES, {"config": config(restart={"policy": "no"})})
    until(ask, made["id"], "stopped")
    assert exits(sim.machine("shop"))[0]["exit_code"] == 127


def pushed(host, ref, content):
    """Put an image of one blob into a registry, and return its digest."""
    where = f"http://{host}/v2/shop"
    kind = "application/vnd.oci.image.manifest.v1+json"
    blob = f"sha256:{hashlib.sha256(content).hexdigest()}"
    _, headers, _ = told(f"{where}/blobs/uploads/", "POST")
    mark = "&" if "?" in headers["Location"] else "?"
    put(f"{headers['Location']}{mark}digest={blob}", content, "application/octet-stream")
    part = {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": blob, "size": len(content)}
    return manifest(f"{where}/manifests/{ref}", {"mediaType": kind, "config": part, "layers": []})


def manifest(url, said):
    body = json.dumps({"schemaVersion": 2} | said).encode()
    put(url, body, said["mediaType"])
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def put(url, content, kind):
    request = urllib.request.Request(url, content, {"Content-Type": kind}, method="PUT")  # noqa: S310  # it is ours
    DIRECT.open(request, timeout=5).close()


@pytest.mark.skipif(bool(real.lacking()), reason=f"NOT TESTED (registry): {real.lacking()}")
def test_a_registry_says_what_a_tag_means_now(tmp_path):
    """`registry.fly.io` is the registry of this machine; a tag that moves is another image at the next boot."""
    with real.serving(tmp_path / "registry") as host, Simulator(registry=host) as sim:
        first = pushed(host, "1", b"one")
        images = sim.world.images
        assert images.find(ONE).digest == images.find(f"registry.fly.io/shop@{first}").digest == first
        assert images.find(f"{host}/shop:1").digest == first
        assert images.find(TWO) is None
        sim.app("shop", image=ONE)
        second = pushed(host, "1", b"two")
        assert sim.machine("shop")["image_ref"]["digest"] == first
        assert images.find(ONE).digest == second != first
        kind = "application/vnd.oci.image.manifest.v1+json"
        listed = {"mediaType": kind, "digest": second, "platform": {"os": "linux", "architecture": "amd64"}}
        index = {"mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [listed | {"size": 1}]}
        whole = manifest(f"http://{host}/v2/shop/manifests/2", index)
        assert images.find(TWO).digest == whole
        images.platform = True
        assert images.find(TWO).digest == second
