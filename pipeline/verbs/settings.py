"""`pipeline settings`: every key, its value and who says so."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from pipeline.errors import ExitCode
from pipeline.load import settings_of
from pipeline.read.source import read
from pipeline.render import settings_text
from pipeline.settings import schema
from pipeline.verbs import output, shared

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `settings` understands."""
    shared.arguments_of_settings(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--schema", action="store_true", help="print the JSON schema of pipeline.yaml, for editors")


def run(words: argparse.Namespace) -> ExitCode:
    """Print the settings that hold; no application needs to be there."""
    if words.schema:
        reference = resources.files("pipeline.settings").joinpath("reference.yaml").read_text(encoding="utf-8")
        output.say_json(schema.text(reference))
        return ExitCode.GREEN
    resolved = settings_of(read(words.folder), shared.choices(words))
    if words.json:
        output.say_json(settings_text.as_json(resolved))
    else:
        output.say(settings_text.text(resolved), fitted=False)
    return ExitCode.GREEN
