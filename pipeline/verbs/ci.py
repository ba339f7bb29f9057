"""`pipeline ci`: run everything, print one verdict, write the evidence."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.errors import ExitCode, PipelineError
from pipeline.render import as_json
from pipeline.run import place, services
from pipeline.verbs import evidence, output, shared

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `ci` understands."""
    shared.arguments_of_application(parser)
    shared.argument_token(parser)
    shared.arguments_of_audit(parser)
    parser.add_argument("--on", choices=("auto", "dagger", "host"), default="auto", help="where to run (default: auto)")
    parser.add_argument("--evidence", type=Path, metavar="DIR", help="write every report there")
    parser.add_argument("--fresh", action="store_true", help="run green steps again too")


def run(words: argparse.Namespace) -> ExitCode:
    """Run the plan where it can run; the exit code is the verdict."""
    if words.nuget_feed and not words.nuget_feed.is_dir():
        raise PipelineError(errors.UNREADABLE, f"--nuget-feed {words.nuget_feed}: no such folder")
    loaded = shared.load_application(words, scans=True)
    env = dict(os.environ)
    choice = place.choose(words.on, env)
    loaded = replace(loaded, plan=shared.plan_there(loaded.plan, choice.runner))
    output.note(f"pipeline ci: {loaded.plan.app} on {choice.why}")
    env = place.require(choice.runner, loaded, words, env)
    if words.evidence:
        evidence.prepare(words.evidence)
    with tempfile.TemporaryDirectory(prefix=services.SCRATCH, ignore_cleanup_errors=True) as scratch:
        on = place.on_dagger if choice.runner == "dagger" else place.on_host
        report, files = on(loaded, words, Path(scratch).resolve(), env)
        if words.json:
            output.say_json(as_json.text(report))
        else:
            output.say_report(report, rows_shown=choice.runner == "host")
        if words.evidence:
            evidence.write(words.evidence, report, loaded.plan, files)
            output.note(f"evidence: {words.evidence}")
        elif report.verdict is not ExitCode.GREEN:
            output.note("whole logs and reports: add --evidence DIR")
    return report.verdict
