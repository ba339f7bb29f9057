"""The public side of an app: sends visitors to what its machines run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tests.fly.life import Asked
from tests.fly.server import Handler

if TYPE_CHECKING:
    import itertools

    from tests.fly.machine import Machine
    from tests.fly.simulator import Simulator

BOOT = 10


class EdgeHandler(Handler):
    """Visitors go to the started machines in turn, whatever their checks say.

    `fly-force-instance-id` names the machine. A machine that is stopped is started when its service allows that.
    """

    app: str
    turn: itertools.count[int]

    def do_GET(self) -> None:  # noqa: N802  # a name of the base class
        """Let a machine answer: 503 when none is there, 502 when it does not listen."""
        call = self.read()
        machine = self._machine(call.headers.get("fly-force-instance-id", ""))
        life = machine.life if machine else None
        if machine is None or life is None:
            self.send(503, b"no machine of the app is started\n", {})
            return
        headers = call.headers | {"x-forwarded-proto": "https", "fly-client-ip": "192.0.2.1", "via": "1.1 fly.io"}
        told = life.answer(Asked(call.method, call.target, headers, call.body), self.sim.world.clock())
        if told is None:
            self.send(502, b"the machine does not listen\n", {})
            return
        status, more, body = told
        pairs = list(more.items()) if isinstance(more, Mapping) else more
        self.send(status, body, [*pairs, ("Fly-Machine", machine.id)])

    do_POST = do_PATCH = do_PUT = do_DELETE = do_HEAD = do_OPTIONS = do_GET  # noqa: N815  # names of the base class

    def _machine(self, wanted: str) -> Machine | None:
        found = routed(self.sim, self.app, "started")
        if not found and (asleep := [one for one in routed(self.sim, self.app, "stopped") if _autostart(one)]):
            with self.sim.world.lock:
                self.sim.launch(asleep[0])
            while not found and routed(self.sim, self.app, "starting") and not self.sim.over.wait(0.02):
                found = routed(self.sim, self.app, "started")
        if wanted:
            return next((one for one in found if one.id == wanted), None)
        return found[next(self.turn) % len(found)] if found else None


def _autostart(machine: Machine) -> bool:
    return any(one.get("autostart") for one in machine.config.get("services") or [])


def routed(sim: Simulator, app: str, state: str) -> list[Machine]:
    """Return the machines of an app that have a service, in a state."""
    with sim.world.lock:
        now = sim.world.clock()
        found = sim.world.apps[app].machines.values() if app in sim.world.apps else ()
        return [one for one in found if one.config.get("services") and not one.cordoned and one.state(now) == state]
