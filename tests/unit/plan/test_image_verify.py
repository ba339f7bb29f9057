"""The proof of the image: what it is to show, from the repository and the settings."""

from __future__ import annotations

import json
from importlib import resources

import pytest

from pipeline.app.model import Fact, Platform
from pipeline.errors import PipelineError
from pipeline.plan import audits
from pipeline.plan.make import make
from pipeline.plan.model import NEEDS_CONTAINERS
from pipeline.settings.load import resolve
from tests import samples

FLY = Platform(
    path="fly.production.toml",
    env=(("Mode", "fly"), ("ASPNETCORE_HTTP_PORTS", "8080")),
    volumes=("/data",),
    release_command="dotnet Shop.Web.dll migrate",
    grace_seconds=30,
    port=8080,
)
HEALTH = Fact(name="health path", value="/healthz", source="fly.toml")


def plan(yaml="", **app):
    return make(samples.app(**app), resolve(yaml or None).settings, samples.IMAGES)


def expected(yaml="", **app):
    step = plan(yaml, **app).step("image.verify")
    return json.loads(next(one.text for one in step.literals if one.path.endswith("expected.json")))


def variables(yaml="", **app):
    env = plan(yaml, **app).step("image.verify").env
    return {name.removeprefix("PROOF_"): value for name, value in env if name.startswith("PROOF_")}


def test_it_gets_the_image_as_it_ships():
    """As the archive that a registry gets and as files, with the servers of the tests, and may mount."""
    step = plan("services: {postgres: {}}").step("image.verify")

    assert [(one.step, one.path) for one in step.artifacts] == [("image", "image")]
    assert [(one.step, one.path) for one in step.roots] == [("image", "image/linux-amd64.tar")]
    assert (step.after, step.services, step.privileged, step.tool) == (("image",), ("postgres",), True, "python")
    assert step.commands[0][:5] == ("unshare", "--mount", "python3", "-m", "pipeline.proof")


def test_it_brings_the_program_that_is_tested_here():
    """Every file of `pipeline.proof`, and what it imports, as they are."""
    found = {one.path.rpartition("/pipeline/")[2]: one.text for one in plan().step("image.verify").literals}
    for package in ("proof", "oci"):
        own = [file for file in resources.files(f"pipeline.{package}").iterdir() if file.name.endswith(".py")]
        assert [file.name for file in own if found[f"{package}/{file.name}"] != file.read_text()] == []


def test_without_a_platform_fly_s_defaults_count():
    """A repository without fly.toml is proven as far as it says what it is."""
    assert expected(spa=None) == {
        "platform": "linux/amd64",
        "port": 8080, "folder": "/app", "index": "", "health": "", "spa_route": "", "api_route": "",
        "release_command": "", "volumes": [], "source_maps": False, "max_megabytes": 300, "start_seconds": 60,
        "answer_seconds": 10, "grace_seconds": 5,
    }  # fmt: skip


def test_what_the_platform_says_holds():
    """Release command, volumes, time to end, and its health check."""
    found = expected(platform=FLY, facts=(HEALTH,))

    assert (found["release_command"], found["volumes"]) == ("dotnet Shop.Web.dll migrate", ["/data"])
    assert (found["grace_seconds"], found["health"]) == (30, "/healthz")


def test_the_page_of_the_spa_is_asked_where_there_is_one():
    """In the folder that receives it, and by a path that only a fallback answers."""
    found = expected("spa: {into: static}")
    assert (found["index"], found["spa_route"]) == ("/app/static/index.html", "/pipeline/deep/link")
    assert expected("image: {spa_routes: false}")["spa_route"] == ""


def test_settings_win():
    """Whoever knows better says so."""
    yaml = "image: {health: /up, api_route: /api/x, grace: 12 s, max_megabytes: 90, source_maps: true}"
    found = expected(yaml, platform=FLY, facts=(HEALTH,))

    keys = ("health", "api_route", "grace_seconds", "max_megabytes", "source_maps")
    assert tuple(found[key] for key in keys) == ("/up", "/api/x", 12, 90, True)


def test_health_that_only_developers_have_is_not_asked():
    """An image runs in production."""
    hidden = Fact(name="health in development only", value=True, source="Program.cs")
    assert expected(facts=(HEALTH, hidden))["health"] == ""


def test_the_environment():
    """The platform's, over it that of the tests, over it the proof's own; in variables, where plans hide passwords."""
    yaml = "{test: {env: {Mode: test, Key: one}}, image: {env: {Key: two}}}"
    assert variables(yaml, platform=FLY) == {"Mode": "test", "ASPNETCORE_HTTP_PORTS": "8080", "Key": "two"}
    assert "two" not in json.dumps(expected(yaml, platform=FLY))


@pytest.mark.parametrize(
    ("yaml", "what"),
    [
        ("image: {env: {A: '${postgres.host}'}}", "image.env.A names ${postgres.host}; add `services: {postgres: {}}`"),
        ("image: {env: {A: '${postgers.host}'}}", "1 problem"),
    ],
)
def test_a_place_that_does_not_exist_is_refused(yaml, what):
    """The program would get its name as a text."""
    with pytest.raises(PipelineError) as caught:
        plan(yaml)
    assert caught.value.what == what


@pytest.mark.parametrize(
    ("app", "yaml", "told"),
    [
        ({"spa": None}, "", ["image.health", "image.api_route"]),
        ({"facts": (HEALTH,)}, "image: {api_route: /api/x}", []),
        ({"platform": Platform(path="fly.toml", port=80)}, "", ["expects port 80, the image has 8080"]),
        ({}, "image: {spa_routes: false}", ["image.spa_routes"]),
    ],
)
def test_what_was_not_asked_is_said(app, yaml, told):
    """Not asked is never proven."""
    said = plan(yaml, **app).step("image.verify").leaves_open
    assert [word for word in told if word not in said] == []
    assert bool(said) is bool(told)


def test_switched_off_it_is_named():
    """The image is packed all the same, and the summary says that nothing proved it."""
    planned = plan("image: {verify: false}")
    assert "image.verify" not in {step.id for step in planned}
    assert {off.id: off.reason for off in planned.off}["image.verify"] == "image.verify is false in the settings"


def test_without_containers_it_is_named():
    """A machine's own tools start no image."""
    bare = audits.without_containers(plan())
    assert "image.verify" not in {step.id for step in bare}
    assert {off.id: off.reason for off in bare.off}["image.verify"] == NEEDS_CONTAINERS


def test_without_an_image_there_is_nothing_to_prove():
    """One reason is enough: that there is no image."""
    planned = plan(dotnet=None)
    assert [off.id for off in planned.off if off.id.startswith("image")] == ["image"]
