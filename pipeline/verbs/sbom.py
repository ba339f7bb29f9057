"""`pipeline sbom`: every package of the application, as CycloneDX or SPDX."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import ExitCode
from pipeline.render import sbom, summary
from pipeline.run import services
from pipeline.verbs import audit, output, shared

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `sbom` understands."""
    shared.arguments_of_application(parser)
    shared.argument_token(parser)
    shared.arguments_of_audit(parser)
    parser.add_argument("--on", choices=("auto", "dagger", "host"), default="auto", help="where to run (default: auto)")
    parser.add_argument(
        "--format", "--form", choices=tuple(sbom.FORMS), default="cyclonedx", help="(default: cyclonedx)"
    )
    parser.add_argument("--fresh", action="store_true", help="run green steps again too")


def run(words: argparse.Namespace) -> ExitCode:
    """Print the document; one that would not be whole is not printed."""
    with tempfile.TemporaryDirectory(prefix=services.SCRATCH, ignore_cleanup_errors=True) as scratch:
        report, *_ = audit.scanned(words, Path(scratch).resolve(), only=sbom.STEPS)
    if problem := sbom.problem(report):
        output.note(f"{problem}\n\n{summary.text(report)}")
        return ExitCode.INCOMPLETE
    if not any(step.id.rpartition("/")[2] == "audit.image" for step in report):
        output.note("the image is not in it: that needs containers (--on dagger)")
    output.say_json(sbom.text(report, words.format))
    return ExitCode.GREEN
