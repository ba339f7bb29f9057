"""`dotnet ef migrations bundle`: a program in the image that brings a database up to date, for a release command.

An option: its making restores packages that closed networks may lack, and it is a program for one platform; the
idempotent script of `api.migrations` is always there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.plan.model import Output, Step
from pipeline.plan.steps import dotnet as shared
from pipeline.plan.steps.dotnet_migrations import TOOL, flags

if TYPE_CHECKING:
    from pipeline.app.model import Dotnet
    from pipeline.settings.model import Settings

ID, FOLDER = "api.bundle", "bundle"
_RUNTIMES = {"linux/amd64": "x64", "linux/arm64": "arm64"}


def make(dotnet: Dotnet, settings: Settings) -> Step | None:
    """Return the step, where the settings want it.

    Raises:
        PipelineError: P105, there is nothing to bundle, or the image is for several platforms.

    """
    if not settings.dotnet.migrations_bundle:
        return None
    if not dotnet.migrations:
        _refuse("no Entity Framework migrations were found")
    if TOOL not in dict(dotnet.tools):
        _refuse(f"the tool manifest names no {TOOL}")
    if settings.image.by != "pipeline":
        _refuse("image.by is dockerfile, and nothing else puts it into the image")
    if len(settings.image.platforms) != 1:
        _refuse("it is a program for one platform, and image.platforms names several")
    system = "linux-musl" if settings.image.variant == "alpine" else "linux"
    runtime = f"{system}-{_RUNTIMES[settings.image.platforms[0]]}"
    return Step(
        id=ID,
        tool="dotnet",
        proves="the migrations make a program that brings any database there",
        start="api.build",
        commands=tuple(
            (
                "dotnet", "ef", "migrations", "bundle", "--force", "--target-runtime", runtime,
                "--output", f"${{out}}/{FOLDER}/{one.context}", *flags(dotnet, one),
            )
            for one in dotnet.migrations
        ),
        env=(*shared.ENV, *settings.test.env),
        outputs=(Output(path=FOLDER, kind="directory"),),
        timeout=900,
        log="ef-log",
        fetches=True,
        reason="dotnet.migrations_bundle is true in the settings",
    )  # fmt: skip


def _refuse(why: str) -> None:
    raise PipelineError(errors.SETTINGS_INVALID, f"dotnet.migrations_bundle: {why}")
