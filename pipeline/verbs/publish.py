"""`pipeline publish`: run everything, and bring the image that it proved to its registry."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import ExitCode
from pipeline.load import require_one, require_step, settings_of
from pipeline.read.source import read
from pipeline.registry.reference import tags_of
from pipeline.registry.session import Access, target
from pipeline.render import as_json, summary
from pipeline.run import place, services
from pipeline.verbs import evidence, output, shared

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from pipeline.judge.model import Report


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
    parser.add_argument("--fresh", action="store_true", help="run green steps again too")
    evidence.argument(parser)


def run(words: argparse.Namespace) -> ExitCode:
    """Print the image by digest; without a green run there is none, and the exit code is the verdict."""
    loaded, env = shared.load_application(words, scans=True), dict(os.environ)
    _require(words, env)
    require_step(loaded.plan, "image")
    place.choose("dagger", env)
    place.require("dagger", loaded, words, env)
    if words.evidence:
        evidence.prepare(words.evidence)
    with tempfile.TemporaryDirectory(prefix=services.SCRATCH, ignore_cleanup_errors=True) as scratch:
        came = place.publish(loaded, words, Path(scratch).resolve(), env)
        if words.evidence and came.report:
            evidence.write(words.evidence, came.report, loaded.plan, came.steps)
            output.note(f"evidence: {words.evidence}")
    if came.error:
        raise came.error
    if came.image:
        output.say_json(came.told) if words.json else output.say(f"{came.image}\n")
    elif came.report:
        _tell(came.report, words)
    return came.report.verdict if came.report else ExitCode.GREEN


def _require(words: argparse.Namespace, env: Mapping[str, str]) -> None:
    """Refuse what cannot end in a registry before anything runs.

    Raises:
        PipelineError: P105 or P112.

    """
    named = (words.nuget_token, words.registry_token, words.signing_key)
    _, registry, signing = (shared.given(name, env) for name in named)
    settings = require_one(settings_of(read(words.folder), shared.choices(words))).publish
    access = Access.of(settings, registry, signing)
    target(settings, access, shared.public_key(words.folder, settings.public_key))
    tags_of(words.tag)


def _tell(report: Report, words: argparse.Namespace) -> None:
    """Say why there is no image; standard output is for its name alone."""
    output.note(summary.text(report).rstrip())
    if words.json:
        output.say_json(as_json.text(report))
    if not words.evidence:
        output.note("whole logs and reports: add --evidence DIR")
