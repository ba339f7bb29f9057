from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pipeline.doctor.judge import judge
from pipeline.doctor.model import Level, Machine, Wanted
from pipeline.plan.make import make
from tests import samples

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
TOOLS = {
    "dagger": "dagger v0.21.8 (image://registry.test/engine) linux/amd64",
    "docker": "",
    "dotnet": "8.0.404 [/usr/lib/dotnet/sdk]\n10.0.100 [/usr/lib/dotnet/sdk]",
    "node": "v22.12.0",
    "npm": "10.9.0",
    "git": "git version 2.39.5",
    "apt-get": "",
}


def machine(*, without: tuple[str, ...] = (), tools: dict[str, str] | None = None, **more: Any) -> Machine:
    found = {name: None if name in without else said for name, said in (TOOLS | (tools or {})).items()}
    fields: dict[str, Any] = {
        "system": "Linux",
        "now": NOW,
        "tools": found,
        "free": {"here": 50_000_000_000},
        "servers": frozenset({"postgres", "redis"}),
    }
    return Machine(**(fields | more))


def wanted(**more: Any) -> Wanted:
    fields: dict[str, Any] = {"app": samples.app(), "settings": samples.settings()}
    fields |= more
    app = fields.pop("app")
    if "plan" not in fields:
        fields["plan"] = make(app, fields["settings"], samples.IMAGES)
    return Wanted(apps=(app,) if app else (), **fields)


def checks(read: Machine, want: Wanted | None = None) -> dict[str, Any]:
    """Return the checks by name."""
    return {check.name: check for check in judge(read, want or wanted())}


def problems(read: Machine, want: Wanted | None = None) -> dict[str, str]:
    """Return what mends each problem, by the name of the check."""
    return {name: check.mend for name, check in checks(read, want).items() if check.level is Level.PROBLEM}
