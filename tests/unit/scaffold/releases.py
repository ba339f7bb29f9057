from __future__ import annotations

from typing import Any

from pipeline.scaffold.model import Deployment, Target


def target(environment: str = "production", **more: Any) -> Target:
    """Return an environment as it usually is: production asks, and follows the main branch."""
    production = environment == "production"
    fields: dict[str, Any] = {
        "branch": "main" if production else "develop",
        "approval": production,
        "url": f"https://shop-{environment}.fly.dev",
        "registry": "GITHUB_TOKEN",
    }
    return Target(environment=environment, **(fields | more))


def deployment(*targets: Target, **more: Any) -> Deployment:
    """Return the way of one application, by default to staging and production."""
    fields: dict[str, Any] = {"targets": targets or (target("staging"), target()), "registry": "GITHUB_TOKEN"}
    return Deployment(**(fields | more))
