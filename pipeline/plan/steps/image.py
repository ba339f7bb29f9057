"""The runtime image: publish output and SPA on the runtime's base, nothing of the SDK or of Node."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING

from pipeline.oci.spec import Base, Content, Spec
from pipeline.plan import scripts
from pipeline.plan.model import Artifact, BaseImage, Literal, Off, Output, Step
from pipeline.plan.steps import dotnet_bundle
from pipeline.plan.steps.dotnet import below
from pipeline.plan.steps.image_base import INVARIANT

if TYPE_CHECKING:
    from pipeline.app.model import App, Dotnet
    from pipeline.plan.identity import Identity
    from pipeline.settings.model import Settings

# The `app` user that Microsoft's runtime images bring along; a number, so that a platform can see it is not root.
USER = "1654:1654"
PORT = 8080
FOLDER = "/app"
# Below ${out}: an archive for each platform, and the index over them where there are several.
IMAGES = "image"
# Beside the assemblies: settings, what the web project serves, and what names the versions of all of them.
OWN = ("*.json", "*.config", "wwwroot/**")
_LAYERS, _BASES = ".pipeline/layers", ".pipeline/bases"
_SPEC = "${scratch}/image.json"


def make(app: App, settings: Settings, base: str, identity: Identity | None = None) -> Step | Off:
    """Return the image step, or why there is no image.

    Args:
        app: what was discovered.
        settings: what the user decided.
        base: the reference of the image that it is built on.
        identity: the commit that it is made of; without one the image does not say.

    """
    if not app.dotnet or not app.dotnet.web:
        return Off(id="image", reason="no web project to start", absent=True)
    web = app.dotnet.web
    layers = _layers(app, app.dotnet, settings)
    bases = tuple(
        BaseImage(tool="aspnet", image=base, platform=one, to=f"{_BASES}/{archive(one)}")
        for one in settings.image.platforms
    )
    spec = Spec(
        name=re.sub(r"[^a-z0-9]+", "-", web.assembly.lower()).strip("-") or "app",
        bases=tuple(Base(platform=one.platform, archive=f"${{source}}/{one.to}") for one in bases),
        contents=tuple(Content(name=name, folder=f"${{source}}/{artifact.to}", to=to) for name, artifact, to in layers),
        workdir=FOLDER,
        command=("dotnet", f"{web.assembly}.dll"),
        user=USER,
        port=PORT,
        env=(identity.env(settings.image.commit_variable) if identity else {}) | _env(settings),
        labels={"org.opencontainers.image.base.name": base, **(identity.labels if identity else {})},
        created=identity.created if identity else "",
    )
    return Step(
        id="image",
        tool="python",
        proves="the application can be packed as a non-root image",
        commands=(("python3", "-m", "pipeline.oci", _SPEC, f"${{out}}/{IMAGES}", "${out}/image.json"),),
        artifacts=tuple(artifact for _, artifact, _ in layers),
        bases=bases,
        literals=(*program("oci"), Literal(path=_SPEC, text=json.dumps(asdict(spec), indent=1))),
        env=(("PYTHONPATH", "${scratch}"),),
        outputs=(
            Output(path="image.json", kind="image-packed", required=True),
            Output(path=IMAGES, kind="directory"),
        ),
        reason=f"{web.name} is the web project",
    )


def archive(platform: str) -> str:
    """Return the file that holds the image of a platform."""
    return f"{platform.replace('/', '-')}.tar"


def program(*packages: str) -> tuple[Literal, ...]:
    """Return packages of ours as files, so that a container runs what is tested here; PYTHONPATH is ${scratch}."""
    files = (file for package in packages for file in scripts.program(package))
    own = (Literal(path=f"${{scratch}}/pipeline/{name}", text=text) for name, text in files)
    return (Literal(path="${scratch}/pipeline/__init__.py", text=""), *own)


def _layers(app: App, dotnet: Dotnet, settings: Settings) -> list[tuple[str, Artifact, str]]:
    """Return what each layer is, its files, and where they lie; an edit of code is one small layer to push and pull."""
    own = _own(dotnet)
    found = [
        ("packages", Artifact(step="api.publish", path="publish", to=f"{_LAYERS}/packages", exclude=own), FOLDER),
        ("assemblies", Artifact(step="api.publish", path="publish", to=f"{_LAYERS}/own", include=own), FOLDER),
    ]
    if settings.dotnet.migrations_bundle:
        bundle = Artifact(step=dotnet_bundle.ID, path=dotnet_bundle.FOLDER, to=f"{_LAYERS}/migrations")
        found.append(("migrations", bundle, f"{FOLDER}/migrations"))
    # A server's build is no folder of files that somebody else could serve.
    if app.spa and app.spa.build and app.spa.dist:
        dist = below(app.spa.folder, app.spa.dist)
        pages = Artifact(step="spa.build", path=dist, to=f"{_LAYERS}/spa")
        found.append(("spa", pages, f"{FOLDER}/{settings.spa.into}"))
    return found


def _own(dotnet: Dotnet) -> tuple[str, ...]:
    """Return globs of what the repository's own code makes; the rest of a publish folder is that of packages."""
    names = sorted({project.assembly or project.name for project in dotnet.projects if not project.is_test})
    assemblies = tuple(f"**/{name}.{end}" for name in names for end in ("dll", "pdb", "xml", "resources.dll"))
    return (*assemblies, *OWN)


def _env(settings: Settings) -> dict[str, str]:
    env = {"ASPNETCORE_HTTP_PORTS": str(PORT)}
    if settings.image.globalization:
        env[INVARIANT] = str(settings.image.globalization == "invariant").lower()
    return env
