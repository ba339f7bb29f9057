"""The GitLab pipeline: one job; the engine starts in a Docker service beside it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.scaffold.github import branches, call
from pipeline.scaffold.model import ENGINE, File

if TYPE_CHECKING:
    from pipeline.scaffold.model import Repository

PATH = ".gitlab-ci.yml"


def pipeline(repository: Repository) -> File:
    """Return .gitlab-ci.yml for runners with the Docker executor."""
    images = dict(repository.images)
    on = " || ".join(f'$CI_COMMIT_BRANCH == "{name}"' for name in branches(repository))
    lines = [
        "workflow:",
        "  rules:",
        '    - if: $CI_PIPELINE_SOURCE == "merge_request_event"',
        f"    - if: {on}",
        "",
        "ci:",
        f"  image: {images['docker-cli']}",
        "  services:",
        f"    - name: {images['docker-dind']}",
        "      alias: docker",
        "  timeout: 60 minutes",
        "  variables:",
        "    DOCKER_HOST: tcp://docker:2376",
        '    DOCKER_TLS_VERIFY: "1"',
        "    DOCKER_TLS_CERTDIR: /certs",
        "    DOCKER_CERT_PATH: /certs/client",
        f"    DAGGER_VERSION: {ENGINE}",
        "    BIN_DIR: /usr/local/bin",
        "  before_script:",
        "    - apk add --no-cache curl git",
        "    - curl -fsSL https://dl.dagger.io/dagger/install.sh | sh",
        "  script:",
        f"    - {json.dumps(call(repository))}",
    ]
    return File(path=PATH, text="\n".join(lines) + "\n")
