"""`pipeline promote`: copy a published image to where it is released from, if what is kept beside it proves it."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

from pipeline import errors
from pipeline.errors import ExitCode, PipelineError
from pipeline.load import settings_of
from pipeline.read.source import read
from pipeline.registry.reference import parse
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
    settings = settings_of(read(words.folder), shared.choices(words)).settings.publish
    token = os.environ.get(words.registry_token) if words.registry_token else None
    if words.registry_token and token is None:
        raise PipelineError(errors.SECRET_MISSING, f"env://{words.registry_token}: there is no such variable")
    access, image, to = Access.of(settings, token), parse(words.image), parse(words.to)
    key = _public_key(words.folder, settings.public_key)
    done = anyio.run(lambda: promoting(access, image, to, now=time.time(), max_age_days=days(settings), key=key))
    if words.json:
        said = {"schema": 1, "image": done.reference, "tags": done.tags, "sent": done.sent, "documents": done.documents}
        output.say_json(json.dumps(said, indent=1) + "\n")
    else:
        output.say(f"{done.reference}\n")
    return ExitCode.GREEN


def _public_key(folder: Path, name: str) -> tuple[str, str] | None:
    """Return the key that has to have signed it, and where it stands."""
    return (shared.text_of(folder / name, f"publish.public_key: {name}"), name) if name else None
