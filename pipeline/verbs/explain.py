"""`pipeline explain`: what was found out, where it stands, and what is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.app.model import together
from pipeline.errors import ExitCode
from pipeline.load import look, stop_of
from pipeline.render import explain
from pipeline.render.explain import Part
from pipeline.verbs import output, shared

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `explain` understands."""
    shared.arguments_of_settings(parser)
    parser.add_argument("--json", action="store_true", help="print JSON, always of everything")
    part = parser.add_mutually_exclusive_group()
    for name in (Part.FACTS, Part.REMARKS):
        part.add_argument(
            f"--{name.value}", dest="part", action="store_const", const=name, help=f"print the {name.value} alone"
        )
    parser.set_defaults(part=Part.ALL)


def run(words: argparse.Namespace) -> ExitCode:
    """Print every fact; open questions are no error here."""
    seen = look(words.folder, shared.choices(words))
    app = together(tuple(one.app for one in seen))
    if words.json:
        output.say_json(explain.as_json(app))
    else:
        output.say(explain.text(app, stop_of(seen), words.part))
    return ExitCode.GREEN
