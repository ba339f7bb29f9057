"""The clock, and the places that packages come from."""

from __future__ import annotations

from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING

from pipeline.doctor.model import Check, Level
from pipeline.settings.redact import without_credentials

if TYPE_CHECKING:
    from pipeline.doctor.model import Answer, Machine, Wanted
    from pipeline.settings.model import Settings

NUGET = "https://api.nuget.org/v3/index.json"
NPM = "https://registry.npmjs.org/"

# Tokens and certificates begin to fail at a few minutes.
MAX_SECONDS_OFF = 120
A_DAY = timedelta(days=1)


def addresses(wanted: Wanted) -> tuple[str, ...]:
    """Return where the packages of this application come from; a given folder replaces the NuGet source."""
    net = any(app.dotnet for app in wanted.apps) and not wanted.feed
    spa = any(app.spa for app in wanted.apps)
    found = [_nuget(wanted.settings)] if net else []
    found += [wanted.settings.npm.registry or NPM if wanted.settings else NPM] if spa else []
    return tuple(found)


def _nuget(settings: Settings | None) -> str:
    return settings.nuget.source or NUGET if settings else NUGET


def sources(machine: Machine) -> list[Check]:
    """Return whether each source of packages answers."""
    return [_source(answer) for answer in machine.answers]


def _source(answer: Answer) -> Check:
    shown = without_credentials(answer.address)
    if not answer.problem:
        return Check(name="packages", level=Level.OK, found=f"{shown} answers")
    mend = f"curl -sSI {shown}"
    if answer.address in {NUGET, NPM}:
        key = "nuget.source" if answer.address == NUGET else "npm.registry"
        folder = ", or give a folder of packages with --nuget-feed" if answer.address == NUGET else ""
        mend = f"in a closed network set {key} in pipeline.yaml to your mirror{folder}; else: {mend}"
    if "certificate" in answer.problem.lower():
        mend = "export SSL_CERT_FILE=path/to/your/ca.pem NODE_EXTRA_CA_CERTS=path/to/your/ca.pem"
    return Check(name="packages", level=Level.PROBLEM, found=f"{shown}: {answer.problem}", mend=mend)


def clock(machine: Machine) -> Check:
    """Return whether the clock can be right: against servers that answered, else against the newest commit."""
    mend = "sudo sntp -sS pool.ntp.org" if machine.system == "Darwin" else "sudo timedatectl set-ntp true"
    ahead = [answer.ahead for answer in machine.answers if answer.ahead is not None]
    if ahead:
        off = median(ahead)
        if abs(off) > MAX_SECONDS_OFF:
            found = f"{abs(off):.0f} s {'behind' if off > 0 else 'ahead of'} the servers asked"
            return Check(name="clock", level=Level.PROBLEM, found=found, mend=mend)
        return Check(name="clock", level=Level.OK, found="as the servers asked say")
    if machine.newest_commit and machine.now < machine.newest_commit - A_DAY:
        found = f"{machine.now:%Y-%m-%d}, before the newest commit ({machine.newest_commit:%Y-%m-%d})"
        return Check(name="clock", level=Level.PROBLEM, found=found, mend=mend)
    return Check(name="clock", level=Level.OK, found=f"{machine.now:%Y-%m-%d %H:%M} UTC; no server to compare with")
