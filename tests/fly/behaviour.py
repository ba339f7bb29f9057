"""What the machines that run an image do: a script on a time line, or a real process behind the edge.

A script is printed as what it is: nothing of the image runs. Seconds are real ones and may be as small as 0.01.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import inf
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

# Status, headers by name (or pairs), body.
Page = tuple[int, Mapping[str, str] | list[tuple[str, str]], bytes]
ONE_OFF = {"fly_app_release_command", "fly_app_test_machine_command"}
RESTARTS = 10
PAUSE = 0.05
KILLED = 137


@dataclass(frozen=True, kw_only=True)
class Task:
    """How a one-off machine ends: a release command, or a machine check."""

    exit_code: int = 0
    seconds: float = 0.05
    logs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """What a machine does with an image.

    `boot` seconds from the request to `started` (`inf`: never). Its health is 503 for `healthy_after` seconds after
    that, then `health`, and `later` from `unhealthy_after` on. It dies after `dies_after` seconds with `exit_code`,
    or out of memory when it `needs_mb` more than its guest has; the restart policy decides what follows.
    `address` is where it listens (nothing: nowhere). `reports` false: the platform has no check results at all.
    `pull`: `works`, `fails` (never starts), `old` (the image reference and what runs stay old) or `reverts`
    (the update is answered, then everything is old again). `host` other than `ok` is what `host_status` says.
    `pages` are what it serves by path, `*` for all others; a page may be a function of path and machine.
    `command` is a real process instead; it gets `PORT` and `ASPNETCORE_HTTP_PORTS`, the machine's environment and
    its secrets, `env`, and runs in `folder`.
    """

    boot: float = 0.02
    healthy_after: float = 0
    health: int = 200
    unhealthy_after: float = inf
    later: int = 500
    dies_after: float = inf
    exit_code: int = 1
    needs_mb: int = 0
    address: str = "[::]"
    reports: bool = True
    pull: str = "works"
    host: str = "ok"
    pages: Mapping[str, Page | Callable[[str, Any], Page]] = field(default_factory=dict)
    health_path: str = "/health"
    command: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    folder: str = ""
    task: Task = field(default_factory=Task)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """What is true of a machine from a time on, with the event and the log lines of that time."""

    at: float
    state: str
    event: dict[str, Any] | None = None
    logs: tuple[str, ...] = ()


def moments(behaviour: Behaviour, config: Mapping[str, Any], began: float) -> list[Moment]:
    """Return the whole life of a machine that is launched now."""
    made = [Moment(at=began, state="starting", event=event("launch", "created", began))]
    if behaviour.boot == inf or behaviour.pull == "fails":
        return made
    if one_off(config):
        return made + _one_off(behaviour, config, began + behaviour.boot)
    return made + _service(behaviour, config, began + behaviour.boot)


def _one_off(behaviour: Behaviour, config: Mapping[str, Any], at: float) -> list[Moment]:
    task, end = behaviour.task, at + behaviour.task.seconds
    said = (f"Main child exited normally with code: {task.exit_code}",)
    ended = Moment(at=end, state="stopped", event=exited(end, task.exit_code), logs=said)
    made = [Moment(at=at, state="started", event=event("start", "started", at), logs=task.logs), ended]
    return [*made, Moment(at=end, state="destroyed")] if config.get("auto_destroy") else made


def _service(behaviour: Behaviour, config: Mapping[str, Any], at: float) -> list[Moment]:
    oom = lacks_memory(behaviour, config)
    lives, code = (PAUSE, KILLED) if oom else (behaviour.dies_after, behaviour.exit_code)
    made = []
    for count in range(1, RESTARTS + 2):
        made.append(Moment(at=at, state="started", event=event("start", "started", at)))
        if lives == inf:
            break
        end = at + lives
        again = restarts(config, code) and count <= RESTARTS
        told = exited(end, code, oom_killed=oom, restarting=again)
        told["request"]["restart_count"] = count
        logs = (("Out of memory: Killed process 1",) if oom else ()) + (f"Main child exited with code: {code}",)
        made.append(Moment(at=end, state="starting" if again else "stopped", event=told, logs=logs))
        if not again:
            break
        at = end + PAUSE
    return made


def one_off(config: Mapping[str, Any]) -> bool:
    """Return whether a machine runs one command and ends."""
    return config.get("metadata", {}).get("fly_process_group") in ONE_OFF


def lacks_memory(behaviour: Behaviour, config: Mapping[str, Any]) -> bool:
    """Return whether a machine is too small for what it runs."""
    return config.get("guest", {}).get("memory_mb", 256) < behaviour.needs_mb


def restarts(config: Mapping[str, Any], code: int) -> bool:
    """Return whether the restart policy of a machine starts it again."""
    policy = config.get("restart", {}).get("policy", "on-failure")
    return policy == "always" or (policy == "on-failure" and code != 0)


def event(kind: str, status: str, at: float, **request: Any) -> dict[str, Any]:
    """Return an event as the Machines API tells it."""
    return {"type": kind, "status": status, "source": "flyd", "timestamp": int(at * 1000)} | (
        {"request": request} if request else {}
    )


def exited(at: float, code: int, **more: bool) -> dict[str, Any]:
    """Return the event of an end."""
    own = {"exit_code": code, "guest_exit_code": code, "requested_stop": False, "restarting": False}
    return event("exit", "stopped", at, exit_event=own | {"exited_at": stamp(at)} | more, restart_count=0)


def stamp(at: float) -> str:
    """Return a time as the APIs write it."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
