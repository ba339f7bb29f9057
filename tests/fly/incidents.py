"""The larger example as images: its real program, which the simulated platform runs, and a client."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import anyio

from pipeline.oci import pack
from pipeline.oci.spec import Base, Content, Spec
from pipeline.registry.reference import parse
from pipeline.registry.session import Access, publishing
from tests import apps
from tests.fly.behaviour import Behaviour
from tests.oci_base import base
from tests.registry import images

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.registry.publish import Published

PROGRAM = "Incidents.Web.dll"


def program(folder: Path) -> Path:
    """Build the web project and return the folder that runs."""
    source, out = folder / "source", folder / "program"
    apps.copy("incidents", source)
    feed = os.environ.get("PIPELINE_NUGET_FEED", "")
    sources = [f"-p:RestoreSources={feed}"] if feed not in {"", "none"} else []
    words = ["dotnet", "publish", "src/Incidents.Web", "-c", "Release", "-o", str(out), "-nodeReuse:false", *sources]
    env = os.environ | {"NUGET_PACKAGES": str(folder / "packages"), "MSBUILDDISABLENODEREUSE": "1"}
    done = subprocess.run(words, cwd=source, env=env, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    return out


def image(host: str, built: Path, folder: Path, name: str) -> tuple[Published, Path, str]:
    """Publish the program with a client of its own; return it, the folder that runs it, and its commit."""
    commit = hashlib.sha1(name.encode()).hexdigest()  # noqa: S324  # as git names commits
    runs = folder / name / "runs"
    shutil.copytree(built, runs, copy_function=os.link)
    client = runs / "wwwroot"
    (client / "assets").mkdir(parents=True, exist_ok=True)
    script = f"assets/index-{commit[:8]}.js"
    (client / script).write_text(f"console.log('{name}')\n")
    page = f'<!doctype html><div id="root"></div><script type="module" src="/{script}"></script>\n'
    (client / "index.html").write_text(page)
    spec = Spec(
        name="incidents",
        bases=(Base(platform="linux/amd64", archive=str(base(folder / name, "base.tar")[0])),),
        contents=(
            Content(name="assemblies", folder=str(built), to="/app"),
            Content(name="client", folder=str(client), to="/app/wwwroot"),
        ),
        workdir="/app",
        command=("dotnet", PROGRAM),
        user="1654",
        port=8080,
        env={"APP_COMMIT": commit, "ASPNETCORE_HTTP_PORTS": "8080"},
        labels={"org.opencontainers.image.revision": commit},
    )
    packed = folder / name / "image"
    packed.mkdir()
    pack.images(spec, packed)
    where = parse(f"{host}/team/shop")
    return anyio.run(lambda: publishing(Access(), where, packed, images.documents, [commit[:12]])), runs, commit


def runs(folder: Path, commit: str, **env: str) -> Behaviour:
    """Return what machines do with it: they run the program."""
    own = {"APP_COMMIT": commit, "DOTNET_gcServer": "0"}
    return Behaviour(command=("dotnet", PROGRAM), folder=str(folder), env=own | env)
