"""`pipeline status`: what serves in an environment now, beside the release that should."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.errors import ExitCode
from pipeline.render import release_text
from pipeline.verbs import fly, output

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `status` understands."""
    fly.arguments(parser)


def run(words: argparse.Namespace) -> ExitCode:
    """Print it; nothing is judged."""
    live, found = fly.asked(words, lambda session, _: session.status())
    if words.json:
        machines = [
            {"id": one.id, "state": one.state, "digest": one.digest, "release": one.release, "region": one.region}
            for one in live.machines
        ]
        told = {"schema": 1, "machines": machines, "release": found[0].id if found else None}
        output.say_json(json.dumps(told, indent=1) + "\n")
    else:
        output.say(release_text.status(live, found))
    return ExitCode.GREEN
