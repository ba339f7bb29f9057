"""From a push to production on GitHub: what runs when, with which rights, and that the approved is what is done."""

from __future__ import annotations

import re

import pytest
import yaml

from pipeline.scaffold.make import NO_DEPLOY, make
from tests.unit.scaffold.releases import deployment, target
from tests.unit.scaffold.repositories import MODULE, repository

DEPLOY, ROLLBACK = ".github/workflows/deploy.yml", ".github/workflows/rollback.yml"


def files(*deployments, **more):
    return {file.path: file.text for file in make(repository(deployments=deployments or (deployment(),), **more)).files}


def workflow(*targets, path=DEPLOY, **more):
    content = yaml.safe_load(files(deployment(*targets), **more)[path])
    content["on"] = content.pop(True)  # YAML 1.1 reads `on` as true
    return content


def job(name, *targets, **more):
    return workflow(*targets, **more)["jobs"][name]


def runs(one):
    return [step for step in one["steps"] if "run" in step]


def called(one):
    """Return what a job calls of the pipeline."""
    (line,) = [line for step in runs(one) for line in step["run"].splitlines() if line.startswith("dagger ")]
    return line


def test_a_repository_that_is_released_has_two_more_files():
    """Beside the workflow that proves everything; without a release it is said that there is none."""
    assert {DEPLOY, ROLLBACK} <= set(files())
    assert not [note for note in make(repository(deployments=(deployment(),))).notes if note == NO_DEPLOY]


def test_what_github_has_to_hold_is_said():
    """The environments, and which of them ask somebody."""
    notes = make(repository(deployments=(deployment(),))).notes
    told = "GitHub needs the environments staging, production with required reviewers, production-plan"
    assert [note for note in notes if told in note]
    alone = deployment(deployment().targets[0])
    assert [note for note in make(repository(deployments=(alone,))).notes if "needs the environment staging;" in note]


def test_one_image_goes_everywhere():
    """Published once, by whichever run; what it is called goes from job to job by its digest."""
    jobs = workflow()["jobs"]
    assert [name for name, one in jobs.items() if "publish-evidence" in str(one)] == ["publish"]
    assert jobs["publish"]["outputs"] == {"image": "${{ inputs.image || steps.published.outputs.image }}"}
    for name in ("deploy-staging", "plan-production", "deploy-production"):
        assert '"--image=$IMAGE"' in called(jobs[name])
        assert runs(jobs[name])[-1]["env"]["IMAGE"] == "${{ needs.publish.outputs.image }}"


def test_develop_goes_to_staging_and_main_to_production():
    """By a push or by hand, which names the environment and perhaps an image of before."""
    content = workflow()
    assert content["on"]["push"] == {"branches": ["develop", "main"]}
    inputs = content["on"]["workflow_dispatch"]["inputs"]
    assert inputs["environment"]["options"] == ["staging", "production"]
    assert inputs["image"]["default"] == ""
    staging, plan = (content["jobs"][name]["if"] for name in ("deploy-staging", "plan-production"))
    pushed = "github.event_name == 'push' && github.ref_name =="
    assert staging == f"${{{{ ({pushed} 'develop' || inputs.environment == 'staging') }}}}"
    assert plan == f"${{{{ ({pushed} 'main' || inputs.environment == 'production') }}}}"


def test_no_pull_request_deploys():
    """Nothing but a push to a branch of the repository, and a person."""
    for path in (DEPLOY, ROLLBACK):
        assert set(workflow(path=path)["on"]) <= {"push", "workflow_dispatch"}


def test_what_was_approved_is_what_is_done():
    """GitHub asks for the environment of the job that gets the hash of the plan that was shown before."""
    jobs = workflow()["jobs"]
    plan, deploy = jobs["plan-production"], jobs["deploy-production"]
    assert called(plan).endswith('release-plan --env=production "--image=$IMAGE" --as-json > "$RUNNER_TEMP/plan.json"')
    assert plan["outputs"]["hash"] == "${{ steps.plan.outputs.hash }}"
    assert deploy["needs"] == ["publish", "plan-production"]
    assert deploy["environment"] == {"name": "production", "url": "https://shop-production.fly.dev"}
    assert called(deploy).endswith(
        'deploy --env=production "--image=$IMAGE" "--approve=$HASH" 2>&1 | tee "$RUNNER_TEMP/release.txt" || code=$?'
    )
    assert runs(deploy)[-1]["env"]["HASH"] == "${{ needs.plan-production.outputs.hash }}"


def test_nobody_is_asked_when_there_is_nothing_to_do():
    """And nobody may be spared by an environment that asks nobody: that is seen before the plan is made."""
    jobs = workflow()["jobs"]
    assert jobs["deploy-production"]["if"] == "${{ needs.plan-production.outputs.unchanged == 'false' }}"
    first = jobs["plan-production"]["steps"][0]
    assert "environments/production" in first["run"]
    assert "required_reviewers" in first["run"]
    assert jobs["plan-production"]["permissions"]["actions"] == "read"


def test_a_plan_has_an_environment_of_its_own():
    """The secrets of the one that asks are not there before it asked; this one asks nobody."""
    assert job("plan-production")["environment"] == {"name": "production-plan"}


def test_staging_asks_nobody():
    """No plan, no hash."""
    jobs = workflow(target("staging"))["jobs"]
    assert list(jobs) == ["publish", "deploy-staging"]
    assert "--approve" not in called(jobs["deploy-staging"])
    assert "if" not in jobs["deploy-staging"]


def test_each_environment_has_one_deployment_at_a_time():
    """None is stopped in the middle; a rollback waits for none that only waits for its approval."""
    for name in ("staging", "production"):
        assert job(f"deploy-{name}")["concurrency"] == {"group": f"deploy-{name}", "cancel-in-progress": False}
        back = job(f"rollback-{name}", path=ROLLBACK)["concurrency"]
        assert back == {"group": f"rollback-{name}", "cancel-in-progress": False}


def test_rights_are_as_few_as_can_be():
    """The image and the list of releases are packages; a registry of one's own needs none of GitHub's rights."""
    read, write = {"contents": "read", "packages": "read"}, {"contents": "read", "packages": "write"}
    content = workflow()
    assert content["permissions"] == {}
    found = {name: one["permissions"] for name, one in content["jobs"].items()}
    assert found == {
        "publish": write,
        "deploy-staging": write,
        "plan-production": {**read, "actions": "read"},
        "deploy-production": write,
    }
    assert all("timeout-minutes" in one for one in content["jobs"].values())
    assert job("deploy-staging", target("staging", registry="OWN"))["permissions"] == {"contents": "read"}


def test_secrets_come_from_the_stores_of_their_names():
    """Each is in the variables of one step, and its name alone in the command."""
    step = runs(job("deploy-production", target(values="RELEASE_SECRETS")))[-1]
    assert {name: value for name, value in step["env"].items() if "secrets." in value} == {
        name: f"${{{{ secrets.{name} }}}}" for name in ("FLY_API_TOKEN", "GITHUB_TOKEN", "RELEASE_SECRETS")
    }
    flags = ("--fly-token=env://FLY_API_TOKEN", "--registry-token=env://GITHUB_TOKEN", "--values=env://RELEASE_SECRETS")
    assert all(flag in step["run"] for flag in flags)
    assert "--values" in called(job("plan-production", target(values="RELEASE_SECRETS")))
    assert "--values" not in str(workflow())
    more = files(deployment(signing="KEY"), secret="FEED")[DEPLOY]
    assert "call --nuget-token=env://FEED --registry-token=env://GITHUB_TOKEN --signing-key=env://KEY publish-" in more


@pytest.mark.parametrize("path", [DEPLOY, ROLLBACK])
def test_no_value_from_outside_stands_in_a_command(path):
    """An input of a run could be a command otherwise."""
    content = workflow(target("staging"), target(values="X"), path=path)
    for one in content["jobs"].values():
        for step in runs(one):
            assert "${{" not in step["run"]
            assert not re.search(r'(?<!")--\w[\w-]*=\$', step["run"]), "a variable without quotes is several words"


def test_going_back_is_done_by_hand_with_words_that_stay_words():
    """The release and whether data may be lost are variables; each environment has its own job and address."""
    one = job("rollback-production", path=ROLLBACK)
    words = 'rollback --env=production "--release=$RELEASE" "--accept-loss=$ACCEPT_LOSS" 2>&1'
    assert called(one).endswith(f'{words} | tee "$RUNNER_TEMP/release.txt" || code=$?')
    assert runs(one)[0]["env"]["RELEASE"] == "${{ inputs.release }}"
    assert one["environment"] == {"name": "production", "url": "https://shop-production.fly.dev"}
    assert one["if"] == "inputs.environment == 'production'"
    assert set(workflow(path=ROLLBACK)["on"]) == {"workflow_dispatch"}


def test_one_branch_reaches_environments_one_after_the_other():
    """Production is planned when staging works, and also when somebody wanted production alone."""
    jobs = workflow(target("staging", branch="main"), target())["jobs"]
    plan, deploy = jobs["plan-production"], jobs["deploy-production"]
    assert plan["needs"] == ["publish", "deploy-staging"]
    wanted = "(github.event_name == 'push' && github.ref_name == 'main' || inputs.environment == 'production')"
    works = 'contains(fromJSON(\'["success", "skipped"]\'), needs.deploy-staging.result)'
    ready = f"!cancelled() && needs.publish.result == 'success' && {works}"
    assert plan["if"] == f"${{{{ {ready} && {wanted} }}}}"
    planned = "needs.plan-production.result == 'success' && needs.plan-production.outputs.unchanged == 'false'"
    assert deploy["if"] == f"${{{{ !cancelled() && {planned} }}}}"


def test_a_plan_that_failed_before_is_no_way_on():
    """Its deployment was not wanted then, only skipped."""
    jobs = workflow(target("staging", branch="main", approval=True), target())["jobs"]
    assert jobs["plan-production"]["needs"] == ["publish", "plan-staging", "deploy-staging"]
    assert "needs.plan-staging.result" in jobs["plan-production"]["if"]


def test_what_failed_first_keeps_all_that_follow():
    """The one in between would only be skipped for it."""
    places = [target(name, branch="main") for name in ("dev", "staging")]
    assert job("plan-production", *places, target())["needs"] == ["publish", "deploy-dev", "deploy-staging"]


def test_an_environment_without_a_branch_is_released_by_hand():
    """No push reaches it."""
    content = workflow(target("preview", branch=""))
    assert set(content["on"]) == {"workflow_dispatch"}
    assert (
        job("deploy-preview", target("preview", branch=""), target())["if"] == "${{ inputs.environment == 'preview' }}"
    )


def test_each_application_has_workflows_of_its_own():
    """With its name in the calls, the files and the groups."""
    found = files(deployment(app="shop"), deployment(app="back"))
    assert {f".github/workflows/{kind}-{app}.yml" for kind in ("deploy", "rollback") for app in ("shop", "back")} <= {
        *found
    }
    content = yaml.safe_load(found[".github/workflows/deploy-back.yml"])
    assert all(" --app=back " in called(one) for one in content["jobs"].values())
    assert content["jobs"]["deploy-staging"]["concurrency"]["group"] == "deploy-back-staging"


def test_a_folder_of_a_repository_is_released_when_something_in_it_changes():
    """The pipeline sees nothing else; a folder whose name is a pattern to GitHub is released at each push."""
    path = ".github/workflows/deploy-apps-my-shop.yml"
    content = yaml.safe_load(files(source="apps/my shop")[path])
    assert content[True]["push"]["paths"] == ["apps/my shop/**", path]
    assert all("call '--source=apps/my shop' " in called(one) for one in content["jobs"].values())
    odd = yaml.safe_load(files(source="apps/[x]")[".github/workflows/deploy-apps-x.yml"])
    assert "paths" not in odd[True]["push"]


def test_who_releases_is_told_and_the_pipeline_is_the_same():
    """The log of releases names who did it."""
    start = f"dagger --progress=report -m {MODULE} call --fly-token=env://FLY_API_TOKEN"
    assert called(job("deploy-staging")).startswith(start)
    assert '"--by=$GITHUB_ACTOR" deploy ' in called(job("deploy-staging"))
