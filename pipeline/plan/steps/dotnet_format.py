"""`dotnet format` as a check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.plan.model import Off, Output, Step
from pipeline.plan.steps import dotnet as shared

if TYPE_CHECKING:
    from pipeline.app.model import App, Dotnet
    from pipeline.settings.model import Settings


# The only .NET language among those discovered that the tool passes over; it says so and ends with 0.
UNKNOWN = ".fsproj"


def make(app: App, dotnet: Dotnet, settings: Settings) -> Step | Off:
    """Return the format check; it continues from restore, so that it speaks even when the build is red."""
    if not settings.dotnet.format:
        return Off(id="api.format", reason="dotnet.format is false in the settings")
    targets = [target for target in shared.targets(dotnet) if not target.endswith(UNKNOWN)]
    if not targets or all(project.path.endswith(UNKNOWN) for project in (*dotnet.projects, *dotnet.tests)):
        return Off(id="api.format", reason="`dotnet format` knows only C# and Visual Basic")
    fix = tuple(("dotnet", "format", target, "--no-restore") for target in targets)
    return Step(
        id="api.format",
        tool="dotnet",
        proves="the .NET code is formatted as .editorconfig says",
        start="api.restore",
        commands=tuple(
            (*command, "--verify-no-changes", "--report", f"${{out}}/{n}") for n, command in enumerate(fix, start=1)
        ),
        files=shared.sources(app, dotnet, settings),
        env=shared.ENV,
        # One of its own for each: the tool writes a fixed name, and may end with 0 without having looked at anything.
        outputs=tuple(
            Output(path=f"{n}/format-report.json", kind="dotnet-format", required=True)
            for n in range(1, len(targets) + 1)
        ),
        timeout=600,
        log="dotnet-format",
        checks=True,
        fix=fix,
        reason=f"checks {', '.join(targets)}",
    )
