"""Names of files that several parts of the house know."""

from __future__ import annotations

import pytest

from pipeline.app.discover.globs import glob
from pipeline.app.names import DOCKERFILES, is_dockerfile


@pytest.mark.parametrize(
    "path",
    [
        "Dockerfile",
        "deploy/Dockerfile.web",
        "Dockerfile_dev",
        "docker/api.Dockerfile",
        "web.dockerfile",
        "dockerfile",
        "a/Containerfile",
    ],
)
def test_every_dockerfile_is_read(path):
    """What a rule calls a Dockerfile is among the files that the edges read."""
    assert is_dockerfile(path)
    assert any(glob(pattern).fits(path) for pattern in DOCKERFILES)


@pytest.mark.parametrize("path", ["Dockerfile.dockerignore", "MyDockerfile", "Dockerfiles/readme.md", "Dockerfile.d/x"])
def test_other_files_are_none(path):
    """An ignore file has the name of its Dockerfile in it."""
    assert not is_dockerfile(path)
