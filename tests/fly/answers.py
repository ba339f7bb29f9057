"""What a request gets, over HTTP or without: who may ask, what goes wrong on purpose, and which function answers."""

from __future__ import annotations

import json
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fly import apps_api, graphql_api, leases_api, machines_api, rest_api
from tests.fly.machine import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fly.call import Call, Route
    from tests.fly.faults import Fault
    from tests.fly.simulator import Simulator

ROUTES: list[Route] = [*graphql_api.ROUTES, *rest_api.ROUTES, *apps_api.ROUTES]
ROUTES += [*machines_api.ROUTES, *leases_api.ROUTES]
HELD, EMPTY = 60, 204
JSON = [("Content-Type", "application/json")]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """An answer; `broken` says how the connection ends: by a `reset`, or `truncated` in the middle of the body."""

    status: int = 0
    headers: list[tuple[str, str]]
    body: bytes = b""
    broken: str = ""


def api(sim: Simulator, call: Call) -> Outcome:
    """Answer a call of the APIs."""
    sim.requests.append(call)
    return _with_faults(sim, call, lambda: _served(sim, call))


def _with_faults(sim: Simulator, call: Call, do: Callable[[], Outcome]) -> Outcome:
    fault = sim.faults.due(call)
    made = _faulty(sim, fault, do) if fault else do()
    call.status, call.answer = 0 if made.broken == "reset" else made.status, made.body
    return made


def _faulty(sim: Simulator, fault: Fault, do: Callable[[], Outcome]) -> Outcome:
    kind = fault.kind
    if isinstance(kind, int):
        told = json.dumps({"error": f"simulated {kind}"}) if fault.body is None else fault.body
        return Outcome(status=kind, headers=JSON, body=told.encode())
    if kind == "malformed":
        return Outcome(status=200, headers=JSON, body=b'{"what": ')
    if kind == "reset":
        return Outcome(headers=[], broken="reset")
    if kind == "hold":
        fault.reached.set()
        fault.go.wait(HELD)
    elif kind == "slow":
        sim.over.wait(fault.seconds)
    made = do()
    broken = {"lost": "reset", "truncated": "truncated"}.get(kind, "")
    return Outcome(status=made.status, headers=made.headers, body=made.body, broken=broken)


def visit(sim: Simulator, call: Call, do: Callable[[], Outcome]) -> Outcome:
    """Let an app's public side answer; faults that name the app happen there."""
    sim.visits.append(call)
    return _with_faults(sim, call, do)


def _served(sim: Simulator, call: Call) -> Outcome:
    if call.path == "/__sim/coverage":
        served = [f"{one.method} {one.pattern.pattern}" for one in ROUTES]
        return _told(200, {"served": served, "unknown": sim.unknown})
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    if scheme not in {"Bearer", "FlyV1"} or token not in sim.tokens:
        return _told(401, {"error": "unauthorized"})
    if sim.limits and not sim.limits.allow(call):
        return _told(429, {"error": "rate limit exceeded"})
    for route in ROUTES:
        found = route.pattern.fullmatch(call.path) if route.method == call.method else None
        if found:
            return _routed(sim, route, call, found.groups())
    sim.unknown.append(f"{call.method} {call.target}")
    return _told(501, {"error": f"the simulator does not serve {call.method} {call.path}"})


def _routed(sim: Simulator, route: Route, call: Call, parts: tuple[str, ...]) -> Outcome:
    try:
        if route.free:
            return _told(200, route.serve(sim, call, *parts))
        with sim.world.lock:
            told = route.serve(sim, call, *parts)
            # What is told may change as soon as the lock is given back.
            return _told(*told) if isinstance(told, tuple) else _told(200, told)
    except Refused as error:
        return _told(error.status, error.body)
    except Exception:  # noqa: BLE001  # a test has to see what is wrong with the simulator
        sim.unknown.append(traceback.format_exc())
        return _told(500, {"error": "the simulator has a bug"})


def _told(status: int, told: Any) -> Outcome:
    return Outcome(status=status, headers=JSON, body=b"" if status == EMPTY else json.dumps(told).encode())
