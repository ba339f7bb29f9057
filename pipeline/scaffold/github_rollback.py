"""The GitHub workflow that goes back, by hand alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.scaffold.github import setup
from pipeline.scaffold.github_deploy import BY, choice, stem, told
from pipeline.scaffold.jobs import WRITES_PACKAGES, Job, packages, step
from pipeline.scaffold.model import File
from pipeline.scaffold.releases import Commands

if TYPE_CHECKING:
    from pipeline.scaffold.model import Deployment, Repository, Target


def workflow(repository: Repository, deployment: Deployment) -> File:
    """Return the workflow with a job for each environment, of which one runs.

    It is in no group with deployments: one that waits for its approval would keep it waiting, and a newer one would
    take its place. The lock of the release itself keeps both apart.
    """
    name = stem("rollback", repository, deployment)
    commands = Commands(repository=repository, deployment=deployment, by=BY)
    lines = [
        f"name: {name}",
        "on:",
        "  workflow_dispatch:",
        "    inputs:",
        *choice(deployment),
        "      release:",
        "        description: what `releases` lists, or the beginning of its digest; empty for the one before",
        "        type: string",
        '        default: ""',
        "      accept-loss:",
        "        description: also past migrations that the older release does not survive",
        "        type: boolean",
        "        default: false",
        "",
        "permissions: {}",
        "",
        "jobs:",
    ]
    body = "\n\n".join("\n".join(_job(name, commands, target).lines()) for target in deployment.targets)
    return File(path=f".github/workflows/{name}.yml", text="\n".join([*lines, body]) + "\n")


def _job(name: str, commands: Commands, target: Target) -> Job:
    line = commands.rollback(target)
    return Job(
        key=f"rollback-{target.environment}",
        minutes=20,
        condition=f"inputs.environment == '{target.environment}'",
        environment=(target.environment, target.url),
        group=f"{name}-{target.environment}",
        permissions=packages(target.registry, WRITES_PACKAGES),
        steps=[
            *setup(history=False),
            *step(
                "Go back, and prove it",
                told(line.text),
                values={"RELEASE": "inputs.release", "ACCEPT_LOSS": "inputs.accept-loss"},
                secrets=line.secrets,
            ),
        ],
    )
