"""From a machine and what is wanted to the checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.doctor import network, releases, repository, runtimes, tools
from pipeline.doctor.model import Check, Level

if TYPE_CHECKING:
    from pipeline.doctor.model import Machine, Wanted

ENOUGH_BYTES = 5_000_000_000
# The engine's own rule: https://docs.dagger.io/configuration/cache
KEPT_FREE = 0.2


def judge(machine: Machine, wanted: Wanted) -> tuple[Check, ...]:
    """Return every check, those of the machine first.

    A machine needs an engine or the tools: what the other way brings is a note, not a problem.
    """
    own = tools.own(machine, wanted)
    missing = runtimes.checks(machine, wanted, containers=False)
    engine = tools.engine(machine, otherwise=bool(own) and all(check.level is Level.OK for check in [*own, *missing]))
    if engine.level is Level.OK:
        own = [_as_note(check) for check in own]
        # Containers bring tools of their own, and with the SDK one runtime.
        missing = runtimes.checks(machine, wanted, containers=True)
    return (
        engine,
        *own,
        *([] if engine.level is Level.OK else tools.scanner(machine, wanted)),
        *tools.releaser(machine, wanted),
        *missing,
        *_disk(machine),
        *_cache(machine),
        network.clock(machine),
        *network.sources(machine),
        *repository.checks(machine, wanted),
        *releases.checks(machine, wanted),
    )


def is_fit(checks: tuple[Check, ...]) -> bool:
    """Whether nothing keeps `ci` from running."""
    return not problems(checks)


def problems(checks: tuple[Check, ...]) -> tuple[Check, ...]:
    """Return what keeps `ci` from running, or from coming to its end."""
    return tuple(check for check in checks if check.level is Level.PROBLEM)


def _as_note(check: Check) -> Check:
    if check.level is not Level.PROBLEM:
        return check
    return Check(name=check.name, level=Level.NOTE, found=f"{check.found}; the engine brings its own", mend=check.mend)


def _disk(machine: Machine) -> list[Check]:
    mend = "docker system prune" if machine.has("docker") else "free some space"
    checks = []
    for place, free in machine.free.items():
        level = Level.PROBLEM if free < ENOUGH_BYTES else Level.OK
        found = "cannot be read" if free < 0 else f"{free / 1e9:.0f} GB free, {ENOUGH_BYTES / 1e9:.0f} wanted"
        checks.append(Check(name=f"disk {place}", level=level, found=found, mend=mend if level is not Level.OK else ""))
    return checks


def _cache(machine: Machine) -> list[Check]:
    """Say when each run will be a cold one, which nothing else does: the engine drops its results silently."""
    if machine.engine or machine.engine_disk is None:
        return []
    name, found = "disk engine", f"{machine.engine_disk:.0%} free"
    if machine.engine_disk >= KEPT_FREE:
        return [Check(name=name, level=Level.OK, found=found)]
    found += f"; below {KEPT_FREE:.0%} the engine deletes what it remembers after each call"
    return [Check(name=name, level=Level.NOTE, found=found, mend="free some space, or set the engine's minFreeSpace")]
