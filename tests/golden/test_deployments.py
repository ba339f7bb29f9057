"""The workflows that release the example, as stored texts. UPDATE_GOLDEN=1 writes them anew; read the diff."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.run.survey import survey
from pipeline.scaffold.deployed import deployed
from pipeline.scaffold.make import make
from pipeline.scaffold.model import Repository
from tests.apps import EXAMPLES

HERE = Path(__file__).parent
IMAGES = (("docker-cli", "registry.test/docker:28-cli"), ("docker-dind", "registry.test/docker:28-dind"))
STORED = {
    "incidents.deploy.yml": ".github/workflows/deploy.yml",
    "incidents.rollback.yml": ".github/workflows/rollback.yml",
    "incidents.gitlab-ci.yml": ".gitlab-ci.yml",
}


@pytest.fixture(scope="module")
def files():
    """Return what `init` would write for the example."""
    found = survey(EXAMPLES / "incidents", {})
    repository = Repository(
        apps=found.apps,
        files=found.files,
        module="github.com/acme/pipeline@v1.2.3",
        branches=("main", "develop"),
        default="main",
        images=IMAGES,
        gitlab=True,
    )
    made = make(deployed(repository, found.sites, "github.com/acme/incidents"))
    return {file.path: file.text for file in made.files}


@pytest.mark.parametrize("name", STORED)
def test_what_releases_the_example(files, name):
    """What runs with the rights to change production does not change by accident."""
    file, text = HERE / name, files[STORED[name]]
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == text, f"UPDATE_GOLDEN=1 writes {name} anew"
