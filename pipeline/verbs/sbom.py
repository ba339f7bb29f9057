"""`pipeline sbom`: every package of the application, as CycloneDX or SPDX."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import ExitCode
from pipeline.plan import parts
from pipeline.render import sbom, summary
from pipeline.run import services
from pipeline.verbs import output, runs, shared

if TYPE_CHECKING:
    import argparse

    from pipeline.plan.model import Plan


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `sbom` understands."""
    runs.arguments_of_run(parser)
    shared.arguments_of_audit(parser)
    parser.add_argument(
        "--form", "--format", choices=tuple(sbom.FORMS), default="cyclonedx", help="(default: cyclonedx)"
    )


def run(words: argparse.Namespace) -> ExitCode:
    """Print the document; one that would not be whole is not printed."""
    checked = runs.ready(words, "sbom", _listing)
    with tempfile.TemporaryDirectory(prefix=services.SCRATCH, ignore_cleanup_errors=True) as scratch:
        report, _ = runs.run(checked, words, Path(scratch).resolve(), part=parts.AUDIT)
    if problem := sbom.problem(report, checked.loaded.plan):
        output.note(f"{problem}\n\n{summary.text(report)}")
        return ExitCode.INCOMPLETE
    if lacking := sbom.lacking(checked.loaded.plan):
        output.note(lacking)
    output.say_json(sbom.text(report, words.form))
    return ExitCode.GREEN


def _listing(plan: Plan) -> Plan:
    scans = parts.only(plan, parts.AUDIT)
    return scans.only(frozenset(step.id for step in scans if step.local in sbom.STEPS))
