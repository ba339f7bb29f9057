"""Names of files that several parts of the house know."""

from __future__ import annotations

import pytest

from pipeline.app.discover.globs import glob
from pipeline.app.names import DOCKERFILES, is_dockerfile, is_like_dockerfile


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


@pytest.mark.parametrize(
    "path",
    ["Dockerfile-prod", "DOCKERFILE", "a/containerfile", "build/image.docker", "Containerfile.web", "x.DOCKERFILE"],
)
def test_a_file_that_is_like_a_dockerfile(path):
    """`docker build -f` takes any name, and scanners do not."""
    assert is_like_dockerfile(path)


@pytest.mark.parametrize(
    "path",
    [
        "Dockerfile",
        "web.Dockerfile",
        "Dockerfile-prod.dockerignore",
        "DockerfileTests.cs",
        "dockerfile-parser.ts",
        "x/docker",
    ],
)
def test_a_file_that_only_sounds_like_one(path):
    """It is read under its usual name, or it is code about such files."""
    assert not is_like_dockerfile(path)
