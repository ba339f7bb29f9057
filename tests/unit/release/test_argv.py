from dataclasses import replace

import pytest

from pipeline.release import argv
from pipeline.release.model import Goal
from pipeline.settings.model import ReleaseSettings

GOAL = Goal(
    app="shop",
    environment="staging",
    source="ghcr.io/team/shop@sha256:aa",
    digest="sha256:aa",
    config="",
    config_digest="",
    image="registry.fly.io/shop:1a2b-7@sha256:aa",
    wait=90,
    migration_wait=300,
)
COMMON = [
    "flyctl",
    "deploy",
    "--app=shop",
    "--config=/c/fly.toml",
    "--image=registry.fly.io/shop:1a2b-7@sha256:aa",
    "--remote-only",
    "--yes",
    "--deploy-retries=0",
    "--dns-checks=false",
    "--ha=false",
    "--detach=false",
    "--wait-timeout=90s",
    "--release-command-timeout=300s",
]


def test_a_deployment_leaves_no_choice_to_flyctl():
    """Strategy, time-outs, retries and checks are all said."""
    assert list(argv.deploy(GOAL, "/c/fly.toml")) == [*COMMON, "--strategy=rolling", "--smoke-checks=true"]


def test_a_deployment_that_goes_on_does_not_migrate_again():
    """An attempt after the migrations have run leaves them out."""
    expected = [*COMMON, "--strategy=rolling", "--smoke-checks=true", "--skip-release-command"]
    assert list(argv.deploy(GOAL, "/c/fly.toml", migrate=False)) == expected


def test_a_rollback_waits_for_nothing_and_does_not_migrate():
    """What has been verified before comes back at once."""
    expected = [*COMMON, "--strategy=immediate", "--smoke-checks=false", "--skip-release-command"]
    assert list(argv.rollback(replace(GOAL, strategy="bluegreen"), "/c/fly.toml")) == expected


@pytest.mark.parametrize(("seconds", "said"), [(90, "90s"), (0.2, "1s"), (20.5, "21s"), (1e6, "1000000s")])
def test_times_have_a_unit(seconds, said):
    """A number without one is read differently by every part of flyctl."""
    assert f"--wait-timeout={said}" in argv.deploy(replace(GOAL, wait=seconds), "f")


def test_the_strategy_of_the_goal_is_given():
    """The caller has decided between settings and fly.toml."""
    assert "--strategy=bluegreen" in argv.deploy(replace(GOAL, strategy="bluegreen"), "f")


def test_the_environment_asks_nobody_else():
    """Metrics, traces, updates and agents are off, and the three addresses are those of the settings."""
    settings = ReleaseSettings(api="http://sim:1/", machines_api="http://sim:2", registry="sim:3")
    assert argv.environment(settings, "/run/fly") == {
        "CI": "1",
        "FLYCTL_STATUSLOGGER_NO_ERROR": "1",
        "FLY_API_BASE_URL": "http://sim:1",
        "FLY_CONFIG_DIR": "/run/fly",
        "FLY_EMIT_RELEASE_JSON": "1",
        "FLY_FLAPS_BASE_URL": "http://sim:2",
        "FLY_NO_INCIDENTS_CHECK": "1",
        "FLY_NO_UPDATE_CHECK": "1",
        "FLY_REGISTRY_HOST": "sim:3",
        "FLY_SEND_METRICS": "0",
        "FLY_SYNTHETICS_AGENT": "0",
        "FLY_TRACE_COLLECTOR_URL": "127.0.0.1",
        "FLY_UIEX_BASE_URL": "http://sim:1",
        "NO_COLOR": "1",
    }


def test_the_token_is_nobody_elses_business():
    """It is given as a secret by who calls, never in a list that is shown."""
    told = " ".join((*argv.environment(ReleaseSettings(), "f"), *argv.deploy(GOAL, "f"), *argv.KEPT))
    assert "TOKEN" not in told.upper()


@pytest.mark.parametrize("name", ["LOG_LEVEL", "DEPLOY_TRIGGER", "FLYCTL_OUTPUT_HAR", "FLY_ACCESS_TOKEN"])
def test_what_would_write_secrets_down_does_not_come_from_the_caller(name):
    """A developer's own variables change nothing."""
    assert name not in argv.KEPT
