"""What a release would change, for machines; the text that people read comes with it, so that both are one look."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from pipeline.render import harmless, release_text

if TYPE_CHECKING:
    from pipeline.release.plan import ReleasePlan

SCHEMA = 1


def plan(one: ReleasePlan) -> str:
    """Return a plan with its hash, which is there even when there is nothing to do."""
    told = {
        "schema": SCHEMA,
        "hash": one.hash,
        "unchanged": one.is_unchanged,
        "goal": asdict(one.goal),
        "live": [{"machine": each.id, "digest": each.digest, "state": each.state} for each in one.live.machines],
        "config": one.config,
        "migrations": [{"id": each.id, "because": each.because} for each in one.migrations],
        "secrets": [
            {"name": row.name, "state": row.state.value, "change": row.change.value, "digest": row.digest}
            for row in one.secrets.rows
        ],
        "downtime": one.downtime,
        "refused": one.refused,
        "warnings": one.warnings,
        "text": release_text.plan(one),
    }
    return harmless.json(json.dumps(told, indent=1) + "\n")
