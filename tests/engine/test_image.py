"""The proof of the image on the engine: what would be shipped, started beside its servers."""

from __future__ import annotations

import json

import pytest

from pipeline.errors import ExitCode
from tests import apps
from tests.engine.dagger_call import evidence

pytestmark = pytest.mark.engine

PROGRAM = "src/Hello.Web/Program.cs"
HEALTHY = 'app.MapHealthChecks("/health");'
WHY = '"no connection string"'
SICK = 'app.MapGet("/health", () => Results.StatusCode(500));'


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """Return the small application, with no tests and no scans: only the image counts here."""
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


def test_an_image_that_does_not_start_is_red(app, tmp_path):
    """With the program's own words."""
    app.write(PROGRAM, app.read(PROGRAM).replace("app.Run();", f"throw new InvalidOperationException({WHY});"))
    found = evidence(app, tmp_path / "dead")

    step = found.step("image.verify")
    assert step.status.value == "failed"
    assert step.reason.startswith("start: it ended with ")
    assert "no connection string" in step.reason
