"""What the Machines API answers about machines, their leases and their metadata."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from tests.fly.call import Call, Routes
from tests.fly.machine import Lease, Machine, Refused

if TYPE_CHECKING:
    from tests.fly.simulator import Simulator
    from tests.fly.state import App

ROUTES = Routes()
ALL = "/v1/apps/:app/machines"
ONE = f"{ALL}/:id"
TICK = 0.02
SETTLED = {"started", "stopped", "suspended", "failed"}
DONE = {"ok": True}


def machine_of(sim: Simulator, app: str, identity: str) -> Machine:
    """Return a machine, also one that is destroyed, or refuse."""
    found = sim.world.app(app).machines.get(identity)
    if found is None:
        raise Refused(404, f"machine not found: {identity}")
    return found


def changeable(sim: Simulator, call: Call, app: str, identity: str) -> Machine:
    """Return a machine that the caller may change, or refuse."""
    machine, now = machine_of(sim, app, identity), sim.world.clock()
    if not machine.alive(now):
        raise Refused(404, f"machine {identity} is destroyed")
    machine.held(now, call.nonce)
    return machine


def lease(sim: Simulator, machine: Machine, seconds: float) -> Lease:
    """Give a machine's caller the only right to change it for a while."""
    machine.lease = Lease(nonce=f"nonce{sim.world.next():x}", expires=sim.world.clock() + seconds)
    return machine.lease


@ROUTES.add("GET", ALL)
def list_machines(sim: Simulator, call: Call, app: str) -> list[dict[str, Any]]:
    """List those that are not destroyed, or all of them."""
    now, deleted = sim.world.clock(), call.one("include_deleted") == "true"
    wanted = {name[9:]: values[0] for name, values in call.query.items() if name.startswith("metadata.")}
    return [
        one.view(now)
        for one in sim.world.app(app).machines.values()
        if (deleted or one.alive(now)) and wanted.items() <= one.config.get("metadata", {}).items()
    ]


@ROUTES.add("POST", ALL)
def create_machine(sim: Simulator, call: Call, app: str) -> dict[str, Any]:
    """Create a machine and launch it, if nothing is said against it."""
    world, asked = sim.world, call.json
    owner = world.app(app)
    _unique(owner, asked.get("name", ""), world.clock())
    config = _valid(asked.get("config"))
    image = sim.boot_image(config["image"])
    version = world.boot_version(owner, asked.get("min_secrets_version"))
    machine = sim.new_machine(owner, asked.get("name", ""), asked.get("region", ""))
    world.attach(owner, config, machine.id)
    machine.config, machine.image, machine.secrets_version = config, image, version
    machine.cordoned = bool(asked.get("skip_service_registration"))
    owner.machines[machine.id] = machine
    sim.renew(machine)
    sim.rest(machine, "stopped") if asked.get("skip_launch") else sim.launch(machine)
    nonce = lease(sim, machine, asked["lease_ttl"]).nonce if asked.get("lease_ttl") else ""
    return machine.view(world.clock()) | ({"nonce": nonce} if nonce else {})


def _unique(app: App, name: str, now: float) -> None:
    for one in app.machines.values():
        if name and one.name == name and one.alive(now):
            text = (
                f'already_exists: unique machine name violation, machine ID {one.id} already exists with name "{name}"'
            )
            raise Refused(409, text)


def _valid(config: Any) -> dict[str, Any]:
    if not isinstance(config, dict) or not config.get("image"):
        raise Refused(400, "invalid_argument: config.image is needed")
    guest = config.get("guest") or {}
    memory, cpus = guest.get("memory_mb", 256), guest.get("cpus", 1)
    if guest.get("cpu_kind", "shared") == "shared" and (memory % 256 or not 256 * cpus <= memory <= 2048 * cpus):
        raise Refused(422, f"invalid_argument: invalid memory size {memory} for {cpus} shared CPUs")
    return config


@ROUTES.add("GET", ONE)
def get_machine(sim: Simulator, _call: Call, app: str, identity: str) -> dict[str, Any]:
    """Tell of a machine."""
    return machine_of(sim, app, identity).view(sim.world.clock())


@ROUTES.add("POST", ONE)
def update_machine(sim: Simulator, call: Call, app: str, identity: str) -> dict[str, Any]:
    """Give a machine another configuration and launch it again."""
    machine, asked, world = changeable(sim, call, app, identity), call.json, sim.world
    config, owner = _valid(asked.get("config")), world.app(app)
    image = sim.boot_image(config["image"])
    version = world.boot_version(owner, asked.get("min_secrets_version"))
    pull = world.behaviour(image).pull
    if pull == "reverts":
        return machine.view(world.clock()) | {
            "config": config,
            "image_ref": image.view(),
            "instance_id": sim.instance(),
        }
    world.attach(owner, config, machine.id)
    machine.config, machine.secrets_version = config, version
    machine.image = machine.image if pull == "old" else image
    sim.renew(machine)
    sim.rest(machine, "stopped") if asked.get("skip_launch") else sim.launch(machine)
    return machine.view(world.clock())


@ROUTES.add("DELETE", ONE)
def destroy_machine(sim: Simulator, call: Call, app: str, identity: str) -> dict[str, Any]:
    """Destroy a machine that is stopped, or any one by force."""
    machine, now = changeable(sim, call, app, identity), sim.world.clock()
    forced = "true" in {call.one("kill"), call.one("force")}
    if machine.state(now) == "started" and not forced:
        raise Refused(412, "failed_precondition: machine still active, refusing to destroy")
    machine.rest("destroyed", now)
    sim.world.detach(sim.world.app(app), identity)
    return DONE


@ROUTES.add("GET", f"{ONE}/wait", free=True)
def wait(sim: Simulator, call: Call, app: str, identity: str) -> dict[str, Any]:
    """Wait until a machine is in one of the states; the instance matters only when one is named."""
    states = set(call.query.get("state", ["started"]))
    version = call.one("version") or call.one("instance_id")
    end = time.monotonic() + float(call.one("timeout", "60").removesuffix("s"))
    while True:
        with sim.world.lock:
            machine, now = machine_of(sim, app, identity), sim.world.clock()
            state = machine.state(now)
        if (state in states or ("settled" in states and state in SETTLED)) and version in {"", machine.instance}:
            return DONE
        if state == "destroyed":
            raise Refused(404, f"machine {identity} is destroyed")
        if time.monotonic() > end or sim.over.wait(TICK):
            text = f"deadline_exceeded: machine failed to reach desired state, {'|'.join(states)}, currently {state}"
            raise Refused(408, text)


@ROUTES.add("POST", f"{ONE}/start")
def start(sim: Simulator, call: Call, app: str, identity: str) -> dict[str, Any]:
    """Start a machine that does not run."""
    machine = changeable(sim, call, app, identity)
    before = machine.state(sim.world.clock())
    if before not in {"started", "starting"}:
        sim.launch(machine)
    return {"previous_state": before}


@ROUTES.add("POST", f"{ONE}/stop")
def stop(sim: Simulator, call: Call, app: str, identity: str) -> dict[str, Any]:
    """Stop a machine."""
    changeable(sim, call, app, identity).rest("stopped", sim.world.clock())
    return DONE


@ROUTES.add("POST", f"{ONE}/suspend")
def suspend(sim: Simulator, call: Call, app: str, identity: str) -> dict[str, Any]:
    """Suspend a machine; it is launched anew when it is started."""
    changeable(sim, call, app, identity).rest("suspended", sim.world.clock())
    return DONE


@ROUTES.add("POST", f"{ONE}/restart")
def restart(sim: Simulator, call: Call, app: str, identity: str) -> dict[str, Any]:
    """Stop a machine and start it with the image and the secrets that it has."""
    machine = changeable(sim, call, app, identity)
    machine.rest("stopped", sim.world.clock())
    sim.launch(machine)
    return DONE


@ROUTES.add("POST", f"{ONE}/signal")
def signal(sim: Simulator, call: Call, app: str, identity: str) -> dict[str, Any]:
    """Stop a machine by any signal."""
    return stop(sim, call, app, identity)


@ROUTES.add("POST", f"{ONE}/cordon")
def cordon(sim: Simulator, call: Call, app: str, identity: str) -> dict[str, Any]:
    """Send no visitor to a machine."""
    changeable(sim, call, app, identity).cordoned = True
    return DONE


@ROUTES.add("POST", f"{ONE}/uncordon")
def uncordon(sim: Simulator, call: Call, app: str, identity: str) -> dict[str, Any]:
    """Send visitors to a machine."""
    changeable(sim, call, app, identity).cordoned = False
    return DONE


@ROUTES.add("GET", f"{ONE}/ps")
def processes(sim: Simulator, _call: Call, app: str, identity: str) -> list[dict[str, Any]]:
    """List what listens."""
    machine, now = machine_of(sim, app, identity), sim.world.clock()
    if not machine.life or machine.state(now) != "started":
        raise Refused(412, "failed_precondition: machine is not running")
    port = next((one["internal_port"] for one in machine.config.get("services") or []), 8080)
    address = machine.life.behaviour.address
    sockets = [{"proto": "tcp", "address": f"{address}:{port}"}] if address else []
    return [{"pid": 1, "command": "app", "directory": "/app", "listen_sockets": sockets}]
