"""The GitLab pipeline: one job; the engine starts in a Docker service beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.scaffold import gitlab_deploy
from pipeline.scaffold.github import EVIDENCE, branches, call, verdict
from pipeline.scaffold.gitlab_deploy import commands
from pipeline.scaffold.model import ENGINE, File

if TYPE_CHECKING:
    from pipeline.scaffold.model import Repository

PATH = ".gitlab-ci.yml"
# Of the command line for linux/amd64, by version; an installer that is piped into a shell could be anything.
CLI_SHA256 = {"0.21.8": "53e226c7da8fb75171e58c35759d736d961ce8b3a12db0baa7b7107954fccc5a"}
_ARCHIVE = "/tmp/dagger.tar.gz"  # noqa: S108  # in the job's own container


def pipeline(repository: Repository) -> File:
    """Return .gitlab-ci.yml for runners with the Docker executor."""
    released = [target.branch for one in repository.deployments for target in one.targets if target.branch]
    on = " || ".join(f'$CI_COMMIT_BRANCH == "{name}"' for name in dict.fromkeys((*branches(repository), *released)))
    lines = [
        "workflow:",
        "  rules:",
        # A newer push makes the run of a merge request pointless; each commit of a main branch has its own.
        '    - if: $CI_PIPELINE_SOURCE == "merge_request_event"',
        "      auto_cancel:",
        "        on_new_commit: interruptible",
        f"    - if: {on}",
        "      auto_cancel:",
        "        on_new_commit: none",
        "",
        *(["stages: [test, publish, plan, deploy, rollback]", ""] if repository.deployments else []),
        "ci:",
        *engine(repository, interruptible=True),
        "  script:",
        *commands([call(repository, f"evidence -o {EVIDENCE}"), *verdict()]),
        "  artifacts:",
        "    when: always",
        "    paths:",
        f"      - {EVIDENCE}/",
        "    reports:",
        f"      junit: {EVIDENCE}/junit.xml",
        "      coverage_report:",
        "        coverage_format: cobertura",
        f"        path: {EVIDENCE}/coverage.cobertura.xml",
        *gitlab_deploy.jobs(repository, engine(repository, interruptible=False)),
    ]
    return File(path=PATH, text="\n".join(lines) + "\n")


def engine(repository: Repository, *, interruptible: bool) -> list[str]:
    """Return what every job needs to call the engine, which starts in a service beside it."""
    images = dict(repository.images)
    return [
        f"  image: {images['docker-cli']}",
        "  services:",
        f"    - name: {images['docker-dind']}",
        "      alias: docker",
        f"  interruptible: {str(interruptible).lower()}",
        "  timeout: 60 minutes",
        "  variables:",
        '    GIT_DEPTH: "0" # secrets are looked for in every commit',
        "    DOCKER_HOST: tcp://docker:2376",
        '    DOCKER_TLS_VERIFY: "1"',
        "    DOCKER_TLS_CERTDIR: /certs",
        "    DOCKER_CERT_PATH: /certs/client",
        "  before_script:",
        *commands(_installation()),
    ]


def _installation() -> list[str]:
    archive = f"https://dl.dagger.io/dagger/releases/{ENGINE}/dagger_v{ENGINE}_linux_amd64.tar.gz"
    return [
        "apk add --no-cache curl git jq",
        f"curl -fsSL -o {_ARCHIVE} {archive}",
        f'echo "{CLI_SHA256[ENGINE]}  {_ARCHIVE}" | sha256sum -c -',
        f"tar -xzf {_ARCHIVE} -C /usr/local/bin dagger",
    ]
