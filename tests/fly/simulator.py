"""A simulator of the Fly APIs: what the real flyctl needs to deploy, and what a test wants to go wrong.

with Simulator() as sim:
sim.push("registry.fly.io/shop:1", digest)
sim.app("shop", image="registry.fly.io/shop:1")
subprocess.run(["flyctl", "deploy", ...], env=sim.env())
"""

from __future__ import annotations

import itertools
import os
import tempfile
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Self

from tests.fly.behaviour import lacks_memory, one_off
from tests.fly.faults import Fault, Faults
from tests.fly.images import Images
from tests.fly.life import Script
from tests.fly.machine import Machine, Refused
from tests.fly.process import Process
from tests.fly.server import serving
from tests.fly.state import World

if TYPE_CHECKING:
    from tests.fly.behaviour import Behaviour
    from tests.fly.call import Call
    from tests.fly.images import Image
    from tests.fly.limits import Limits

TOKEN = "sim-token"
CLOSED = "http://127.0.0.1:9"
CHECK = {"type": "http", "path": "/health", "interval": "2s", "timeout": "2s", "grace_period": "1s"}


class Simulator:
    """The platform, its APIs at `url`, and the public side of each app at `edge(app)`.

    `registry` (host:port) holds what `registry.fly.io` would. `requests` are all calls of the APIs, `visits` those of
    the edges, `unknown` the calls that are not served: a test is wrong when there are some. `image_ref` is `echo`, or
    `tag` when GraphQL drops the digest. Without `with` nothing listens; `wire.transport` needs no more.
    """

    def __init__(self, registry: str = "", host: str = "127.0.0.1") -> None:
        self.host, self.url = host, ""
        self.world = World(Images(registry=registry))
        self.faults = Faults()
        self.requests: list[Call] = []
        self.visits: list[Call] = []
        self.unknown: list[str] = []
        self.tokens, self.image_ref, self.over = {TOKEN}, "echo", threading.Event()
        self.turn = itertools.count()
        self.limits: Limits | None = None
        self._edges: dict[str, str] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self.url = self._stack.enter_context(serving(self.host, self))
        self._home = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="fly-"))
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.faults.end()
        with self.world.lock:
            for app in self.world.apps.values():
                for machine in app.machines.values():
                    machine.rest("stopped", self.world.clock())
        self._stack.close()

    def env(self, token: str = TOKEN, home: str = "") -> dict[str, str]:
        """Return the whole environment of a flyctl that talks to this simulator and to nothing else."""
        home = home or tempfile.mkdtemp(dir=self._home)
        return {
            "PATH": os.environ["PATH"],
            "HOME": home,
            "FLY_CONFIG_DIR": home,
            "FLY_API_BASE_URL": self.url,
            "FLY_FLAPS_BASE_URL": self.url,
            "FLY_UIEX_BASE_URL": self.url,
            "FLY_API_TOKEN": token,
            "FLY_TRACE_COLLECTOR_URL": "127.0.0.1",
            "FLY_METRICS_BASE_URL": CLOSED,
            "FLY_SEND_METRICS": "0",
            "FLY_SYNTHETICS_AGENT": "0",
            "FLY_NO_UPDATE_CHECK": "1",
            "FLY_NO_INCIDENTS_CHECK": "1",
            "FLY_EMIT_RELEASE_JSON": "1",
            "FLYCTL_STATUSLOGGER_NO_ERROR": "1",
            "CI": "1",
            "NO_COLOR": "1",
            "HTTPS_PROXY": CLOSED,
            "NO_PROXY": self.host,
        }

    def app(self, name: str, *, machines: int = 1, image: str = "", config: dict[str, Any] | None = None) -> list[str]:
        """Create an app with started machines that flyctl takes for its own, and return their ids.

        `config` is merged into theirs. Without an image the app is empty: what a first deploy meets.
        """
        with self.world.lock:
            app = self.world.create(name)
            if not image:
                return []
            self.world.add_ip(app)
            release = self.world.add_release(app, image=image, status="complete", strategy="rolling")
            made = []
            for _ in range(machines):
                machine = self.new_machine(app)
                machine.config = _config(image, release.id, release.version) | (config or {})
                machine.image, machine.secrets_version = self.boot_image(image), len(app.versions) - 1
                self.world.attach(app, machine.config, machine.id)
                app.machines[machine.id] = machine
                self.renew(machine)
                self.launch(machine)
                made.append(machine.id)
            return made

    def volume(self, app: str, name: str, size: int = 1) -> str:
        """Create a volume and return its id."""
        return self.world.add_volume(self.world.app(app), name, size)["id"]

    def machine(self, app: str, identity: str = "") -> dict[str, Any]:
        """Return a machine, or the newest, as the API tells it."""
        with self.world.lock:
            found = self.world.app(app).machines
            return found[identity or list(found)[-1]].view(self.world.clock())

    def push(self, ref: str, digest: str) -> None:
        """Let a reference mean an image, without a registry; again: the tag moves."""
        self.world.images.told[ref] = digest

    def behave(self, digest: str, behaviour: Behaviour) -> None:
        """Let machines do that from their next launch with this image on."""
        self.world.behaviours[digest] = behaviour

    def fault(self, method: str, path: str, kind: int | str, **more: Any) -> Fault:
        """Let something go wrong; see `Fault`."""
        return self.faults.add(Fault(method=method, path=path, kind=kind, **more))

    def pause_before(self, method: str, path: str, **more: Any) -> Fault:
        """Hold a call before it does anything: `wait` for it, then `release` it."""
        return self.fault(method, path, "hold", **more)

    def edge(self, app: str) -> str:
        """Return the public address of an app."""
        with self.world.lock:
            if app not in self._edges:
                self._edges[app] = self._stack.enter_context(serving(self.host, self, app))
            return self._edges[app]

    def calls(self, method: str = "", path: str = "") -> list[str]:
        """Return what was asked, one `METHOD /path` each, in order."""
        told = [f"{one.method} {one.path}" for one in self.requests]
        return [one for one in told if one.startswith(method) and path in one]

    def boot_image(self, ref: str) -> Image:
        """Return what a reference means now, or refuse as a failed pull does."""
        found = self.world.images.find(ref)
        if found is None:
            raise Refused(400, f"invalid_argument: failed to get manifest {ref}: MANIFEST_UNKNOWN")
        return found

    def new_machine(self, app: Any, name: str = "", region: str = "") -> Machine:
        """Return a machine that nobody knows yet."""
        number = self.world.next()
        return Machine(
            app=app.name,
            id=f"d891{number:010x}",
            name=name or f"wispy-meadow-{number}",
            region=region or app.region,
            created=self.world.clock(),
        )

    def instance(self) -> str:
        """Return the id of another version of a machine."""
        return f"01SIM{self.world.next():021d}"

    def renew(self, machine: Machine) -> None:
        """Make a machine another instance."""
        machine.instance = self.instance()

    def launch(self, machine: Machine) -> None:
        """Let a machine run its image."""
        now, behaviour = self.world.clock(), self.world.behaviour(machine.image)
        machine.host, machine.started_ago = behaviour.host, self.world.started_ago
        if behaviour.command and not one_off(machine.config) and not lacks_memory(behaviour, machine.config):
            kept = self.world.app(machine.app).versions[machine.secrets_version]
            values = {name: one.value for name, one in kept.items()}
            machine.close(now)
            machine.begin(Process(behaviour, machine, values, now), now)
        else:
            machine.begin(Script(behaviour, machine, now), now)

    def rest(self, machine: Machine, state: str) -> None:
        """Let a machine run nothing."""
        machine.rest(state, self.world.clock())


def _config(image: str, release: str, version: int) -> dict[str, Any]:
    port = {"port": 443, "handlers": ["http", "tls"]}
    metadata = {"fly_platform_version": "v2", "fly_process_group": "app"}
    return {
        "image": image,
        "env": {"FLY_PROCESS_GROUP": "app", "PRIMARY_REGION": "fra"},
        "guest": {"cpu_kind": "shared", "cpus": 1, "memory_mb": 512},
        "metadata": metadata | {"fly_release_id": release, "fly_release_version": str(version)},
        "services": [{"protocol": "tcp", "internal_port": 8080, "ports": [port], "checks": [CHECK]}],
    }
