"""`pipeline plan`: the steps and their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import ExitCode
from pipeline.render import plan_text
from pipeline.verbs import output, shared

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `plan` understands."""
    shared.arguments_of_application(parser)
    shared.arguments_of_audit(parser)


def run(words: argparse.Namespace) -> ExitCode:
    """Print the plan; nothing runs."""
    loaded = shared.load_application(words, scans=True)
    if words.json:
        output.say_json(plan_text.as_json(loaded.app, loaded.plan, words.environment))
    else:
        output.say(plan_text.text(loaded.app, loaded.plan, words.environment))
    return ExitCode.GREEN
