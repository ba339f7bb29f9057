"""`pipeline releases`: what was released to an environment, and how that compares with the targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import ExitCode
from pipeline.release import records
from pipeline.render import release_text
from pipeline.verbs import fly, output

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `releases` understands."""
    fly.arguments(parser)


def run(words: argparse.Namespace) -> ExitCode:
    """Print them, the newest first."""
    found = fly.asked(words, lambda session, _: session.log.read())
    output.say_json(records.text(found) + "\n") if words.json else output.say(release_text.releases(found))
    return ExitCode.GREEN
