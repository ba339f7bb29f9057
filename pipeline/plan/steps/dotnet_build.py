"""`dotnet build`, once, in Release; tests and publish continue from it without building again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.plan.model import Step
from pipeline.plan.steps import dotnet as shared

if TYPE_CHECKING:
    from pipeline.app.model import App, Dotnet
    from pipeline.settings.model import Settings


def make(app: App, dotnet: Dotnet, settings: Settings) -> Step:
    """Return the build step."""
    literals, apart = shared.without_node(app, dotnet)
    flags = ("--configuration", "Release", "--no-restore", "--nologo", "-clp:NoSummary", *apart)
    return Step(
        id="api.build",
        tool="dotnet",
        proves="the .NET code compiles in Release",
        start="api.restore",
        commands=tuple(("dotnet", "build", target, *flags) for target in shared.targets(dotnet)),
        files=shared.sources(app, dotnet, settings),
        literals=literals,
        env=shared.ENV,
        timeout=1200,
        log="msbuild",
        reason=f"builds {dotnet.build_target}" + shared.spa_apart(dotnet, apart),
    )
