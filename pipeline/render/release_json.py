"""Releases for machines: what one would change, whether one still serves, and what does."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from pipeline.release import decide, records
from pipeline.render import harmless, release_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.release.model import Live, Place, Proof, Record
    from pipeline.release.plan import ReleasePlan

SCHEMA = 1


def plan(one: ReleasePlan) -> str:
    """Return a plan with its hash, which is there even when there is nothing to do.

    The text that people read comes with it, so that both are one look.
    """
    told: dict[str, object] = {
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
    return _text(told)


def record(one: Record) -> str:
    """Return what came of a release as its log has it, and what was seen of a red one, which the log has not."""
    return _text({"schema": records.SCHEMA, "releases": [records.told(one) | {"seen": one.seen}]})


def proof(one: Record, found: Proof) -> str:
    """Return whether a release still is what serves."""
    told = {"release": one.id, "ok": found.ok, "missing": found.misses, "seen": found.seen, "looks": found.looks}
    return _text({"schema": SCHEMA, **told})


def status(live: Live, listed: Sequence[Record], place: Place) -> str:
    """Return what serves, the last release that was verified, which should, and the latest, however it ended."""
    verified = decide.last_verified(listed)
    told: dict[str, object] = {
        "schema": SCHEMA,
        "environment": place.environment,
        "app": place.app,
        "url": place.url,
        "machines": [
            {
                "id": one.id,
                "state": one.state,
                "digest": one.digest,
                "release": one.release,
                "region": one.region,
                "checks": [{"name": check.name, "status": check.status} for check in one.checks],
            }
            for one in live.machines
        ],
        "verified": verified.id if verified else None,
        "latest": {"id": listed[0].id, "verdict": listed[0].verdict.value} if listed else None,
    }
    return _text(told)


def _text(told: dict[str, object]) -> str:
    return harmless.json(json.dumps(told, indent=1) + "\n")
