"""`pipeline verify`: whether the last good release of an environment still is what serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.errors import ExitCode, PipelineError
from pipeline.render import release_json, release_text
from pipeline.verbs import fly, output

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `verify` understands."""
    fly.arguments(parser)


def run(words: argparse.Namespace) -> ExitCode:
    """Print what is missing; nothing is changed."""
    record, proof = fly.asked(words, lambda session, _: session.verify())
    if record is None or proof is None:
        raise PipelineError(errors.NOTHING_BEFORE, f"{words.environment}: none yet")
    if words.json:
        output.say_json(release_json.proof(record, proof))
    else:
        output.say(release_text.proof(record, proof))
    return ExitCode.GREEN if proof.ok else ExitCode.RED
