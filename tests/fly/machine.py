"""A machine: its configuration, its lives one after the other, its lease, and how the API tells it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from tests.fly.behaviour import Moment, event, exited, stamp
from tests.fly.life import definitions

if TYPE_CHECKING:
    from tests.fly.images import Image
    from tests.fly.life import Life

OK = range(200, 300)


class Refused(Exception):  # noqa: N818  # it is what the API does
    """What the API refuses, with its status."""

    def __init__(self, status: int, message: str, code: str = "") -> None:
        super().__init__(message)
        self.status, self.body = status, {"error": message} | ({"status": code} if code else {})


@dataclass(kw_only=True)
class Lease:
    """Who may change a machine, and until when."""

    nonce: str
    expires: float
    owner: str = "sim@example.com"


@dataclass(kw_only=True)
class Machine:
    """One machine; what is true of it follows from its lives and the time."""

    app: str
    id: str
    name: str
    region: str
    created: float
    config: dict[str, Any] = field(default_factory=dict)
    image: Image | None = None
    instance: str = ""
    host: str = "ok"
    cordoned: bool = False
    secrets_version: int = 0
    life: Life | None = None
    past: list[Moment] = field(default_factory=list)
    lease: Lease | None = None
    changed: float = 0
    started_ago: float = 0

    def moments(self, now: float) -> list[Moment]:
        """Return all that happened to it, oldest first."""
        return self.past + (self.life.moments(now) if self.life else [])

    def state(self, now: float) -> str:
        """Return its state at a time."""
        told = self.moments(now)
        return told[-1].state if told else "created"

    def alive(self, now: float) -> bool:
        """Return whether it is not destroyed."""
        return self.state(now) != "destroyed"

    def close(self, now: float) -> None:
        """End what runs; what happened stays known."""
        ran = self.state(now) in {"started", "starting"}
        self.past = self.moments(now)
        if self.life:
            self.life.end()
        self.life, self.changed = None, now
        if ran:
            self.past.append(Moment(at=now, state="stopped", event=exited(now, 0, requested_stop=True)))

    def begin(self, life: Life, now: float) -> None:
        """Start another life after what was."""
        self.close(now)
        self.life = life

    def rest(self, state: str, now: float) -> None:
        """Let it run nothing."""
        self.close(now)
        if self.state(now) != state:
            told = event("destroy", "destroyed", now) if state == "destroyed" else None
            self.past.append(Moment(at=now, state=state, event=told))

    def held(self, now: float, nonce: str) -> None:
        """Refuse a change by someone who does not hold the lease that is held."""
        if self.lease and self.lease.expires > now and self.lease.nonce != nonce:
            text = f"lease currently held by {self.lease.owner}, expires at {stamp(self.lease.expires)}"
            raise Refused(409, text)

    def checks(self, now: float) -> list[dict[str, Any]]:
        """Return what its checks say."""
        if self.life and not self.life.behaviour.reports:
            return []
        return [self._check(one, now) for one in definitions(self.config)]

    def _check(self, check: dict[str, Any], now: float) -> dict[str, Any]:
        own = {"name": check["name"], "updated_at": stamp(now)}
        if not self.life or self.state(now) != "started":
            return own | {"status": "warning", "output": "the machine hasn't started"}
        status = self.life.probe(check, now)
        fine = status in OK or (check.get("type") == "tcp" and status > 0)
        output = f"HTTP {status}" if status else "connect: connection refused"
        return own | {"status": "passing" if fine else "critical", "output": output}

    def logs(self, now: float) -> list[tuple[float, str]]:
        """Return what it said."""
        told = [(one.at, line) for one in self.moments(now) for line in one.logs]
        return sorted(told + list(getattr(self.life, "said", ())), key=itemgetter(0))

    def view(self, now: float) -> dict[str, Any]:
        """Return it as the Machines API tells it."""
        own = {
            "id": self.id,
            "name": self.name,
            "state": self.state(now),
            "region": self.region,
            "instance_id": self.instance,
            "private_ip": f"fdaa:0:1:a7b:1::{int(self.id[-4:], 16):x}",
            "created_at": stamp(self.created),
            "updated_at": stamp(max([self.changed, *(one.at for one in self.moments(now))])),
            "image_ref": self.image.view() if self.image else {},
            "events": self._events(now),
            "checks": self.checks(now),
            "host_status": self.host,
            "cordoned": self.cordoned,
        }
        # What a host that cannot be reached knows of a configuration is incomplete.
        return own | {"config" if self.host == "ok" else "incomplete_config": json.loads(json.dumps(self.config))}

    def _events(self, now: float) -> list[dict[str, Any]]:
        told = []
        for number, one in enumerate(self.moments(now)):
            if one.event:
                early = self.started_ago if one.event["type"] in {"start", "launch"} else 0
                own = {"id": f"{self.id}-{number}", "timestamp": one.event["timestamp"] - int(early * 1000)}
                told.append(one.event | own)
        return told[::-1]
