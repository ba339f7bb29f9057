"""`pipeline promote`: copy a published image to where it is released from, if what is kept beside it proves it."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

from pipeline.errors import ExitCode
from pipeline.load import require_one, settings_of
from pipeline.read.source import read
from pipeline.registry.reference import source_and_target
from pipeline.registry.session import Access, days, promoting
from pipeline.verbs import output, shared

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `promote` understands."""
    parser.add_argument("image", help="what `publish` printed, or its name with a tag")
    parser.add_argument("to", help="the repository, and the tag that it gets there")
    parser.add_argument(
        "--folder", default=".", type=Path, help="the application's folder, for its settings (default: here)"
    )
    shared.arguments_of_overlays(parser)
    shared.argument_of_registry(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(words: argparse.Namespace) -> ExitCode:
    """Print the image by digest, as it is there now."""
    settings = require_one(settings_of(read(words.folder), shared.choices(words))).publish
    access = Access.of(settings, shared.given(words.registry_token, os.environ))
    image, to = source_and_target(words.image, words.to)
    key = shared.public_key(words.folder, settings.public_key)
    done = anyio.run(lambda: promoting(access, image, to, now=time.time(), max_age_days=days(settings), key=key))
    if words.json:
        output.say_json(done.as_json())
    else:
        output.say(f"{done.reference}\n")
    return ExitCode.GREEN
