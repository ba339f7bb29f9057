"""`dotnet ef`: the last migration has the whole model, and all of them make one script that can be run again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.plan.model import Off, Output, Step
from pipeline.plan.steps import dotnet as shared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.app.model import Dotnet, Migrations
    from pipeline.settings.model import Settings

ID = "api.migrations"
TOOL = "dotnet-ef"
# The first one with `migrations has-pending-model-changes`.
OLDEST = 8


def make(dotnet: Dotnet, settings: Settings) -> Step | Off | None:
    """Return the gate, or why nobody looks; nothing where there are no migrations."""
    if not dotnet.migrations:
        return None
    version = dict(dotnet.tools).get(TOOL)
    if version is None:
        return Off(id=ID, reason=f"whether migrations are missing: the tool manifest names no {TOOL}")
    if not _knows(version):
        return Off(id=ID, reason=f"whether migrations are missing: {TOOL} {version} cannot tell, 8.0 and later can")
    return Step(
        id=ID,
        tool="dotnet",
        proves="the last migration has the whole model, and one script brings any database there",
        start="api.build",
        commands=tuple(command for one in dotnet.migrations for command in _commands(dotnet, one)),
        # The application may be built to make its context; its connections are made up and never opened.
        env=(*shared.ENV, *settings.test.env),
        outputs=tuple(Output(path=_script(one), kind="ef-script", required=True) for one in dotnet.migrations),
        timeout=600,
        log="ef-log",
        reason=f"migrations of {', '.join(one.context for one in dotnet.migrations)}",
    )


def _knows(version: str) -> bool:
    major = version.partition(".")[0]
    return major.isdigit() and int(major) >= OLDEST


def flags(dotnet: Dotnet, one: Migrations) -> tuple[str, ...]:
    """Return which migrations every command is about, and how it speaks."""
    startup = dotnet.web.path if dotnet.web else one.project
    return (
        "--project", one.project, "--startup-project", startup, "--context", one.context,
        "--configuration", "Release", "--no-build", "--prefix-output", "--no-color",
    )  # fmt: skip


def _commands(dotnet: Dotnet, one: Migrations) -> Iterator[tuple[str, ...]]:
    about = flags(dotnet, one)
    yield ("dotnet", "ef", "migrations", "has-pending-model-changes", *about)
    yield ("dotnet", "ef", "migrations", "script", "--idempotent", "--output", f"${{out}}/{_script(one)}", *about)


def _script(one: Migrations) -> str:
    return f"{one.context}.sql"
