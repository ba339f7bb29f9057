"""The bundle of migrations: whole argument lists, since its packages are not everywhere, and no test here makes one."""

from __future__ import annotations

import json

import pytest

from pipeline.app.model import Fact, Migrations
from pipeline.errors import PipelineError
from pipeline.plan.make import make
from pipeline.settings.load import resolve
from tests import samples

MIGRATIONS = (Migrations(project="src/Shop.Data/Shop.Data.csproj", context="ShopContext"),)
TOOLS = (("dotnet-ef", "10.0.1"),)


OWN = (Fact(name="dockerfile of the web project", value="Dockerfile", source="fly.toml"),)


def plan(image="", **more):
    own = {"migrations": MIGRATIONS, "tools": TOOLS} | more
    yaml = f"{{dotnet: {{migrations_bundle: true}}, image: {{{image}}}}}"
    return make(samples.app(dotnet=samples.dotnet(**own), facts=OWN), resolve(yaml).settings, samples.IMAGES)


@pytest.mark.parametrize(
    ("image", "runtime"),
    [
        ("", "linux-x64"),
        ("platforms: [linux/arm64]", "linux-arm64"),
        ("variant: alpine, globalization: invariant", "linux-musl-x64"),
    ],
)
def test_one_program_for_each_context(image, runtime):
    """For the system of the image, and in a layer of its own."""
    planned = plan(image)
    step = planned.step("api.bundle")
    assert step.commands == (
        (
            "dotnet", "ef", "migrations", "bundle", "--force", "--target-runtime", runtime,
            "--output", "${out}/bundle/ShopContext", "--project", "src/Shop.Data/Shop.Data.csproj",
            "--startup-project", "src/Shop.Web/Shop.Web.csproj", "--context", "ShopContext",
            "--configuration", "Release", "--no-build", "--prefix-output", "--no-color",
        ),
    )  # fmt: skip
    assert (step.start, step.fetches) == ("api.build", True)

    packed = planned.step("image")
    spec = json.loads(next(one.text for one in packed.literals if one.path == "${scratch}/image.json"))
    assert {"name": "migrations", "to": "/app/migrations"}.items() <= spec["contents"][2].items()
    assert "api.bundle" in packed.after


@pytest.mark.parametrize(
    ("image", "more", "told"),
    [
        ("", {"migrations": ()}, "no Entity Framework migrations were found"),
        ("", {"tools": ()}, "the tool manifest names no dotnet-ef"),
        ("platforms: [linux/amd64, linux/arm64]", {}, "it is a program for one platform"),
        ("by: dockerfile", {}, "image.by is dockerfile, and nothing else puts it into the image"),
    ],
)
def test_what_cannot_be_bundled_is_refused(image, more, told):
    """Before anything runs."""
    with pytest.raises(PipelineError, match=f"dotnet.migrations_bundle: {told}"):
        plan(image, **more)


def test_nobody_asked_for_it():
    """The script of all migrations is there without it."""
    planned = make(samples.app(dotnet=samples.dotnet(migrations=MIGRATIONS)), resolve(None).settings, samples.IMAGES)
    assert "api.bundle" not in {step.id for step in planned}
