"""`pipeline rollback`: go back to a release that was verified, and verify it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.verbs import deploy, fly

if TYPE_CHECKING:
    import argparse

    from pipeline.errors import ExitCode


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `rollback` understands."""
    fly.arguments(parser)
    told = "what `releases` lists, or the beginning of its digest (default: the last good one before)"
    parser.add_argument("release", nargs="?", default="", metavar="RELEASE", help=told)
    parser.add_argument("--accept-loss", action="store_true", help="also past migrations that it does not survive")


def run(words: argparse.Namespace) -> ExitCode:
    """Print what came of it."""
    record = fly.asked(words, lambda session, _: session.back(words.release, accept_loss=words.accept_loss))
    return deploy.told(record, as_json=words.json)
