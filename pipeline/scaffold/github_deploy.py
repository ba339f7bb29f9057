"""The GitHub workflow from a push to production: publish once, plan, ask, release exactly what was planned."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from pipeline.scaffold.github import EVIDENCE, keep, setup
from pipeline.scaffold.jobs import READS_PACKAGES, READS_RULES, WRITES_PACKAGES, Job, packages, step
from pipeline.scaffold.model import File
from pipeline.scaffold.releases import Commands, published

if TYPE_CHECKING:
    from pipeline.scaffold.model import Deployment, Repository, Target

BY = "GITHUB_ACTOR"
# Beside the code: what a call reads is what was committed.
PLAN, RELEASED = '"$RUNNER_TEMP/plan.json"', '"$RUNNER_TEMP/release.txt"'
PUBLISH = "publish"
# Where a plan gets its token from without anybody being asked: a GitHub environment of its own, without reviewers.
PLANS = "-plan"
_IMAGE = f"needs.{PUBLISH}.outputs.image"
_NO_GLOB = re.compile(r"[A-Za-z0-9._ /-]+")
# As a block of code that no line of it can end.
QUOTED = "sed 's/^/    /'"


def stem(kind: str, repository: Repository, deployment: Deployment) -> str:
    """Return what a workflow is called: after its kind, the folder and the application."""
    return "-".join(filter(None, (kind, repository.slug, deployment.app)))


def workflow(repository: Repository, deployment: Deployment) -> File:
    """Return the workflow that releases one application to its environments."""
    name = stem("deploy", repository, deployment)
    commands = Commands(repository=repository, deployment=deployment, by=BY)
    jobs = [_publish(name, commands)]
    for number, target in enumerate(deployment.targets):
        before = [other for other in deployment.targets[:number] if target.branch and other.branch == target.branch]
        jobs += _release(name, commands, target, before)
    path = f".github/workflows/{name}.yml"
    lines = [f"name: {name}", *_on(repository, deployment, path), "", "permissions: {}", "", "jobs:"]
    body = "\n\n".join("\n".join(job.lines()) for job in jobs)
    return File(path=path, text="\n".join([*lines, body]) + "\n")


def choice(deployment: Deployment) -> list[str]:
    """Return the input that names the environment."""
    return [
        "      environment:",
        "        description: the environment",
        "        type: choice",
        f"        options: [{', '.join(target.environment for target in deployment.targets)}]",
        "        required: true",
    ]


def _on(repository: Repository, deployment: Deployment, path: str) -> list[str]:
    branches = dict.fromkeys(target.branch for target in deployment.targets if target.branch)
    # The pipeline sees nothing outside of its folder.
    paths = [f"{repository.source}/**", path]
    own = repository.source != "." and all(_NO_GLOB.fullmatch(one.removesuffix("/**")) for one in paths)
    push = ["  push:", f"    branches: [{', '.join(branches)}]"]
    return [
        "on:",
        *(push if branches else []),
        *([f"    paths: {json.dumps(paths)}"] if branches and own else []),
        "  workflow_dispatch:",
        "    inputs:",
        *choice(deployment),
        "      image:",
        "        description: what an earlier run published, by digest; empty publishes this commit",
        "        type: string",
        '        default: ""',
    ]


def _publish(name: str, commands: Commands) -> Job:
    line, new = commands.publish(), "${{ !inputs.image }}"
    say = [
        *published(),
        'echo "image=$image" >> "$GITHUB_OUTPUT"',
    ]
    summary = f'if [ -f {EVIDENCE}/summary.md ]; then cat {EVIDENCE}/summary.md >> "$GITHUB_STEP_SUMMARY"; fi'
    return Job(
        key=PUBLISH,
        minutes=60,
        # A newer commit must not take the place of one that somebody waits for.
        group=f"{name}-{PUBLISH}-${{{{ github.sha }}}}-${{{{ inputs.environment }}}}",
        permissions=packages(commands.deployment.registry, WRITES_PACKAGES),
        outputs={"image": "${{ inputs.image || steps.published.outputs.image }}"},
        steps=[
            *setup(history=True),
            *step("Build, prove and publish", [line.text], secrets=line.secrets, condition=new),
            *keep(f"{name}-evidence"),
            *step("Say what was published, red without an image", [summary, *say], key="published", condition=new),
        ],
    )


def _release(name: str, commands: Commands, target: Target, before: list[Target]) -> list[Job]:
    wanted = _wanted(commands.deployment, target)
    after = [f"{kind}-{other.environment}" for other in before for kind in _kinds(other)]
    # Who needs a job that was not wanted would not run either, unless it says so.
    passed = [f'contains(fromJSON(\'["success", "skipped"]\'), needs.{job}.result)' for job in after]
    first = _all(["!cancelled()", f"needs.{PUBLISH}.result == 'success'", *passed, wanted] if before else [wanted])
    if not target.approval:
        return [_deploy(name, commands, target, [PUBLISH, *after], first)]
    plan = f"plan-{target.environment}"
    ready = ["!cancelled()", f"needs.{plan}.result == 'success'"] if before else []
    changed = _all([*ready, f"needs.{plan}.outputs.unchanged == 'false'"])
    return [
        _plan(name, commands, target, [PUBLISH, *after], first),
        _deploy(name, commands, target, [PUBLISH, plan], changed),
    ]


def _kinds(target: Target) -> tuple[str, ...]:
    """Return the kinds of jobs that release to an environment."""
    return ("plan", "deploy") if target.approval else ("deploy",)


def _wanted(deployment: Deployment, target: Target) -> str:
    """Return whether a run is about an environment; nothing where it always is."""
    if len(deployment.targets) == 1:
        return ""
    by_hand = f"inputs.environment == '{target.environment}'"
    pushed = f"github.event_name == 'push' && github.ref_name == '{target.branch}'"
    return f"({pushed} || {by_hand})" if target.branch else by_hand


def _all(parts: list[str]) -> str:
    wanted = " && ".join(part for part in parts if part)
    return f"${{{{ {wanted} }}}}" if wanted else ""


def _plan(name: str, commands: Commands, target: Target, needs: list[str], condition: str) -> Job:
    line = commands.plan(target)
    return Job(
        key=f"plan-{target.environment}",
        minutes=15,
        needs=needs,
        condition=condition,
        environment=(f"{target.environment}{PLANS}", ""),
        group=f"{name}-{target.environment}{PLANS}",
        permissions={**packages(target.registry, READS_PACKAGES), **READS_RULES},
        outputs={name: f"${{{{ steps.plan.outputs.{name} }}}}" for name in ("hash", "unchanged")},
        steps=[
            *step("See that somebody will be asked", _asked(target.environment), values={"GH_TOKEN": "github.token"}),
            *setup(history=False),
            *step(
                "Tell what would change",
                [
                    f"{line.text} > {PLAN}",
                    f'jq -r \'"hash=\\(.hash)", "unchanged=\\(.unchanged)"\' {PLAN} >> "$GITHUB_OUTPUT"',
                    f"jq -r .text {PLAN}",
                    f'jq -r .text {PLAN} | {QUOTED} >> "$GITHUB_STEP_SUMMARY"',
                ],
                key="plan",
                values={"IMAGE": _IMAGE},
                secrets=line.secrets,
            ),
        ],
    )


def _asked(environment: str) -> list[str]:
    """Return the commands that are red where GitHub would deploy without asking anybody."""
    told = f"::error::nobody would be asked: the environment {environment} has no required reviewers"
    rule = """any(.protection_rules[]; .type == "required_reviewers")"""
    asks = f'"$(gh api "repos/$GITHUB_REPOSITORY/environments/{environment}" --jq \'{rule}\')"'
    return [f'[ {asks} = true ] || {{ echo "{told}"; exit 1; }}']


def _deploy(name: str, commands: Commands, target: Target, needs: list[str], condition: str) -> Job:
    line = commands.deploy(target)
    approved = {"HASH": f"needs.plan-{target.environment}.outputs.hash"} if target.approval else {}
    return Job(
        key=f"deploy-{target.environment}",
        minutes=30,
        needs=needs,
        condition=condition,
        environment=(target.environment, target.url),
        group=f"{name}-{target.environment}",
        permissions=packages(target.registry, WRITES_PACKAGES),
        steps=[
            *setup(history=False),
            *step(
                "Release what was approved, and prove it or go back"
                if approved
                else "Release, and prove it or go back",
                told(line.text),
                values={"IMAGE": _IMAGE, **approved},
                secrets=line.secrets,
            ),
        ],
    )


def told(text: str) -> list[str]:
    """Return the commands that release and keep what came of it on the page of the run, most of all when it is red."""
    return [
        "set -o pipefail",
        "code=0",
        f"{text} 2>&1 | tee {RELEASED} || code=$?",
        f'tail -n 60 {RELEASED} | {QUOTED} >> "$GITHUB_STEP_SUMMARY"',
        'exit "$code"',
    ]
