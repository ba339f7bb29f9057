"""From a push to production on GitLab, as far as its way goes."""

from __future__ import annotations

import yaml

from pipeline.scaffold.make import make
from tests.unit.scaffold.releases import deployment, target
from tests.unit.scaffold.repositories import repository


def pipeline(*deployments, **more):
    made = make(repository(deployments=deployments or (deployment(),), gitlab=True, github=False, **more))
    return yaml.safe_load({file.path: file.text for file in made.files}[".gitlab-ci.yml"])


def test_nothing_is_released_where_nothing_is_to_be():
    """The pipeline holds the one job that it always held."""
    made = make(repository(gitlab=True, github=False))
    assert set(yaml.safe_load(made.files[0].text)) == {"workflow", "ci"}


def test_one_image_is_planned_and_played():
    """Published once; its name and the hash of the plan go on as variables; somebody plays production."""
    found = pipeline()
    assert found["stages"] == ["test", "publish", "plan", "deploy", "rollback"]
    assert found["publish"]["artifacts"]["reports"] == found["plan:production"]["artifacts"]["reports"]
    deploy = found["deploy:production"]
    assert [need["job"] for need in deploy["needs"]] == ["publish", "plan:production"]
    assert deploy["script"][-1].endswith('deploy --env=production "--image=$IMAGE" "--approve=$HASH"')
    assert deploy["rules"] == [{"if": '$CI_COMMIT_BRANCH == "main"', "when": "manual"}]
    assert (deploy["resource_group"], deploy["environment"]["name"]) == ("production", "production")
    assert found["plan:production"]["environment"] == {"name": "production", "action": "access"}


def test_staging_needs_nobody():
    """No plan and nothing to play."""
    found = pipeline()
    assert "plan:staging" not in found
    assert found["deploy:staging"]["rules"] == [{"if": '$CI_COMMIT_BRANCH == "develop"'}]


def test_whoever_names_an_image_publishes_none():
    """A variable of the pipeline wins over what a job hands on."""
    found = pipeline()
    assert found["publish"]["rules"][0] == {"if": "$IMAGE", "when": "never"}
    assert found["deploy:staging"]["needs"] == [{"job": "publish", "optional": True}]


def test_going_back_is_played_and_keeps_nothing_waiting():
    """With variables that somebody may give when he plays it."""
    back = pipeline()["rollback:production"]
    assert (back["rules"][0]["when"], back["allow_failure"], back["needs"]) == ("manual", True, [])
    assert back["variables"] == {"RELEASE": "", "ACCEPT_LOSS": "false"}


def test_branches_of_environments_have_pipelines():
    """Also one that no other rule knows; without one a person starts it."""
    found = pipeline(deployment(target("preview", branch=""), target(branch="release")))
    assert '$CI_COMMIT_BRANCH == "release"' in found["workflow"]["rules"][1]["if"]
    assert found["deploy:preview"]["rules"] == [{"if": '$CI_PIPELINE_SOURCE == "web"'}]
    assert found["publish"]["rules"][1]["if"].endswith('|| $CI_PIPELINE_SOURCE == "web"')


def test_values_that_are_not_there_are_none():
    """A variable that is missing would end the call, one that is empty brings nothing."""
    script = pipeline(deployment(target(values="RELEASE_SECRETS")))["deploy:production"]["script"]
    assert script[0] == 'export RELEASE_SECRETS="${RELEASE_SECRETS:-}"'
    assert "--values=env://RELEASE_SECRETS" in script[1]


def test_each_application_has_jobs_of_its_own():
    """And waits for none of the others."""
    found = pipeline(deployment(app="shop"), deployment(app="back"))
    assert {"publish:shop", "plan:back:production", "deploy:shop:staging"} <= set(found)
    assert found["deploy:shop:staging"]["resource_group"] == "shop-staging"
    assert " --app=shop " in found["deploy:shop:staging"]["script"][0]
