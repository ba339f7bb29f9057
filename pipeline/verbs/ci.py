"""`pipeline ci`: run everything, print one verdict, write the evidence."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import ExitCode
from pipeline.render import as_json
from pipeline.run import services
from pipeline.verbs import evidence, output, runs

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `ci` understands."""
    runs.arguments(parser)
    evidence.argument(parser)


def run(words: argparse.Namespace) -> ExitCode:
    """Run the plan where it can run; the exit code is the verdict."""
    checked = runs.ready(words, "ci", lambda plan: plan)
    if words.evidence:
        evidence.prepare(words.evidence)
    with tempfile.TemporaryDirectory(prefix=services.SCRATCH, ignore_cleanup_errors=True) as scratch:
        report, files = runs.run(checked, words, Path(scratch).resolve())
        if words.json:
            output.say_json(as_json.text(report))
        else:
            output.say_report(report, rows_shown=checked.runner == "host")
        if words.evidence:
            evidence.write(words.evidence, report, checked.loaded.plan, files)
            output.note(f"evidence: {words.evidence}")
        elif report.verdict is not ExitCode.GREEN:
            output.note("whole logs and reports: add --evidence DIR")
    return report.verdict
