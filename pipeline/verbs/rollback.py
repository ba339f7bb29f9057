"""`pipeline rollback`: go back to a release that was verified, and verify it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.verbs import deploy, fly

if TYPE_CHECKING:
    import argparse

    from pipeline.errors import ExitCode
    from pipeline.fly.session import Session
    from pipeline.release.model import Record


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `rollback` understands."""
    fly.arguments(parser)
    told = "what `releases` lists, its image, or the beginning of its digest (default: the last good one before)"
    parser.add_argument("release", nargs="?", default="", metavar="RELEASE", help=told)
    parser.add_argument("--accept-loss", action="store_true", help="also past migrations that it does not survive")


def run(words: argparse.Namespace) -> ExitCode:
    """Print what came of it."""

    async def gone_back(session: Session, _: str) -> Record:
        return await session.back(words.release, accept_loss=words.accept_loss)

    record = fly.asked(words, gone_back, changes=True)
    return deploy.told(record, as_json=words.json)
