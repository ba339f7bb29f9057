"""The secrets of an app on Fly.io: what is to be done, and doing it.

Values go to Fly in one request, all of them or none, by the API itself: `flyctl secrets import` would change some, and
write each into a log. They reach a machine with its next change; `minimum` makes flyctl demand that.
"""

from __future__ import annotations

import json
import secrets as chance
from typing import TYPE_CHECKING

import anyio

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.release import secrets
from pipeline.release.secrets import Staged

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pipeline.fly.client import FlyApp
    from pipeline.release.secrets import SecretsPlan
    from pipeline.release.values import Found, Value

LOOKS, BETWEEN = 4, 0.5


async def look(  # what is wanted, and what is at hand for it
    app: FlyApp,
    declared: Mapping[str, str],
    found: Found,
    *,
    recorded: Mapping[str, str] | None = None,
    prune: bool = False,
    only: Collection[str] = (),
) -> SecretsPlan:
    """Return what is to be done; see `pipeline.release.secrets.plan`.

    Raises:
        PipelineError: P132, P133 or P413 from Fly.

    """
    return secrets.plan(declared, await app.secrets(), found, recorded=recorded, prune=prune, only=only)


async def stage(app: FlyApp, plan: SecretsPlan, values: Mapping[str, Value]) -> Staged:
    """Do it, and look whether it is done; machines get it with the next change of each.

    Twice is as good as once, so whoever was interrupted begins again.

    Args:
        app: the app.
        plan: what is to be done.
        values: at least those that it sets.

    Raises:
        PipelineError: P132, P133 or P413 from Fly, P413 too when it does not show what it was told.

    """
    before = plan.digests
    changes = {name: values[name].reveal() for name in plan.to_set} | dict.fromkeys(plan.to_delete)
    if not changes:
        return Staged(digests=tuple(sorted(before.items())))
    version = await app.set_secrets(changes)
    if not version:
        raise PipelineError(errors.FLY_SILENT, "setting its secrets: the answer holds no version of them")
    after = await _after(app, version, plan)
    different = {name for name in before | after if before.get(name) != after.get(name)}
    return Staged(
        version=version,
        digests=tuple(sorted(after.items())),
        changed=tuple(sorted(name for name in different if name in after)),
        same=tuple(name for name in plan.to_set if name not in different),
        deleted=plan.to_delete,
    )


async def _after(app: FlyApp, version: int, plan: SecretsPlan) -> dict[str, str]:
    """Return the digests as they are now; an answer from before is asked for again."""
    wrong: list[str] = []
    for attempt in range(LOOKS):
        await anyio.sleep(BETWEEN * attempt)
        found = await app.secrets(version)
        wrong = [name for name in plan.to_set if name not in found] + [name for name in plan.to_delete if name in found]
        if not wrong:
            return found
    raise PipelineError(errors.FLY_SILENT, f"set its secrets, and does not show it: {', '.join(wrong)}")


async def newest(app: FlyApp) -> int:
    """Return the version that holds whatever anybody has set so far.

    As `flyctl secrets sync` does: only who takes one away is told it, and there is none of this name.
    """
    return await app.set_secrets({f"BogusDummySecret_{chance.token_hex(8)}": None})


def minimum(version: int, app: str) -> str:
    """Return the config.yml for FLY_CONFIG_DIR with which flyctl lets no machine have older secrets; empty for 0.

    A number alone would be no name to YAML, so the app stands in quotes.
    """
    return json.dumps({"app_secrets_minvers": {app: version}}) + "\n" if version else ""
