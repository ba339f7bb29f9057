"""What flyctl is called with; every choice that it would else make by itself is written down.

Source: superfly/flyctl v0.4.87, internal/command/deploy/deploy.go. There `--vm-*` does not size a machine that exists,
so none of it is given: the size stands in fly.toml.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from pipeline.settings import forms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.release.model import Goal
    from pipeline.settings.model import ReleaseSettings

SKIP = "--skip-release-command"
# Where flyctl keeps its state.
CONFIG_DIR = "FLY_CONFIG_DIR"
# Of the caller's own environment flyctl gets these and nothing else: LOG_LEVEL or FLYCTL_OUTPUT_HAR would write secrets
# into files, DEPLOY_TRIGGER takes an image that nobody can find, FLY_ACCESS_TOKEN wins over the token that is given.
KEPT = (
    "PATH",
    "TMPDIR",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "https_proxy",
    "http_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
)


def deploy(goal: Goal, config: str, *, migrate: bool = True) -> tuple[str, ...]:
    """Return the call that brings a goal to its app.

    Smoke checks cost ten seconds for each machine, and are what sees a program that ends again and again: the health
    checks would wait for it until the time is over.

    Args:
        goal: what has to be reached.
        config: where its fly.toml lies.
        migrate: run its release command; not a second time where an attempt before has already.

    """
    skip = () if migrate else (SKIP,)
    return (*_both(goal, config), f"--strategy={goal.strategy}", "--smoke-checks=true", *skip)


def rollback(goal: Goal, config: str) -> tuple[str, ...]:
    """Return the call that brings back what has been verified before, and does not migrate a second time.

    All machines at once, and nothing waited for: what serves now is broken, and looking is done by ourselves.

    Args:
        goal: the goal of the release that was verified.
        config: where the fly.toml of that release lies.

    """
    return (*_both(goal, config), f"--strategy={forms.IMMEDIATE}", "--smoke-checks=false", SKIP)


def _both(goal: Goal, config: str) -> tuple[str, ...]:
    return (
        "flyctl",
        "deploy",
        f"--app={goal.app}",
        f"--config={config}",
        f"--image={goal.image}",
        # Without it a Docker daemon in reach would be asked first, and the image tagged and pushed anew.
        "--remote-only",
        "--yes",
        # `auto` asks a service of others how often.
        "--deploy-retries=0",
        "--dns-checks=false",
        "--ha=false",
        "--detach=false",
        f"--wait-timeout={ceil(goal.wait)}s",
        f"--release-command-timeout={ceil(goal.migration_wait)}s",
    )


def environment(settings: ReleaseSettings, folder: str) -> Mapping[str, str]:
    """Return the variables of a call, without the token.

    Args:
        settings: where the APIs answer.
        folder: where flyctl keeps its state; it writes values of secrets into it, so it must not outlive the call.

    """
    api = settings.api.rstrip("/")
    return {
        "CI": "1",
        "FLYCTL_STATUSLOGGER_NO_ERROR": "1",
        "FLY_API_BASE_URL": api,
        CONFIG_DIR: folder,
        "FLY_EMIT_RELEASE_JSON": "1",
        "FLY_FLAPS_BASE_URL": settings.machines_api.rstrip("/"),
        "FLY_NO_INCIDENTS_CHECK": "1",
        "FLY_NO_UPDATE_CHECK": "1",
        "FLY_REGISTRY_HOST": settings.registry,
        "FLY_SEND_METRICS": "0",
        "FLY_SYNTHETICS_AGENT": "0",
        # Traces would carry the token over plain HTTP.
        "FLY_TRACE_COLLECTOR_URL": "127.0.0.1",
        "FLY_UIEX_BASE_URL": api,
        "NO_COLOR": "1",
    }
