"""What the GraphQL API answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fly.behaviour import stamp
from tests.fly.call import Call, Routes
from tests.fly.graphql import Document, Unknown, execute
from tests.fly.machine import Machine, Refused

if TYPE_CHECKING:
    from tests.fly.simulator import Simulator
    from tests.fly.state import App, Release

ROUTES = Routes()
USER = {"__typename": "User", "id": "user_1", "email": "sim@example.com", "name": "sim", "enablePaidHobby": True}
REGION = {"code": "fra", "name": "Frankfurt, Germany (fra)", "gatewayAvailable": True, "deprecated": False}


@ROUTES.add("POST", "/graphql")
def graphql(sim: Simulator, call: Call) -> dict[str, Any]:
    """Answer a query or a mutation."""
    asked = call.json
    document = Document(asked["query"])
    root = _mutations(sim) if document.kind == "mutation" else _queries(sim)
    try:
        return {"data": execute(document, asked.get("variables") or {}, root)}
    except Unknown as error:
        sim.unknown.append(f"GraphQL: {error} in {asked['query']}")
        return {"errors": [{"message": str(error)}]}
    except Refused as error:
        return {"data": None, "errors": [{"message": str(error), "extensions": {"code": "NOT_FOUND"}}]}


def _mutations(sim: Simulator) -> dict[str, Any]:
    return {
        "validateWireGuardPeers": lambda **_: {"invalidPeerIps": []},
        "addWireGuardPeer": _no_tunnel,
        "deleteApp": lambda **given: _deleted(sim, given["appId"]),
    }


def _deleted(sim: Simulator, name: str) -> dict[str, Any]:
    org = sim.world.app(name).org
    sim.world.delete(name)
    return {"organization": organization(org)}


def _no_tunnel(**_: Any) -> None:
    """Refuse: flyctl then asks for logs over REST."""
    raise Refused(403, "the simulator has no WireGuard")


def _queries(sim: Simulator) -> dict[str, Any]:
    world = sim.world
    organizations = sorted({app.org for app in world.apps.values()} | {"sim-org"})
    return {
        "app": lambda name: _app(sim, world.app(name)),
        "apps": lambda **_: {
            "__typename": "AppConnection",
            "pageInfo": {"hasNextPage": False, "endCursor": ""},
            "nodes": [_app(sim, one) for one in world.apps.values()],
        },
        "appNameAvailable": lambda name: name not in world.apps,
        "canPerformBluegreenDeployment": lambda name: bool(world.app(name)),
        "organization": lambda slug, **_: organization(slug),
        "organizations": lambda **_: {"nodes": [organization(one) for one in organizations]},
        "viewer": USER,
        "latestImageDetails": lambda **_: None,
        "nearestRegion": REGION,
        "platform": {"requestRegion": "fra", "regions": [REGION | {"latitude": 50.1, "longitude": 8.6}]},
    }


def organization(slug: str) -> dict[str, Any]:
    """Return an organization as both APIs tell it."""
    return {
        "__typename": "Organization",
        "id": f"org_{slug}",
        "internalNumericId": "1",
        "slug": slug,
        "rawSlug": slug,
        "name": slug,
        "type": "SHARED",
        "paidPlan": True,
        "billable": True,
        "billingStatus": "CURRENT",
        "viewerRole": "admin",
        "provisionsBetaExtensions": False,
        "addOnSsoLink": None,
        "addOns": lambda **_: {"nodes": []},
    }


def _app(sim: Simulator, app: App) -> dict[str, Any]:
    complete = [one for one in app.releases if one.status == "complete"]
    return {
        "__typename": "App",
        "id": app.name,
        "internalNumericId": 1,
        "name": app.name,
        "hostname": f"{app.name}.fly.dev",
        "cnameTarget": None,
        "deployed": bool(app.machines),
        "network": "default",
        "status": app.status(),
        "appUrl": f"https://{app.name}.fly.dev",
        "platformVersion": "machines",
        "version": app.releases[-1].version if app.releases else 0,
        "role": None,
        "organization": organization(app.org),
        "secrets": [_camel(one) for one in sim.world.list_secrets(app)],
        "image": lambda ref: _image(sim, ref),
        "releasesUnprocessed": lambda first=25, **_: {"nodes": [_release(one) for one in app.releases[::-1][:first]]},
        "releases": lambda first=25, **_: {"nodes": [_release(one) for one in app.releases[::-1][:first]]},
        "currentReleaseUnprocessed": _release(app.releases[-1]) if app.releases else None,
        "currentRelease": _release(complete[-1]) if complete else None,
        "egressIpAddresses": {"nodes": []},
        "machines": {"nodes": [_machine(sim, one) for one in app.machines.values()]},
        "config": {"definition": app.releases[-1].definition if app.releases else None},
        "services": [],
        "imageDetails": None,
        "limitedAccessTokens": {"nodes": []},
        "ipAddresses": {"nodes": [_address(one) for one in app.ips if not one["shared"]]},
        "sharedIpAddress": next((one["ip"] for one in app.ips if one["shared"]), None),
        "certificates": {"nodes": []},
    }


def _machine(sim: Simulator, one: Machine) -> dict[str, Any]:
    own = {"id": one.id, "name": one.name, "config": one.config, "state": one.state(sim.world.clock())}
    own |= {"region": one.region, "createdAt": stamp(one.created), "app": {"name": one.app}, "host": {"id": "sim"}}
    return own | {"ips": {"nodes": []}, "egressIpAddresses": {"nodes": []}}


def _camel(secret: dict[str, str]) -> dict[str, str]:
    return {"name": secret["name"], "digest": secret["digest"], "createdAt": secret["created_at"]}


def _address(one: dict[str, Any]) -> dict[str, Any]:
    own = {"id": f"ip_{one['ip']}", "address": one["ip"], "type": one["type"], "region": one["region"]}
    return own | {"createdAt": one["created_at"], "network": None, "serviceName": ""}


def _release(one: Release) -> dict[str, Any]:
    return {
        "__typename": "Release",
        "id": one.id,
        "version": one.version,
        "stable": one.status == "complete",
        "inProgress": one.status in {"pending", "running"},
        "description": "Release",
        "reason": "deploy",
        "status": one.status,
        "imageRef": one.image,
        "evaluationId": "",
        "deploymentStrategy": one.strategy,
        "user": USER,
        "createdAt": stamp(one.created),
        # An empty object makes flyctl panic, null does not.
        "configDefinition": one.definition or None,
    }


def _image(sim: Simulator, ref: str) -> dict[str, Any] | None:
    found = sim.world.images.find(ref)
    if found is None:
        return None
    told = ref.partition("@")[0] if sim.image_ref == "tag" else ref
    own = {"__typename": "Image", "id": f"img_{found.digest[-12:]}", "digest": found.digest, "ref": told}
    return own | {"compressedSize": "1000", "compressedSizeFull": "1000", "manifest": {}, "tag": found.tag or None}
