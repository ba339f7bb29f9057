"""The scan of the image, by the commands of its step, with the real Trivy and an image that the test makes."""

from __future__ import annotations

import subprocess

import pytest

from pipeline.judge.model import Execution, Status
from pipeline.judge.step import judge
from pipeline.plan.model import fill
from pipeline.plan.steps import audit_image
from tests.security import image_tar

pytestmark = pytest.mark.trivy

FLY = "fm2_lJPECAAAAAAAAJwZxBDmDIQxYT3pUTt2nqZ5n0H6wrVodHRw"
WHITEOUT = "app/.wh.notes.txt"


@pytest.fixture
def scan(tmp_path):
    """Return a function that runs the step over an image and judges it."""
    places = {name: str(tmp_path / name) for name in ("source", "out", "scratch")}
    step = audit_image.make("linux/amd64")

    def run(archive=None, **image):
        target = tmp_path / "source" / audit_image.PACKED / "linux-amd64.tar"
        for folder in (*places.values(), target.parent):
            (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        if archive is None:
            image_tar.write(target, **image)
        else:
            target.write_bytes(archive)
        for literal in step.literals:
            path = tmp_path / fill(literal.path, places)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(literal.text)
        code = 0
        for words in step.commands:
            command = [fill(word, places) for word in words]
            code = code or subprocess.run(command, capture_output=True, check=False).returncode
        files = tuple((path.name, path.read_text()) for path in (tmp_path / "out").iterdir())
        return judge(step, Execution(step=step.id, exit_code=code, log="", files=files, started=0, ended=1))

    return run


def found(result):
    return {(weakness.id, weakness.file, weakness.image) for weakness in result.weaknesses}


def test_a_clean_image(scan):
    """Its packages are known, and nothing was found."""
    result = scan()

    assert (result.status, found(result)) == (Status.PASSED, set())
    assert {component.package.name for component in result.components} >= {"libssl3", "Newtonsoft.Json"}


@pytest.mark.parametrize(
    ("image", "place"),
    [
        ({"files": {**image_tar.FILES, "app/notes.txt": f"token {FLY}\n"}}, "app/notes.txt"),
        ({"env": (f"FLY_API_TOKEN={FLY}",)}, "image configuration"),
    ],
)
def test_a_secret_in_the_image(image, place, scan):
    """In a file, and in the environment that everybody reads who pulls it."""
    assert ("fly-token", place, True) in found(scan(**image))


def test_a_secret_that_a_later_layer_deleted(scan):
    """It is still in the layer below, which everybody pulls."""
    files = {**image_tar.FILES, "app/notes.txt": f"token {FLY}\n"}

    assert ("fly-token", "app/notes.txt", True) in found(scan(files=files, above={WHITEOUT: ""}))


@pytest.mark.parametrize("archive", [b"", b"no image" * 100])
def test_an_image_that_cannot_be_read_was_not_looked_at(archive, scan):
    """Broken is never clean."""
    result = scan(archive=archive)

    assert (result.status, result.looked) == (Status.UNAVAILABLE, ())
