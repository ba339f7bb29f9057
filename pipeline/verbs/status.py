"""`pipeline status`: what serves in an environment now, beside the release that should."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import ExitCode
from pipeline.render import release_json, release_text
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
        output.say_json(release_json.status(live, found))
    else:
        output.say(release_text.status(live, found))
    return ExitCode.GREEN
