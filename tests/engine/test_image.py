"""The proof of the image on the engine: what would be shipped, started beside its servers."""

from __future__ import annotations

import json

import pytest

from pipeline.errors import ExitCode
from tests import apps
from tests.engine import own_dockerfile
from tests.engine.dagger_call import evidence

pytestmark = pytest.mark.engine

PROGRAM = "src/Hello.Web/Program.cs"
HEALTHY = 'app.MapHealthChecks("/health");'
WHY = '"no connection string"'
SICK = 'app.MapGet("/health", () => Results.StatusCode(500));'


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """Return the small application, without scans: only the image counts here."""
    app = apps.minimal(tmp_path_factory.mktemp("image") / "app")
    app.write("pipeline.yaml", "security: {enabled: false}\ndotnet: {format: false}\nimage: {start_seconds: 5}\n")
    return app


def proof(found):
    return {check["name"]: check["ok"] for check in json.loads(found.text("steps/image.verify/proof.json"))["checks"]}


def test_a_good_image(app, tmp_path):
    """It starts as its user on a read-only root, is healthy and ends."""
    found = evidence(app, tmp_path / "good")

    assert found.states["image.verify"] == "passed"
    assert set(proof(found).values()) == {True}
    assert {"user", "contents", "start", "health", "stop"} <= set(proof(found))


def test_an_unhealthy_image_is_red(app, tmp_path):
    """All tests of the code can be green then."""
    app.write(PROGRAM, app.read(PROGRAM).replace(HEALTHY, SICK))
    found = evidence(app, tmp_path / "sick")

    step = found.step("image.verify")
    assert (found.report.verdict, step.status.value) == (ExitCode.RED, "failed")
    assert step.reason.startswith("health: GET /health: 500")
    assert proof(found)["stop"] is True


def test_an_image_that_listens_to_itself_alone_is_red(app, tmp_path):
    """It answers every question, and no platform hears it."""
    app.write(PROGRAM, app.read(PROGRAM).replace("app.Run();", 'app.Run("http://localhost:8080");'))
    found = evidence(app, tmp_path / "alone")
    app.write(PROGRAM, app.read(PROGRAM).replace('app.Run("http://localhost:8080");', "app.Run();"))

    step = found.step("image.verify")
    assert step.status.value == "failed"
    assert step.reason.startswith("start: nothing answers on port 8080 after 5 s; it listens on 127.0.0.1 alone")


def test_an_image_that_does_not_start_is_red(app, tmp_path):
    """With the program's own words."""
    app.write(PROGRAM, app.read(PROGRAM).replace("app.Run();", f"throw new InvalidOperationException({WHY});"))
    found = evidence(app, tmp_path / "dead")

    step = found.step("image.verify")
    assert step.status.value == "failed"
    assert step.reason.startswith("start: it ended with ")
    assert "no connection string" in step.reason


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """Return the small application with a Dockerfile of its own."""
    return own_dockerfile.app(tmp_path_factory.mktemp("own") / "app")


def test_the_image_of_an_own_dockerfile(own, tmp_path):
    """Built as it stands and proven like ours."""
    found = evidence(own, tmp_path / "good")
    assert (found.states["image"], found.states["image.verify"]) == ("passed", "passed")
    assert {"user", "start", "health", "stop"} <= set(proof(found))


def test_an_own_dockerfile_that_runs_as_root_or_does_not_build_is_red(own, tmp_path):
    """With the words of the command that failed."""
    own.write("deploy/Dockerfile", own_dockerfile.DOCKERFILE.replace("USER 1654:1654\n", ""))
    found = evidence(own, tmp_path / "root")
    assert found.step("image.verify").reason.startswith("user: its user is not set, which means root")

    own.write("deploy/Dockerfile", own_dockerfile.DOCKERFILE + "RUN echo no such package >&2; exit 3\n")
    step = evidence(own, tmp_path / "red").step("image")
    assert (step.status.value, step.exit_code) == ("failed", 3)
    assert "no such package" in step.tail


@pytest.mark.parametrize(
    ("old", "new", "end", "said"),
    [
        ("USER ", "USR ", ("failed", ""), "dockerfile parse error on line 4: unknown instruction: USR"),
        ("COPY server.py", "COPY nothere.py", ("failed", ""), "lstat /nothere.py: no such file or directory"),
        (
            "python:3.13-slim",
            "python:no-such-tag",
            ("broken", "P402"),
            "docker.io/library/python:no-such-tag: not found",
        ),
    ],
)
def test_a_mistake_in_an_own_dockerfile_is_no_fault_of_the_engine(own, tmp_path, old, new, end, said):
    """Whoever wrote it has to act; an image that is not there may be the next time."""
    own.write("deploy/Dockerfile", own_dockerfile.DOCKERFILE.replace(old, new))
    step = evidence(own, tmp_path / "evidence").step("image")
    assert (step.status.value, step.error_id) == end
    assert said in step.tail
    assert "xxh3" not in step.tail


def test_a_platform_that_the_registry_does_not_have_is_refused(app, tmp_path):
    """It answers with another one and says nothing."""
    text = app.read("pipeline.yaml")
    app.write("pipeline.yaml", text.replace("image: {", "image: {platforms: [linux/arm64], "))
    try:
        step = evidence(app, tmp_path / "arm").step("image")
    finally:
        app.write("pipeline.yaml", text)
    if step.status.value == "passed":
        pytest.skip("this registry has the image for linux/arm64")
    assert step.status.value in {"failed", "broken"}
    assert "linux/arm64" in step.reason
