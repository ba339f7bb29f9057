"""What the Machines API answers about who holds a machine, and about its metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fly.call import Call, Routes
from tests.fly.machine import Lease, Refused
from tests.fly.machines_api import ONE, changeable, lease, machine_of

if TYPE_CHECKING:
    from tests.fly.simulator import Simulator

ROUTES = Routes()
DONE = {"ok": True}


@ROUTES.add("GET", f"{ONE}/lease")
def getlease(sim: Simulator, _call: Call, app: str, identity: str) -> dict[str, Any]:
    """Tell who holds a machine."""
    machine = machine_of(sim, app, identity)
    if not machine.lease or machine.lease.expires <= sim.world.clock():
        raise Refused(404, "lease not found")
    return _told(machine.lease, machine.instance)


@ROUTES.add("POST", f"{ONE}/lease")
def takelease(sim: Simulator, call: Call, app: str, identity: str) -> tuple[int, dict[str, Any]]:
    """Take a lease, or hold one's own for longer."""
    machine = changeable(sim, call, app, identity)
    seconds = float(call.one("ttl") or call.json.get("ttl", 13))
    held, now = machine.lease, sim.world.clock()
    if held and held.expires > now:
        held.expires = now + seconds
        return 200, _told(held, machine.instance)
    return 201, _told(lease(sim, machine, seconds), machine.instance)


@ROUTES.add("DELETE", f"{ONE}/lease")
def endlease(sim: Simulator, call: Call, app: str, identity: str) -> dict[str, Any]:
    """Give a lease back."""
    machine = machine_of(sim, app, identity)
    machine.held(sim.world.clock(), call.nonce)
    machine.lease = None
    return DONE


def _told(lease: Lease, version: str) -> dict[str, Any]:
    data = {"nonce": lease.nonce, "expires_at": int(lease.expires), "owner": lease.owner, "version": version}
    return {"status": "success", "data": data}


@ROUTES.add("GET", f"{ONE}/metadata")
def get_metadata(sim: Simulator, _call: Call, app: str, identity: str) -> dict[str, str]:
    """Tell all metadata of a machine."""
    return machine_of(sim, app, identity).config.get("metadata", {})


@ROUTES.add("GET", f"{ONE}/metadata/:key")
def get_metadata_value(sim: Simulator, _call: Call, app: str, identity: str, key: str) -> dict[str, str]:
    """Tell one value of the metadata."""
    found = machine_of(sim, app, identity).config.get("metadata", {})
    if key not in found:
        raise Refused(404, f"metadata key {key} not found")
    return {"value": found[key]}


@ROUTES.add("POST", f"{ONE}/metadata/:key")
def set_metadata(sim: Simulator, call: Call, app: str, identity: str, key: str) -> tuple[int, None]:
    """Keep a value; no lease is asked for, and the machine stays the same instance."""
    machine_of(sim, app, identity).config.setdefault("metadata", {})[key] = call.json["value"]
    return 204, None


@ROUTES.add("DELETE", f"{ONE}/metadata/:key")
def delete_metadata(sim: Simulator, _call: Call, app: str, identity: str, key: str) -> tuple[int, None]:
    """Forget a value."""
    machine_of(sim, app, identity).config.get("metadata", {}).pop(key, None)
    return 204, None
