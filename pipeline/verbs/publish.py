"""`pipeline publish`: run everything, and bring the image that it proved to its registry."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.errors import ExitCode, PipelineError
from pipeline.run import place, services
from pipeline.verbs import output, shared

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `publish` understands."""
    shared.arguments_of_application(parser)
    shared.argument_token(parser)
    shared.argument_of_registry(parser)
    shared.argument_of_signing(parser)
    shared.arguments_of_audit(parser)
    parser.add_argument(
        "--tag", action="append", default=[], help="a name that it gets; the first is its version (default: its commit)"
    )


def run(words: argparse.Namespace) -> ExitCode:
    """Print the image by digest; without a green run there is none."""
    loaded, env = shared.load_application(words, scans=True), dict(os.environ)
    place.choose("dagger", env)
    place.require("dagger", loaded, words, env)
    for name in (words.nuget_token, words.registry_token, words.signing_key):
        if name and name not in env:
            raise PipelineError(errors.SECRET_MISSING, f"env://{name}: there is no such variable")
    command = [*place.calling(words), "publish", *(f"--tag={tag}" for tag in words.tag)]
    with tempfile.TemporaryFile(prefix=services.SCRATCH) as out:
        called = place.wait_for(command, words.folder, env, place.limit(loaded.plan), out)
        out.seek(0)
        reference = out.read().decode("utf-8", "replace").strip()
    if called.returncode:
        return ExitCode.RED
    output.say(f"{reference}\n")
    return ExitCode.GREEN
