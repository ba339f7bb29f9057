"""The runtime image: publish output and SPA on the runtime's base, nothing of the SDK or of Node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.plan.model import Artifact, ImageConfig, Off, Step
from pipeline.plan.steps.dotnet import below

if TYPE_CHECKING:
    from pipeline.app.model import App, Dotnet
    from pipeline.settings.model import Settings

# The `app` user that Microsoft's runtime images bring along; a number, so that a platform can see it is not root.
USER = "1654:1654"
PORT = 8080
FOLDER = "/app"
# Beside the assemblies: settings, what the web project serves, and what names the versions of all of them.
OWN = ("*.json", "*.config", "wwwroot/**")


def _own(dotnet: Dotnet) -> tuple[str, ...]:
    """Return globs of what the repository's own code makes; the rest of a publish folder is that of packages."""
    names = sorted({project.assembly or project.name for project in dotnet.projects if not project.is_test})
    assemblies = tuple(f"**/{name}.{end}" for name in names for end in ("dll", "pdb", "xml", "resources.dll"))
    return (*assemblies, *OWN)


def make(app: App, settings: Settings) -> Step | Off:
    """Return the image step, or why there is no image."""
    if not app.dotnet or not app.dotnet.web:
        return Off(id="image", reason="no web project to start", absent=True)
    web = app.dotnet.web
    own = _own(app.dotnet)
    # What changes seldom comes first: an edit of code is one small layer to push and to pull.
    layers = [
        Artifact(step="api.publish", path="publish", to=FOLDER, exclude=own),
        Artifact(step="api.publish", path="publish", to=FOLDER, include=own),
    ]
    # A server's build is no folder of files that somebody else could serve.
    if app.spa and app.spa.build and app.spa.dist:
        dist = below(app.spa.folder, app.spa.dist)
        layers.append(Artifact(step="spa.build", path=dist, to=f"{FOLDER}/{settings.spa.into}"))
    return Step(
        id="image",
        tool="aspnet",
        proves="the application can be packed as a non-root image",
        commands=(),
        artifacts=tuple(layers),
        image=ImageConfig(workdir=FOLDER, command=("dotnet", f"{web.assembly}.dll"), user=USER, port=PORT),
        reason=f"{web.name} is the web project",
    )
