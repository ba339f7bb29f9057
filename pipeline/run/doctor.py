"""What this machine lacks for the application at hand, and the one command that mends each."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from pipeline.errors import PipelineError
from pipeline.load import load
from pipeline.run import place, services

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.load import Loaded

ENOUGH_BYTES = 5_000_000_000


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing looked at; `mend` is what to do when it is not `ok`."""

    name: str
    ok: bool
    found: str
    mend: str = ""


def examine(folder: Path, env: Mapping[str, str]) -> tuple[Check, ...]:
    """Look at the repository, the engine and the tools its plan needs."""
    problem = place.engine_problem(env)
    checks = [
        Check(
            name="container engine",
            ok=not problem,
            found=problem or "a Dagger engine answers",
            mend="start Docker and install Dagger 0.21, see docs/install.md",
        ),
        _disk(folder),
    ]
    try:
        loaded = load(folder)
    except PipelineError as error:
        return (
            *checks,
            Check(name="repository", ok=False, found=f"{error.kind.id} {error.what}", mend=error.kind.todo),
        )
    checks.append(Check(name="repository", ok=True, found=f"{loaded.plan.app}, {len(loaded.plan.steps)} steps"))
    return (*checks, *_tools(loaded, env))


def _disk(folder: Path) -> Check:
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Check(name="disk", ok=False, found=str(error.strerror), mend="check the folder")
    return Check(
        name="disk",
        ok=free > ENOUGH_BYTES,
        found=f"{free / 1e9:.0f} GB free",
        mend="free some space: docker system prune",
    )


def _tools(loaded: Loaded, env: Mapping[str, str]) -> list[Check]:
    checks = []
    if loaded.app.dotnet:
        want = loaded.app.dotnet.sdk
        checks.append(_version("dotnet", ["dotnet", "--version"], want, env, f"install the .NET SDK {want}"))
    if loaded.app.spa:
        want = loaded.app.spa.node
        checks.append(_version("node", ["node", "--version"], want, env, f"install Node {want} with npm"))
    for service in loaded.plan.services:
        ok = services.available(service.name, env)
        found = "a local server" if ok else "no local server"
        checks.append(
            Check(name=service.name, ok=ok, found=found, mend=f"install {service.name}, or run with an engine")
        )
    return checks


def _version(name: str, command: list[str], want: str, env: Mapping[str, str], mend: str) -> Check:
    executable = shutil.which(command[0], path=env.get("PATH"))
    if not executable:
        return Check(name=name, ok=False, found="not on PATH", mend=mend)
    done = subprocess.run([executable, *command[1:]], env=env, capture_output=True, text=True, check=False, timeout=60)
    found = done.stdout.strip().lstrip("v")
    enough = found.split(".")[0].isdigit() and int(found.split(".")[0]) >= int(want.split(".", maxsplit=1)[0])
    return Check(name=name, ok=enough, found=f"{found or 'no answer'}, {want} wanted", mend="" if enough else mend)


def text(checks: tuple[Check, ...]) -> str:
    """Return one line per check."""
    width = max(len(check.name) for check in checks)
    lines = []
    for check in checks:
        lines.append(f"  {'ok' if check.ok else 'MISSING':<8} {check.name:<{width}}  {check.found}")
        if not check.ok:
            lines.append(f"  {'':<8} {'':<{width}}  -> {check.mend}")
    return "\n".join(lines) + "\n"


def as_json(checks: tuple[Check, ...]) -> str:
    """Return the checks as JSON."""
    return json.dumps([asdict(check) for check in checks], indent=1) + "\n"
