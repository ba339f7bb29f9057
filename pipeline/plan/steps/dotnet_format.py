"""`dotnet format` as a check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.plan.model import Off, Output, Step
from pipeline.plan.steps import dotnet as shared

if TYPE_CHECKING:
    from pipeline.app.model import App, Dotnet
    from pipeline.settings.model import Settings


def make(app: App, dotnet: Dotnet, settings: Settings) -> Step | Off:
    """Return the format check; it continues from restore, so that it speaks even when the build is red."""
    if not settings.dotnet.format:
        return Off(id="api.format", reason="dotnet.format is false in the settings")
    fix = ("dotnet", "format", dotnet.build_target, "--no-restore")
    command = (*fix, "--verify-no-changes", "--report", "${out}")
    return Step(
        id="api.format",
        tool="dotnet",
        proves="the .NET code is formatted as .editorconfig says",
        start="api.restore",
        commands=(command,),
        files=shared.sources(app, dotnet, settings),
        env=shared.ENV,
        outputs=(Output(path="**/format-report.json", kind="dotnet-format"),),
        timeout=600,
        checks=True,
        fix=(fix,),
        reason=f"checks {dotnet.build_target}",
    )
