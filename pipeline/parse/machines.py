"""What the Machines API of Fly.io answers: machines, logs, secrets.

Source: docs.machines.dev; the names of flyctl's own metadata are those of v0.4.87.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.parse.json_report import mapping, objects, text
from pipeline.settings.redact import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

# Its release commands and a lock of ours have no such mark, nor has a machine that somebody made by hand.
_PLATFORM = ("fly_platform_version", "v2")
# Characters of a text that are looked at, and of those that are shown.
_READ, _SHOWN = 2_000, 300

RELEASE_COMMAND = "fly_app_release_command"
GONE = frozenset({"destroying", "destroyed"})


@dataclass(frozen=True, kw_only=True)
class Check:
    """One health check of a machine, as the platform sees it."""

    name: str
    status: str
    output: str = ""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """One machine as the Machines API describes it.

    `instance` changes with every change of the machine; `release` is the number that flyctl gave its last change, 0
    where it gave none. `wanted_checks` is how many checks its configuration has, `is_public` whether it has services,
    to which the proxy leads requests, `is_standby` whether it waits for the host of another one to fail. Memory is in
    MB.
    """

    id: str
    name: str = ""
    state: str = ""
    host_status: str = "ok"
    instance: str = ""
    region: str = ""
    digest: str = ""
    release: int = 0
    group: str = ""
    memory: int = 0
    volumes: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    wanted_checks: int = 0
    is_public: bool = False
    is_standby: bool = False
    by_fly: bool = False
    metadata: tuple[tuple[str, str], ...] = ()
    exit: str = ""

    @property
    def is_asleep(self) -> bool:
        """Whether somebody has to start it: the platform does when a request comes, flyctl does not."""
        return self.state in {"stopped", "suspended"}

    @property
    def serves(self) -> bool:
        """Whether `fly deploy` made and keeps it: not that of a release command, nobody's own, none that is gone."""
        return self.by_fly and self.group != RELEASE_COMMAND and self.state not in GONE

    @property
    def is_strange(self) -> bool:
        """Whether it answers visitors and no release changes it: somebody made it by hand."""
        return self.is_public and not self.by_fly and self.state not in GONE


def machines(content: str) -> tuple[Machine, ...]:
    """Return every machine of an app.

    Raises:
        ValueError: it is no list of machines, so that nobody takes a broken answer for an app without machines.

    """
    found = json.loads(content)
    if not isinstance(found, list) or not all(isinstance(one, dict) and text(one.get("id")) for one in found):
        problem = "no list of machines"
        raise ValueError(problem)
    return tuple(machine(one) for one in found)


def machine(said: dict[str, object]) -> Machine:
    """Return one machine."""
    config = mapping(said.get("config"))
    metadata = {name: text(value) for name, value in mapping(config.get("metadata")).items()}
    release = metadata.get("fly_release_version", "")
    return Machine(
        id=text(said.get("id")),
        name=text(said.get("name")),
        state=text(said.get("state")),
        # flyctl takes a machine without it for lost, and replaces it.
        host_status=text(said.get("host_status")),
        instance=text(said.get("instance_id")),
        region=text(said.get("region")),
        digest=text(mapping(said.get("image_ref")).get("digest")),
        release=int(release) if release.isdecimal() else 0,
        group=metadata.get("fly_process_group", ""),
        memory=_number(mapping(config.get("guest")).get("memory_mb")),
        volumes=tuple(text(m.get("name")) or text(m.get("volume")) for m in objects(config.get("mounts"))),
        checks=tuple(_checks(said.get("checks"))),
        wanted_checks=_wanted(config),
        is_public=bool(config.get("services")),
        is_standby=bool(config.get("standbys")),
        by_fly=(_PLATFORM[0], metadata.get(_PLATFORM[0])) == _PLATFORM,
        metadata=tuple(sorted(metadata.items())),
        exit=_exit(said.get("events")),
    )


def _checks(said: object) -> Iterator[Check]:
    for one in objects(said):
        output = _beginning(text(one.get("output")))
        yield Check(name=text(one.get("name")), status=text(one.get("status")), output=output)


def _beginning(said: str) -> str:
    """Return the beginning of what a program wrote, in one line; a password that is cut in two is none to be seen."""
    return shown("", " ".join(said.split())[:_READ])[:_SHOWN]


def _wanted(config: dict[str, object]) -> int:
    services = [check for service in objects(config.get("services")) for check in objects(service.get("checks"))]
    return len(services) + len(mapping(config.get("checks")))


def _exit(events: object) -> str:
    """Return how its process ended last, if that is the newest of its events about starts and ends."""
    for event in objects(events):
        if event.get("type") in {"start", "launch"}:
            return ""
        if event.get("type") == "exit":
            told = mapping(mapping(event.get("request")).get("exit_event"))
            if told.get("requested_stop") is True:
                # The platform put it to sleep, or a hand stopped it.
                return ""
            killed = ", out of memory" if told.get("oom_killed") is True else ""
            return f"exit code {told.get('exit_code')}{killed}"
    return ""


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def logs(content: str) -> tuple[str, ...]:
    """Return the lines of a log, the oldest first.

    Raises:
        ValueError: it is no log.

    """
    said = mapping(json.loads(content)).get("data")
    if not isinstance(said, list):
        problem = "no log"
        raise ValueError(problem)  # noqa: TRY004  # a broken text, not a wrong argument
    return tuple(_beginning(text(mapping(one.get("attributes")).get("message"))) for one in objects(said))


def secrets(content: str) -> tuple[dict[str, str], int]:
    """Return the digest of each secret by its name, and the version of all of them (0 where none is told).

    Raises:
        ValueError: it is no such list.

    """
    found = json.loads(content)
    said = mapping(found)
    if not isinstance(said.get("secrets"), list):
        problem = "no list of secrets"
        raise ValueError(problem)  # noqa: TRY004  # a broken text, not a wrong argument
    named = {text(one.get("name")): text(one.get("digest")) for one in objects(said["secrets"])}
    return named, max(_number(said.get("version")), _number(said.get("Version")))
