"""What a fly.toml says, as values.

`place` is where something stands in it, for example `http_service.checks[0]`. Times are seconds, memory is MB. What is
not said is None or empty.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

Pairs = tuple[tuple[str, str], ...]

APP = "app"
DEFAULT_SIZE = "shared-cpu-1x"


class _Grouped(Protocol):
    """What may belong to some process groups alone."""

    @property
    def processes(self) -> tuple[str, ...]:
        """The groups, none for the default one."""


G = TypeVar("G", bound=_Grouped)


@dataclass(frozen=True, kw_only=True)
class Check:
    """A health check of a service, or one of `[checks]`; `kind` is http or tcp."""

    place: str
    kind: str
    port: int | None = None
    path: str = ""
    method: str = ""
    protocol: str = ""
    headers: Pairs = ()
    interval: float | None = None
    timeout: float | None = None
    grace: float | None = None
    processes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Service:
    """`http_service`, or one of `[[services]]`; `auto_stop` is off, stop or suspend."""

    place: str
    internal_port: int | None = None
    force_https: bool = False
    auto_stop: str = ""
    auto_start: bool | None = None
    min_running: int | None = None
    processes: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    has_ports: bool = True

    @property
    def sleeps(self) -> bool:
        """Whether the platform stops its machines when nobody asks."""
        return self.auto_stop in {"stop", "suspend"}


@dataclass(frozen=True, kw_only=True)
class Mount:
    """One volume, by its name, and where machines find it."""

    place: str
    source: str = ""
    destination: str = ""
    initial_size: str = ""
    processes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Size:
    """One `[[vm]]` as flyctl reads it: a name's memory and processors, and what is said over them."""

    place: str
    name: str = ""
    memory: int = 0
    cpus: int = 0
    cpu_kind: str = ""
    has_gpu: bool = False
    is_known: bool = True
    processes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Restart:
    """One `[[restart]]`."""

    place: str
    policy: str = ""
    processes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Build:
    """What an image is made of, when flyctl makes it."""

    image: str = ""
    dockerfile: str = ""
    builder: str = ""
    compose: bool = False


@dataclass(frozen=True, kw_only=True)
class Deploy:
    """How a release comes about."""

    strategy: str = ""
    release_command: str = ""
    release_command_size: Size | None = None
    wait_timeout: float | None = None
    release_command_timeout: float | None = None
    max_unavailable: float | None = None
    seed_command: str = ""


@dataclass(frozen=True, kw_only=True)
class Experimental:
    """What of `[experimental]` changes how a machine starts, or promises what flyctl does not do."""

    auto_rollback: bool = False
    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    exec: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Odd:
    """A value that is not what belongs there, or a key that nobody knows with the one that was probably meant."""

    place: str
    expected: str = ""
    meant: str = ""


@dataclass(frozen=True, kw_only=True)
class FlyToml:
    """A fly.toml.

    `odd` are values of another kind than flyctl takes, `unknown` keys that it passes over, `bare` times without a unit
    that it does not read as seconds, `elsewhere` what points to files that only its author has. `lines` are pairs of a
    place and its line.
    """

    path: str
    app: str = ""
    primary_region: str = ""
    kill_signal: str = ""
    kill_timeout: float | None = None
    env: Pairs = ()
    build: Build = field(default_factory=Build)
    deploy: Deploy = field(default_factory=Deploy)
    experimental: Experimental = field(default_factory=Experimental)
    services: tuple[Service, ...] = ()
    checks: tuple[Check, ...] = ()
    mounts: tuple[Mount, ...] = ()
    sizes: tuple[Size, ...] = ()
    restarts: tuple[Restart, ...] = ()
    processes: Pairs = ()
    odd: tuple[Odd, ...] = ()
    unknown: tuple[Odd, ...] = ()
    bare: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    lines: tuple[tuple[str, int], ...] = field(default=(), repr=False)

    @cached_property
    def _lines(self) -> dict[str, int]:
        return dict(self.lines)

    def line(self, place: str) -> int | None:
        """Return the line of a place, or of what it stands in."""
        while place:
            if place in self._lines:
                return self._lines[place]
            place = place[: max(place.rfind("."), place.rfind("["))] if {".", "["} & set(place) else ""
        return None

    @property
    def all_checks(self) -> tuple[Check, ...]:
        """The checks of all services, and those of `[checks]`."""
        return (*(check for service in self.services for check in service.checks), *self.checks)

    @property
    def groups(self) -> tuple[str, ...]:
        """The process groups by name; one where none is said."""
        return tuple(sorted(name for name, _ in self.processes)) or (APP,)

    @property
    def default_group(self) -> str:
        """The group of what names none."""
        return APP if APP in self.groups else self.groups[0]

    def groups_of(self, one: _Grouped) -> tuple[str, ...]:
        """Return the groups that something belongs to."""
        return one.processes or (self.default_group,)

    def of_group(self, group: str, all_: Iterable[G]) -> tuple[G, ...]:
        """Return what belongs to a process group."""
        return tuple(one for one in all_ if group in self.groups_of(one))

    def sizes_of(self, group: str) -> tuple[Size, ...]:
        """Return the sizes of a group's machines: its own before one for all; more than one contradict each other."""
        own = tuple(size for size in self.sizes if group in size.processes)
        return own or tuple(size for size in self.sizes if not size.processes)
