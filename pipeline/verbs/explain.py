"""`pipeline explain`: what was found out, where it stands, and what is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.app.model import together
from pipeline.errors import ExitCode
from pipeline.load import look
from pipeline.render import explain
from pipeline.verbs import output, shared

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `explain` understands."""
    shared.arguments_of_settings(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(words: argparse.Namespace) -> ExitCode:
    """Print every fact; open questions are no error here."""
    app = together(tuple(seen.app for seen in look(words.folder, shared.choices(words))))
    if words.json:
        print(explain.as_json(app), end="")
    else:
        output.say(explain.text(app))
    return ExitCode.GREEN
