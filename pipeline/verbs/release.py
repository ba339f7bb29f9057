"""`pipeline release plan`: what a release would change; nothing is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import ExitCode
from pipeline.render import release_json, release_text
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
        output.say_json(release_json.plan(plan))
    else:
        output.say(release_text.plan(plan))
    return ExitCode.CONFIG if plan.refused else ExitCode.GREEN
