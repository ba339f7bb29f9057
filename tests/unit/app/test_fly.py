"""How the platform starts the image, by fly.toml."""

from __future__ import annotations

import pytest

from pipeline.app.model import Platform

PRODUCTION = """app = 'shop'
kill_timeout = '30s'
[env]
Mode = "production"
Migrate = true
Level = 3
[deploy]
release_command = "dotnet Shop.dll migrate"
[http_service]
internal_port = 8080
[[mounts]]
source = "data"
destination = "/data"
"""


@pytest.fixture
def platform_of(found, csproj):
    """Return how the platform starts an application of one web project with these files around it."""
    return lambda files: found({"W/W.csproj": csproj(sdk="Microsoft.NET.Sdk.Web"), **files}).platform


def test_how_the_platform_starts_the_image(platform_of):
    """What fly.toml adds to the environment, mounts and runs before; values as the platform writes them."""
    assert platform_of({"fly.toml": PRODUCTION}) == Platform(
        path="fly.toml",
        env=(("Level", "3"), ("Migrate", "true"), ("Mode", "production")),
        volumes=("/data",),
        release_command="dotnet Shop.dll migrate",
        grace_seconds=30,
        port=8080,
    )


@pytest.mark.parametrize(
    ("files", "path"),
    [
        ({}, None),
        ({"fly.staging.toml": PRODUCTION}, "fly.staging.toml"),
        ({"fly.staging.toml": PRODUCTION, "fly.production.toml": PRODUCTION}, "fly.production.toml"),
        ({"fly.staging.toml": PRODUCTION, "fly.toml": PRODUCTION}, "fly.toml"),
        ({"fly.staging.toml": PRODUCTION, "fly.qa.toml": PRODUCTION}, None),
        ({"fly.staging.toml": PRODUCTION, "fly.toml": "= broken"}, "fly.staging.toml"),
        ({"a/fly.toml": PRODUCTION, "b/fly.toml": PRODUCTION}, None),
    ],
)
def test_production_or_the_only_one(files, path, platform_of):
    """Several without one of production say nothing about it."""
    found = platform_of(files)
    assert (found.path if found else None) == path


def test_the_mark_of_an_editor_is_passed_over(platform_of):
    """A release reads such a file too."""
    assert platform_of({"fly.toml": f"\ufeff{PRODUCTION}"}) == platform_of({"fly.toml": PRODUCTION})


def test_the_check_of_a_service_tells_the_health_path(found, csproj):
    """As a release takes it: what stands in `[checks]` counts where no service has one."""
    toml = "[checks.up]\npath = '/up'\n[[http_service.checks]]\npath = '/health'\n"
    app = found({"W/W.csproj": csproj(sdk="Microsoft.NET.Sdk.Web"), "fly.toml": toml})
    assert app.fact("health path").value == "/health"


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("30", 30), ("'30'", 30), ("'2m'", 120), ("'1.5s'", None), ("true", None), ("[]", None), ("'-5s'", None)],
)
def test_the_time_to_end(written, seconds, platform_of):
    """In seconds, whatever the unit; other forms are not guessed at."""
    assert platform_of({"fly.toml": f"kill_timeout = {written}\n"}).grace_seconds == seconds


ODD = ("mounts = 1", "env = []", "[mounts]\ndestination = '/data'", "[deploy]\nrelease_command = 1")


@pytest.mark.parametrize("text", ODD)
def test_odd_forms_are_passed_over(text, platform_of):
    """One mount may stand alone; what is no text is none."""
    found = platform_of({"fly.toml": text})
    assert (found.volumes, found.env, found.release_command) == (("/data",) if "destination" in text else (), (), "")
