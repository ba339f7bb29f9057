"""`pipeline release plan`: what a release would change; nothing is touched."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.errors import ExitCode
from pipeline.release import records
from pipeline.render import release_text
from pipeline.verbs import fly, output

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `release` understands."""
    parser.add_argument("action", choices=("plan",), help="print what would change, and the hash to approve it with")
    fly.arguments(parser)
    fly.argument_of_image(parser)
    fly.argument_of_secrets(parser)


def run(words: argparse.Namespace) -> ExitCode:
    """Print the plan; one that would be refused ends with 2."""
    plan = fly.asked(words, lambda session, image: session.plan(image, bring=words.secrets))
    if words.json:
        told = {
            "schema": 1,
            "hash": plan.hash,
            "unchanged": plan.is_unchanged,
            "goal": records.goal_as_json(plan.goal),
            "live": [{"machine": one.id, "digest": one.digest, "state": one.state} for one in plan.live.machines],
            "config": plan.config,
            "migrations": [{"id": one.id, "because": one.because} for one in plan.migrations],
            "secrets": [
                {"name": row.name, "state": row.state.value, "change": row.change.value, "digest": row.digest}
                for row in plan.secrets.rows
            ],
            "downtime": plan.downtime,
            "refused": plan.refused,
            "warnings": plan.warnings,
        }
        output.say_json(json.dumps(told, indent=1) + "\n")
    else:
        output.say(release_text.plan(plan))
    return ExitCode.CONFIG if plan.refused else ExitCode.GREEN
