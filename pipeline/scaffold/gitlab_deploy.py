"""The jobs of the GitLab pipeline from a push to production: what is played by hand is what was planned."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.scaffold.github import EVIDENCE
from pipeline.scaffold.releases import Commands, published

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.scaffold.model import Deployment, Repository, Target

_BY = "GITLAB_USER_LOGIN"
_TEMPLATE = ".release"
# Variables that a job hands to those that need it.
_HANDED = "handed.env"
_PLAN = "/tmp/plan.json"  # noqa: S108  # in the job's own container, beside the code


def jobs(repository: Repository, engine: Sequence[str]) -> list[str]:
    """Return the jobs that release, below a template of them; nothing where nothing is released.

    Args:
        repository: the repository.
        engine: what every job needs to call the engine.

    """
    if not repository.deployments:
        return []
    lines = ["", f"{_TEMPLATE}:", *engine]
    for deployment in repository.deployments:
        made = Commands(repository=repository, deployment=deployment, by=_BY)
        lines += _publish(made)
        for target in deployment.targets:
            lines += [*(_plan(made, target) if target.approval else []), *_deploy(made, target), *_back(made, target)]
    return lines


def commands(lines: Sequence[str]) -> list[str]:
    """Return commands as a list that holds each as it is."""
    return [f"    - {json.dumps(line)}" for line in lines]


def _publish(made: Commands) -> list[str]:
    branches = dict.fromkeys(target.branch for target in made.deployment.targets if target.branch)
    by_hand = [] if all(target.branch for target in made.deployment.targets) else ['$CI_PIPELINE_SOURCE == "web"']
    conditions = [*(f'$CI_COMMIT_BRANCH == "{branch}"' for branch in branches), *by_hand]
    return [
        *_head(_name("publish", made.deployment), "publish"),
        "  needs: []",
        "  rules:",
        # Whoever starts a pipeline with IMAGE wants that one.
        "    - if: $IMAGE",
        "      when: never",
        f"    - if: {' || '.join(conditions)}",
        "  script:",
        *commands([made.publish().text, *published(), f'echo "IMAGE=$image" > {_HANDED}']),
        "  artifacts:",
        "    when: always",
        "    paths:",
        f"      - {EVIDENCE}/",
        "    reports:",
        f"      dotenv: {_HANDED}",
    ]


def _plan(made: Commands, target: Target) -> list[str]:
    hand = f"jq -r '\"HASH=\\(.hash)\"' {_PLAN} > {_HANDED}"
    return [
        *_head(_name("plan", made.deployment, target), "plan"),
        *_needs(_name("publish", made.deployment)),
        "  environment:",
        f"    name: {target.environment}",
        "    action: access",
        *_rules(target, by_hand=False),
        "  script:",
        *commands([*_values(target), f"{made.plan(target).text} > {_PLAN}", hand, f"jq -r .text {_PLAN}"]),
        "  artifacts:",
        "    reports:",
        f"      dotenv: {_HANDED}",
    ]


def _deploy(made: Commands, target: Target) -> list[str]:
    plan = [f"    - job: {_name('plan', made.deployment, target)}"] if target.approval else []
    return [
        *_head(_name("deploy", made.deployment, target), "deploy"),
        *_needs(_name("publish", made.deployment)),
        *plan,
        *_place(made.deployment, target),
        *_rules(target, by_hand=target.approval),
        "  script:",
        *commands([*_values(target), made.deploy(target).text]),
    ]


def _back(made: Commands, target: Target) -> list[str]:
    return [
        *_head(_name("rollback", made.deployment, target), "rollback"),
        "  needs: []",
        *_place(made.deployment, target),
        *_rules(target, by_hand=True),
        # Nobody has to go back for the pipeline to be green.
        "  allow_failure: true",
        "  variables:",
        '    RELEASE: "" # what `releases` lists, or the beginning of its digest; empty for the one before',
        '    ACCEPT_LOSS: "false" # true: also past migrations that the older release does not survive',
        "  script:",
        *commands([made.rollback(target).text]),
    ]


def _name(kind: str, deployment: Deployment, target: Target | None = None) -> str:
    return ":".join(filter(None, (kind, deployment.app, target.environment if target else "")))


def _head(name: str, stage: str) -> list[str]:
    return ["", f"{name}:", f"  extends: {_TEMPLATE}", f"  stage: {stage}"]


def _needs(publish: str) -> list[str]:
    return ["  needs:", f"    - job: {publish}", "      optional: true"]


def _values(target: Target) -> list[str]:
    """Return the command that makes a variable which is not there an empty one: no value comes along then."""
    return [f'export {target.values}="${{{target.values}:-}}"'] if target.values else []


def _place(deployment: Deployment, target: Target) -> list[str]:
    group = "-".join(filter(None, (deployment.app, target.environment)))
    return [
        f"  resource_group: {group}",
        "  environment:",
        f"    name: {target.environment}",
        *([f"    url: {json.dumps(target.url)}"] if target.url else []),
    ]


def _rules(target: Target, *, by_hand: bool) -> list[str]:
    """Return when a job is there; without a branch in pipelines that somebody started."""
    when = f'$CI_COMMIT_BRANCH == "{target.branch}"' if target.branch else '$CI_PIPELINE_SOURCE == "web"'
    return ["  rules:", f"    - if: {when}", *(["      when: manual"] if by_hand else [])]
