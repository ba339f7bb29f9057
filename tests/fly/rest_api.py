"""What the REST API under /api/v1 answers: organizations, builds, releases and logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fly.behaviour import stamp
from tests.fly.call import Call, Routes
from tests.fly.graphql_api import organization

if TYPE_CHECKING:
    from tests.fly.simulator import Simulator

ROUTES = Routes()
STATUSES = {"pending", "running", "complete", "failed", "interrupted"}


@ROUTES.add("GET", "/api/v1/organizations/:slug")
def get_organization(_sim: Simulator, _call: Call, slug: str) -> dict[str, Any]:
    """Tell of an organization."""
    return {"organization": _organization(slug)}


@ROUTES.add("GET", "/api/v1/organizations")
def list_organizations(sim: Simulator, _call: Call) -> dict[str, Any]:
    """List all."""
    slugs = sorted({app.org for app in sim.world.apps.values()} | {"sim-org"})
    return {"organizations": [_organization(slug) for slug in slugs]}


def _organization(slug: str) -> dict[str, Any]:
    told = organization(slug)
    own = {"id": told["id"], "slug": slug, "raw_slug": slug, "internal_numeric_id": 1, "name": slug}
    return own | {"paid_plan": True, "personal": False, "billable": True, "billing_status": "CURRENT"}


@ROUTES.add("POST", "/api/v1/builds")
def create_build(sim: Simulator, _call: Call) -> dict[str, Any]:
    """Begin a build."""
    return {"id": sim.world.next(), "status": "started", "wallclock_time_ms": 0}


@ROUTES.add("POST", "/api/v1/builds/finish")
def finish_build(_sim: Simulator, call: Call) -> dict[str, Any]:
    """End a build."""
    return {"id": call.json["build_id"], "status": call.json.get("status") or "completed", "wallclock_time_ms": 1}


@ROUTES.add("POST", "/api/v1/releases")
def create_release(sim: Simulator, call: Call) -> tuple[int, dict[str, Any]]:
    """Count another release."""
    asked = call.json
    more = {"image": asked["image"], "strategy": asked["strategy"], "definition": asked.get("definition")}
    return 201, {"release": sim.world.add_release(sim.world.app(asked["app_name"]), **more).view()}


@ROUTES.add("PATCH", "/api/v1/releases/:id")
def update_release(sim: Simulator, call: Call, identity: str) -> tuple[int, dict[str, Any]] | dict[str, Any]:
    """Change what a release is said to be."""
    release, status = sim.world.release(identity), call.json.get("status")
    if status not in STATUSES:
        return 422, {"error": f"status {status} is unknown"}
    release.status, release.metadata = status, call.json.get("metadata")
    return release.view()


@ROUTES.add("GET", "/api/v1/apps/:app/releases")
def list_releases(sim: Simulator, call: Call, app: str) -> dict[str, Any]:
    """List releases, the newest first."""
    found = sim.world.app(app).releases[::-1]
    return {"releases": [one.view() for one in found[: int(call.one("limit", "25"))]]}


@ROUTES.add("GET", "/api/v1/apps/:app/releases/current")
def current_release(sim: Simulator, _call: Call, app: str) -> tuple[int, dict[str, Any]] | dict[str, Any]:
    """Tell of the newest complete release."""
    found = [one for one in sim.world.app(app).releases if one.status == "complete"]
    return found[-1].view() if found else (404, {"error": "not found"})


@ROUTES.add("GET", "/api/v1/apps/:app/logs")
def logs(sim: Simulator, call: Call, app: str) -> dict[str, Any]:
    """List what machines said, from a token on."""
    now, wanted, since = sim.world.clock(), call.one("instance"), float(call.one("next_token", "0") or 0)
    told = []
    for machine in sim.world.app(app).machines.values():
        if wanted in {"", machine.id}:
            told += [(at, number, text, machine) for number, (at, text) in enumerate(machine.logs(now)) if at > since]
    told.sort(key=lambda one: one[:2])
    data = [
        {
            "id": f"{machine.id}-{number}",
            "type": "log",
            "attributes": {
                "timestamp": stamp(at),
                "message": text,
                "level": "info",
                "instance": machine.id,
                "region": machine.region,
                "meta": {},
            },
        }
        for at, number, text, machine in told
    ]
    return {"data": data, "meta": {"next_token": repr(told[-1][0]) if told else call.one("next_token")}}
