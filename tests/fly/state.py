"""What the simulated platform knows: apps, machines, volumes, secrets, addresses and releases.

Nothing here speaks HTTP. Each method holds the lock, so tests may call them from any thread.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fly.behaviour import Behaviour, stamp
from tests.fly.machine import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fly.images import Image, Images
    from tests.fly.machine import Machine


@dataclass(kw_only=True)
class Release:
    """One release of an app."""

    id: str
    version: int
    created: float
    status: str = "pending"
    image: str = ""
    strategy: str = ""
    definition: Any = None
    metadata: Any = None

    def view(self) -> dict[str, Any]:
        """Return it as the REST API tells it."""
        own = {"id": self.id, "version": self.version, "status": self.status, "image_ref": self.image}
        own |= {"stable": self.status == "complete", "in_progress": self.status in {"pending", "running"}}
        return own | {"strategy": self.strategy, "user": "sim@example.com", "created_at": stamp(self.created)}


@dataclass(kw_only=True)
class Secret:
    """One secret as it was set."""

    value: str
    created: float
    updated: float


@dataclass(kw_only=True)
class App:
    """One app with all that belongs to it; `versions` are its secrets by version."""

    name: str
    org: str
    region: str
    created: float
    machines: dict[str, Machine] = field(default_factory=dict)
    volumes: dict[str, dict[str, Any]] = field(default_factory=dict)
    ips: list[dict[str, Any]] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)
    versions: list[dict[str, Secret]] = field(default_factory=lambda: [{}])

    def status(self) -> str:
        """Return `deployed` as soon as it ever had a machine."""
        return "deployed" if self.machines else "pending"


class World:
    """All apps, what images do, and the one clock.

    `stale_secrets` boots machines that name no version with old ones. `started_ago` makes every start look as old, so
    that flyctl, whose smoke checks end after 10 s of uptime, does not wait that long.
    """

    def __init__(self, images: Images, clock: Callable[[], float] = time.time) -> None:
        self.images, self.clock = images, clock
        self.lock = threading.RLock()
        self.apps: dict[str, App] = {}
        self.behaviours: dict[str, Behaviour] = {}
        self.default = Behaviour()
        self.stale_secrets = False
        self.started_ago = 0.0
        self._count = itertools.count(1)
        self._key = secrets.token_bytes(16)

    def next(self) -> int:
        """Return a number that was never given."""
        return next(self._count)

    def app(self, name: str) -> App:
        """Return an app, or refuse."""
        if name not in self.apps:
            raise Refused(404, "Could not find App")
        return self.apps[name]

    def behaviour(self, image: Image | None) -> Behaviour:
        """Return what machines do with an image."""
        return self.behaviours.get(image.digest if image else "", self.default)

    def create(self, name: str, org: str = "sim-org", region: str = "fra") -> App:
        """Create an app; its name is taken from then on."""
        with self.lock:
            if name in self.apps:
                raise Refused(422, "Name has already been taken", code="name_taken")
            self.apps[name] = App(name=name, org=org, region=region, created=self.clock())
            return self.apps[name]

    def delete(self, name: str) -> None:
        """Destroy an app with its machines."""
        with self.lock:
            for machine in self.app(name).machines.values():
                machine.rest("destroyed", self.clock())
            del self.apps[name]

    def digest(self, app: str, name: str, value: str) -> str:
        """Return what the API tells of a value: the same for the same one, and not to be computed from it."""
        return hmac.new(self._key, f"{app}\0{name}\0{value}".encode(), hashlib.sha256).hexdigest()[:16]

    def set_secrets(self, app: App, values: dict[str, str | None]) -> int:
        """Keep values as another version (nothing deletes) and return its number."""
        with self.lock:
            now, last = self.clock(), app.versions[-1]
            made = {name: one for name, one in last.items() if values.get(name, one) is not None}
            for name, value in values.items():
                if value is not None:
                    created = last[name].created if name in last else now
                    made[name] = Secret(value=value, created=created, updated=now)
            app.versions.append(made)
            return len(app.versions) - 1

    def list_secrets(self, app: App) -> list[dict[str, str]]:
        """Return names and digests, never a value."""
        return [
            {
                "name": name,
                "digest": self.digest(app.name, name, one.value),
                "created_at": stamp(one.created),
                "updated_at": stamp(one.updated),
            }
            for name, one in sorted(app.versions[-1].items())
        ]

    def boot_version(self, app: App, wanted: int | None) -> int:
        """Return the version of the secrets that a machine boots with."""
        newest = len(app.versions) - 1
        if wanted is not None and wanted > newest:
            raise Refused(412, f"secrets version {wanted} is not known yet")
        return max(0, newest - 1) if self.stale_secrets and wanted is None else newest

    def add_volume(self, app: App, name: str, size: int = 1, region: str = "") -> dict[str, Any]:
        """Create a volume that no machine uses."""
        with self.lock:
            made = {
                "id": f"vol_{self.next():018x}",
                "name": name,
                "state": "created",
                "size_gb": size,
                "region": region or app.region,
                "zone": "0001",
                "encrypted": True,
                "attached_machine_id": None,
                "attached_alloc_id": None,
                "created_at": stamp(self.clock()),
                "snapshot_retention": 5,
                "auto_backup_enabled": True,
                "host_status": "ok",
                "snapshots": [],
            }
            app.volumes[made["id"]] = made
            return made

    def attach(self, app: App, config: dict[str, Any], machine: str) -> None:
        """Give the volumes of a configuration to one machine, which has them alone."""
        for mount in config.get("mounts") or []:
            volume = app.volumes.get(mount.get("volume", ""))
            if volume is None:
                raise Refused(404, f"volume {mount.get('volume')} not found")
            if volume["attached_machine_id"] not in {None, machine}:
                text = f"volume {volume['id']} is already attached to machine {volume['attached_machine_id']}"
                raise Refused(409, text)
            volume["attached_machine_id"] = machine

    def detach(self, app: App, machine: str) -> None:
        """Free the volumes of a machine."""
        for volume in app.volumes.values():
            if volume["attached_machine_id"] == machine:
                volume["attached_machine_id"] = None

    def add_release(self, app: App, **more: Any) -> Release:
        """Count another release."""
        with self.lock:
            version = app.releases[-1].version + 1 if app.releases else 1
            made = Release(id=f"rel_{self.next()}", version=version, created=self.clock(), **more)
            app.releases.append(made)
            return made

    def release(self, identity: str) -> Release:
        """Return a release by its id, or refuse."""
        found = [one for app in self.apps.values() for one in app.releases if one.id == identity]
        if not found:
            raise Refused(404, "release not found")
        return found[0]

    def add_ip(self, app: App, kind: str = "shared_v4") -> dict[str, Any]:
        """Assign an address."""
        with self.lock:
            number = self.next()
            address = f"2a09:8280:1::{number:x}" if kind == "v6" else f"66.241.124.{number % 250 + 1}"
            shared = kind == "shared_v4"
            made = {"ip": address, "region": "global", "shared": shared, "service_name": "", "type": kind}
            app.ips.append(made | {"created_at": stamp(self.clock())})
            return app.ips[-1]
