"""The public side of an app: sends visitors to what its machines run.

They go to the started machines in turn, whatever their checks say; `fly-force-instance-id` names one. A machine that
is stopped is started when its service allows that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tests.fly import answers
from tests.fly.answers import Outcome
from tests.fly.life import Asked

if TYPE_CHECKING:
    from tests.fly.call import Call
    from tests.fly.machine import Machine
    from tests.fly.simulator import Simulator

TICK = 0.02
SEEN = {"x-forwarded-proto": "https", "fly-client-ip": "192.0.2.1", "via": "1.1 fly.io"}


def visit(sim: Simulator, call: Call) -> Outcome:
    """Let a machine answer: 503 when none is there, 502 when it does not listen."""
    return answers.visit(sim, call, lambda: _passed_on(sim, call))


def _passed_on(sim: Simulator, call: Call) -> Outcome:
    machine = _chosen(sim, call)
    life = machine.life if machine else None
    if machine is None or life is None:
        return Outcome(status=503, headers=[], body=b"no machine of the app is started\n")
    told = life.answer(Asked(call.method, call.target, {**call.headers, **SEEN}, call.body), sim.world.clock())
    if told is None:
        return Outcome(status=502, headers=[], body=b"the machine does not listen\n")
    status, more, body = told
    pairs = list(more.items()) if isinstance(more, Mapping) else more
    return Outcome(status=status, headers=[*pairs, ("Fly-Machine", machine.id)], body=body)


def _chosen(sim: Simulator, call: Call) -> Machine | None:
    found = routed(sim, call.app, "started")
    if not found and (asleep := [one for one in routed(sim, call.app, "stopped") if _autostart(one)]):
        with sim.world.lock:
            sim.launch(asleep[0])
        while not found and routed(sim, call.app, "starting") and not sim.over.wait(TICK):
            found = routed(sim, call.app, "started")
    wanted = call.headers.get("fly-force-instance-id", "")
    if wanted:
        return next((one for one in found if one.id == wanted), None)
    return found[next(sim.turn) % len(found)] if found else None


def _autostart(machine: Machine) -> bool:
    return any(one.get("autostart") for one in machine.config.get("services") or [])


def routed(sim: Simulator, app: str, state: str) -> list[Machine]:
    """Return the machines of an app that have a service, in a state."""
    with sim.world.lock:
        now = sim.world.clock()
        found = sim.world.apps[app].machines.values() if app in sim.world.apps else ()
        return [one for one in found if one.config.get("services") and not one.cordoned and one.state(now) == state]
