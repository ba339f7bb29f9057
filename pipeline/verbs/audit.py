"""`pipeline audit`: the security scans and what they need, judged by the gates."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.plan import audits
from pipeline.render import as_json
from pipeline.run import services
from pipeline.verbs import evidence, output, runs

if TYPE_CHECKING:
    import argparse

    from pipeline.errors import ExitCode

PART = "audit"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `audit` understands."""
    runs.arguments(parser)
    evidence.argument(parser)


def run(words: argparse.Namespace) -> ExitCode:
    """Scan; the exit code is the verdict."""
    checked = runs.ready(words, "audit", audits.only)
    if words.evidence:
        evidence.prepare(words.evidence)
    with tempfile.TemporaryDirectory(prefix=services.SCRATCH, ignore_cleanup_errors=True) as scratch:
        report, files = runs.run(checked, words, Path(scratch).resolve(), part=PART)
        if words.json:
            output.say_json(as_json.text(report))
        else:
            output.say_report(report, rows_shown=checked.runner == "host")
        if words.evidence:
            evidence.write(words.evidence, report, checked.loaded.plan, files)
            output.note(f"evidence: {words.evidence}")
    return report.verdict
