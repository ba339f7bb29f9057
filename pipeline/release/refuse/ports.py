"""Where the application listens, and where Fly's proxy asks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.release.refuse import machine_rules as rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.release.flytoml import Service
    from pipeline.release.refuse.case import Case, Refusal

DEFAULT, OLD_DEFAULT = 8080, 80
# Images of .NET listen on 8080 since this version.
_NEW = 8
_ADDRESS = re.compile(r"(https?)://(\[[^\]]*\]|[^:/;\s]*)(?::([0-9]{1,5}))?", re.IGNORECASE)
_KESTREL = re.compile(r"KESTREL__ENDPOINTS__\w+__URL")
_URLS = ("ASPNETCORE_URLS", "DOTNET_URLS", "URLS")
_PORTS = ("ASPNETCORE_HTTP_PORTS", "DOTNET_HTTP_PORTS", "HTTP_PORTS")
_ONE_MACHINE = re.compile(r"localhost|127(?:\.[0-9]+){3}|\[::1\]", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Listens:
    """The ports of plain HTTP, those of them that other machines do not reach, and what says so."""

    ports: frozenset[int]
    said: str
    inside: frozenset[int] = frozenset()


def listens(env: Mapping[str, str], default: int = DEFAULT) -> Listens:
    """Return where ASP.NET Core listens with these variables, named in capitals; the first that says it wins."""
    endpoints = sorted(name for name in env if _KESTREL.fullmatch(name))
    if endpoints:
        return _addresses(";".join(env[name] for name in endpoints), endpoints[0])
    if named := next((name for name in _URLS if env.get(name)), ""):
        return _addresses(env[named], named)
    if named := next((name for name in _PORTS if env.get(name)), ""):
        ports = (part.strip() for part in env[named].split(";"))
        found = frozenset(int(port) for port in ports if re.fullmatch(r"[0-9]{1,5}", port))
        return Listens(ports=found, said=f"by {named}")
    return Listens(ports=frozenset({default}), said="the default of its .NET")


def _default(case: Case) -> int:
    web = case.app.dotnet.web if case.app.dotnet else None
    major = re.match(r"net([0-9]{1,2})\.", web.frameworks[0] if web and web.frameworks else "")
    return OLD_DEFAULT if major and int(major[1]) < _NEW else DEFAULT


def _addresses(text: str, said: str) -> Listens:
    found = [one for one in _ADDRESS.finditer(text) if one[1].lower() == "http"]
    ports = {int(one[3] or 80) for one in found}
    reached = {int(one[3] or 80) for one in found if not _ONE_MACHINE.fullmatch(one[2])}
    return Listens(ports=frozenset(ports), said=f"by {said}", inside=frozenset(ports - reached))


def _of_image(case: Case) -> tuple[Service, ...]:
    """Return the services of machines that run the image's own command, of the default group where none does."""
    config = case.config
    commands = dict(config.processes)
    groups = [group for group in config.groups if not commands.get(group)] or [config.default_group]
    return tuple(one for one in config.services if any(group in config.groups_of(one) for group in groups))


def ports(case: Case) -> Iterator[Refusal]:
    """Find services that nothing answers, and applications that nothing leads to."""
    if not case.is_web:
        return
    if not case.config.services:
        yield case.at(rules.NO_SERVICE, "neither `[http_service]` nor `[[services]]` is there")
        return
    found = listens(case.env, _default(case))
    if case.start.listens or "PORT" in case.env:
        # What the code does with it nobody knows here.
        return
    for service in _of_image(case):
        port, place = service.internal_port, f"{service.place}.internal_port"
        if port is None:
            yield case.at(rules.PORT, f"`{place}` is not said", place)
        elif port not in found.ports:
            told = ", ".join(map(str, sorted(found.ports))) or "no port of plain HTTP"
            yield case.at(rules.PORT, f"`{place}` is {port}, the application listens on {told} ({found.said})", place)
        elif port in found.inside:
            yield case.at(
                rules.LOOPBACK, f"`{place}` is {port}, and it listens on this machine alone ({found.said})", place
            )


ALL = (ports,)
