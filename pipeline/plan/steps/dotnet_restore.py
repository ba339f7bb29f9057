"""`dotnet tool restore` and `dotnet restore`: the only .NET steps that fetch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.plan.model import Files, Off, Step
from pipeline.plan.steps import dotnet as shared

if TYPE_CHECKING:
    from pipeline.app.model import App, Dotnet
    from pipeline.settings.model import Settings


def make_tools(dotnet: Dotnet, settings: Settings, *, feed: bool) -> Step | Off:
    """Return the step that installs the repository's own tools."""
    if not dotnet.tools_manifest:
        return Off(id="api.tools", reason="no .config/dotnet-tools.json", absent=True)
    literals = shared.package_sources(settings.nuget, feed=feed)
    return Step(
        id="api.tools",
        tool="dotnet",
        proves="the repository's .NET tools can be installed",
        commands=(("dotnet", "tool", "restore", *shared.config_flags(literals)),),
        files=Files(include=(dotnet.tools_manifest, "global.json", "nuget.config", "NuGet.[Cc]onfig")),
        literals=literals,
        env=shared.restore_env(feed=feed),
        secrets=(settings.nuget.secret,) if settings.nuget.secret and not feed else (),
        caches=shared.CACHES,
        timeout=600,
        log="msbuild",
        fetches=True,
        reason=f"{dotnet.tools_manifest} lists tools",
    )


def make(app: App, dotnet: Dotnet, settings: Settings, *, feed: bool, start: str | None) -> Step:
    """Return the step that restores every project, keyed on project files alone."""
    literals = shared.package_sources(settings.nuget, feed=feed)
    locked = ("--locked-mode",) if dotnet.locked else ()
    flags = (*locked, *shared.config_flags(literals))
    why = "each project has a lock file, so it is enforced" if dotnet.locked else "not every project has a lock file"
    return Step(
        id="api.restore",
        tool="dotnet",
        proves="all NuGet packages are there" + (", exactly as locked" if dotnet.locked else ""),
        start=start,
        commands=tuple(("dotnet", "restore", target, *flags) for target in shared.targets(dotnet)),
        files=shared.project_files(app, dotnet),
        literals=literals,
        env=shared.restore_env(feed=feed),
        secrets=(settings.nuget.secret,) if settings.nuget.secret and not feed else (),
        caches=shared.CACHES,
        timeout=900,
        log="msbuild",
        fetches=True,
        reason=why,
    )
