"""`pipeline deploy`: release an image to an environment, prove that it is what serves, or go back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import ExitCode
from pipeline.render import release_json, release_text
from pipeline.verbs import fly, output

if TYPE_CHECKING:
    import argparse

    from pipeline.fly.session import Session
    from pipeline.release.model import Record


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `deploy` understands."""
    fly.arguments(parser)
    fly.argument_of_image(parser)
    fly.argument_of_secrets(parser)
    parser.add_argument("--approve", default="", metavar="HASH", help="what `release plan` printed: that, or nothing")


def run(words: argparse.Namespace) -> ExitCode:
    """Print what came of it; whatever is not what serves in the end is red."""

    async def released(session: Session, image: str) -> Record:
        return await session.deploy(await session.plan(image, bring=words.secrets), approved=words.approve)

    return told(fly.asked(words, released, changes=True), as_json=words.json)


def told(record: Record, *, as_json: bool) -> ExitCode:
    """Print what came of a release."""
    output.say_json(release_json.record(record)) if as_json else output.say(release_text.record(record))
    return ExitCode.GREEN if record.verdict.is_good else ExitCode.RED
