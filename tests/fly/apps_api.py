"""What the Machines API answers about apps, their secrets, volumes and addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tests.fly.behaviour import stamp
from tests.fly.call import Call, Routes
from tests.fly.machine import Refused

if TYPE_CHECKING:
    from tests.fly.simulator import Simulator
    from tests.fly.state import App

ROUTES = Routes()
ONE = "/v1/apps/:app"


def _view(sim: Simulator, app: App) -> dict[str, Any]:
    alive = [one for one in app.machines.values() if one.alive(sim.world.clock())]
    return {
        "id": app.name,
        "name": app.name,
        "internal_numeric_id": 1,
        "status": app.status(),
        "network": "default",
        "organization": {"name": app.org, "slug": app.org, "internal_numeric_id": 1},
        "machine_count": len(alive),
        "volume_count": len(app.volumes),
        "app_role": "",
    }


@ROUTES.add("GET", ONE)
def get_app(sim: Simulator, _call: Call, app: str) -> dict[str, Any]:
    """Tell of an app."""
    return _view(sim, sim.world.app(app))


@ROUTES.add("GET", "/v1/apps")
def list_apps(sim: Simulator, call: Call) -> dict[str, Any]:
    """List the apps of an organization."""
    found = [_view(sim, one) for one in sim.world.apps.values() if call.one("org_slug") in {"", one.org}]
    return {"total_apps": len(found), "apps": found}


@ROUTES.add("POST", "/v1/apps")
def create_app(sim: Simulator, call: Call) -> tuple[int, dict[str, Any]]:
    """Create an app."""
    asked = call.json
    name = asked.get("name") or asked.get("app_name")
    return 201, _view(sim, sim.world.create(name, asked.get("org_slug") or "sim-org"))


@ROUTES.add("DELETE", ONE)
def delete_app(sim: Simulator, _call: Call, app: str) -> tuple[int, None]:
    """Destroy an app with its machines."""
    sim.world.delete(app)
    return 202, None


@ROUTES.add("GET", "/v1/platform/regions")
def list_regions(_sim: Simulator, _call: Call) -> dict[str, Any]:
    """List the one region."""
    return {"Regions": [{"code": "fra", "name": "Frankfurt, Germany", "gateway_available": True}], "Nearest": "fra"}


@ROUTES.add("GET", f"{ONE}/secrets")
def list_secrets(sim: Simulator, _call: Call, app: str) -> dict[str, Any]:
    """List names and digests."""
    return {"secrets": sim.world.list_secrets(sim.world.app(app))}


@ROUTES.add("POST", f"{ONE}/secrets")
def update_secrets(sim: Simulator, call: Call, app: str) -> dict[str, Any]:
    """Set values and delete those that are null, all of them or none."""
    values = call.json.get("values")
    if not isinstance(values, dict) or not values:
        raise Refused(400, "invalid_argument: values are needed")
    owner = sim.world.app(app)
    version = sim.world.set_secrets(owner, values)
    return {"secrets": sim.world.list_secrets(owner), "version": version}


@ROUTES.add("GET", f"{ONE}/secrets/:name")
def get_secret(sim: Simulator, _call: Call, app: str, name: str) -> dict[str, Any]:
    """Tell the digest of one."""
    found = [one for one in sim.world.list_secrets(sim.world.app(app)) if one["name"] == unquote(name)]
    if not found:
        raise Refused(404, f"secret {name} not found")
    return found[0]


@ROUTES.add("POST", f"{ONE}/secrets/:name")
def set_secret(sim: Simulator, call: Call, app: str, name: str) -> dict[str, Any]:
    """Set one value."""
    version = sim.world.set_secrets(sim.world.app(app), {unquote(name): call.json["value"]})
    return get_secret(sim, call, app, name) | {"version": version}


@ROUTES.add("DELETE", f"{ONE}/secrets/:name")
def delete_secret(sim: Simulator, _call: Call, app: str, name: str) -> dict[str, Any]:
    """Delete one value."""
    return {"version": sim.world.set_secrets(sim.world.app(app), {unquote(name): None})}


@ROUTES.add("GET", f"{ONE}/ip_assignments")
def list_ips(sim: Simulator, _call: Call, app: str) -> dict[str, Any]:
    """List the addresses."""
    return {"ips": sim.world.app(app).ips}


@ROUTES.add("POST", f"{ONE}/ip_assignments")
def add_ip(sim: Simulator, call: Call, app: str) -> dict[str, Any]:
    """Assign another address."""
    return sim.world.add_ip(sim.world.app(app), call.json.get("type", "shared_v4"))


@ROUTES.add("GET", f"{ONE}/volumes")
def list_volumes(sim: Simulator, _call: Call, app: str) -> list[dict[str, Any]]:
    """List the volumes."""
    return list(sim.world.app(app).volumes.values())


@ROUTES.add("POST", f"{ONE}/volumes")
def create_volume(sim: Simulator, call: Call, app: str) -> dict[str, Any]:
    """Create a volume."""
    asked = call.json
    return sim.world.add_volume(sim.world.app(app), asked["name"], asked.get("size_gb") or 1, asked.get("region", ""))


def _volume(sim: Simulator, app: str, identity: str) -> dict[str, Any]:
    found = sim.world.app(app).volumes.get(identity)
    if found is None:
        raise Refused(404, f"volume {identity} not found")
    return found


@ROUTES.add("GET", f"{ONE}/volumes/:id")
def get_volume(sim: Simulator, _call: Call, app: str, identity: str) -> dict[str, Any]:
    """Tell of a volume."""
    return _volume(sim, app, identity)


@ROUTES.add("PUT", f"{ONE}/volumes/:id/extend")
def extend_volume(sim: Simulator, call: Call, app: str, identity: str) -> dict[str, Any]:
    """Make a volume larger, never smaller."""
    found = _volume(sim, app, identity)
    if call.json["size_gb"] < found["size_gb"]:
        raise Refused(422, "invalid_argument: a volume cannot be made smaller")
    found["size_gb"] = call.json["size_gb"]
    return {"volume": found, "needs_restart": False}


@ROUTES.add("DELETE", f"{ONE}/volumes/:id")
def delete_volume(sim: Simulator, _call: Call, app: str, identity: str) -> dict[str, Any]:
    """Destroy a volume that no machine has."""
    found = _volume(sim, app, identity)
    if found["attached_machine_id"]:
        raise Refused(412, f"failed_precondition: volume {identity} is attached")
    return sim.world.app(app).volumes.pop(identity) | {"state": "pending_destroy"}


@ROUTES.add("GET", f"{ONE}/volumes/:id/snapshots")
def list_snapshots(sim: Simulator, _call: Call, app: str, identity: str) -> list[dict[str, Any]]:
    """List the snapshots of a volume."""
    return _volume(sim, app, identity)["snapshots"]


@ROUTES.add("POST", f"{ONE}/volumes/:id/snapshots")
def create_snapshot(sim: Simulator, _call: Call, app: str, identity: str) -> dict[str, Any]:
    """Take a snapshot of a volume."""
    made = {"id": f"vs_{sim.world.next()}", "size": 1000, "volume_size": 1000, "digest": "", "status": "created"}
    made |= {"created_at": stamp(sim.world.clock()), "retention_days": 5}
    _volume(sim, app, identity)["snapshots"].append(made)
    return made
