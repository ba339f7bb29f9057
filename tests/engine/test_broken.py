"""Faults that are not the user's code, on a real engine: each has its id, and costs no other step its report."""

from __future__ import annotations

import pytest

from tests import apps
from tests.engine.dagger_call import dagger, evidence

pytestmark = pytest.mark.engine

NOWHERE = "127.0.0.1:5000/there-is-no-such-image:1"
WEB = "api.test.Incidents.Web.Tests"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return apps.copy("incidents", tmp_path_factory.mktemp("broken") / "app")


def _with_images(app, folder, **images):
    overlay = folder / "images.yaml"
    lines = "".join(f"  {name}: {image}\n" for name, image in images.items())
    overlay.write_text(f"{apps.NO_SCANS.read_text()}image: {{verify: false}}\nimages:\n{lines}")
    return evidence(app, folder / "evidence", f"--settings={overlay}")


def test_images_that_cannot_be_pulled(app, tmp_path):
    """A tool's image is P402 and a server's P405; steps without them are green, and every report is there."""
    found = _with_images(app, tmp_path, node=NOWHERE, redis=NOWHERE)

    install, web = found.step("spa.install"), found.step(WEB)
    assert (install.status.value, install.error_id, install.attempts) == ("broken", "P402", 3)
    assert (web.status.value, web.error_id) == ("broken", "P405")
    assert web.reason.startswith(f"redis ({NOWHERE})")
    assert found.states["api.build"] == found.states["api.publish"] == "passed"
    assert found.step("spa.lint").reason == "because spa.install is broken"
    assert (found.folder / "steps/api.build").is_dir()
    assert not (found.folder / "steps/spa.install").exists()
    said = found.text("summary.txt")
    assert said.startswith("INFRASTRUCTURE FAULT")
    assert "P402" in said
    assert "what to do: " in said


def test_a_server_that_ends_at_once(app, tmp_path):
    """An image that starts nothing is the fault of the server, not lost reports of the tests."""
    found = _with_images(app, tmp_path, redis="docker.io/library/debian:bookworm-slim")

    web = found.step(WEB)
    assert (web.status.value, web.error_id) == ("broken", "P405")
    assert web.reason.startswith("redis (docker.io/library/debian:bookworm-slim)")
    assert found.states["spa.test"] == "passed"


@pytest.mark.parametrize("words", [("ci",), ("image", "workdir")], ids=lambda words: words[0])
def test_a_folder_that_is_not_there(app, words):
    """A mistyped --source is the caller's mistake: one error with an id, whatever the call returns."""
    done = dagger(app, "--source=nowhere", *words)
    assert done.code != 0
    assert "P108 a file or folder cannot be read: nowhere" in done.said
    assert "Traceback" not in done.said
