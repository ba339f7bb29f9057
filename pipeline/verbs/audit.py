"""`pipeline audit`: the security scans and what they need, judged by the gates."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.plan import audits
from pipeline.render import as_json
from pipeline.run import place, services
from pipeline.verbs import evidence, output, shared

if TYPE_CHECKING:
    import argparse

    from pipeline.errors import ExitCode
    from pipeline.judge.model import Report
    from pipeline.plan.model import Plan


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `audit` understands."""
    shared.arguments_of_application(parser)
    shared.argument_token(parser)
    shared.arguments_of_audit(parser)
    parser.add_argument("--on", choices=("auto", "dagger", "host"), default="auto", help="where to run (default: auto)")
    parser.add_argument("--evidence", type=Path, metavar="DIR", help="write every report there")
    parser.add_argument("--fresh", action="store_true", help="run green steps again too")


def run(words: argparse.Namespace) -> ExitCode:
    """Scan; the exit code is the verdict."""
    with tempfile.TemporaryDirectory(prefix=services.SCRATCH, ignore_cleanup_errors=True) as scratch:
        if words.evidence:
            evidence.prepare(words.evidence)
        report, files, plan = scanned(words, Path(scratch).resolve())
        if words.json:
            output.say_json(as_json.text(report))
        else:
            output.say_report(report, rows_shown=report.where != "dagger")
        if words.evidence:
            evidence.write(words.evidence, report, plan, files)
    return report.verdict


def scanned(words: argparse.Namespace, scratch: Path, only: tuple[str, ...] = ()) -> tuple[Report, Path, Plan]:
    """Run the scans, or some of them; return the report, the folder of each step's files, and the plan."""
    env = dict(os.environ)
    loaded = shared.load_application(words, scans=True)
    choice = place.choose(words.on, env)
    plan = audits.only(shared.plan_there(loaded.plan, choice.runner))
    loaded = replace(loaded, plan=plan.only(frozenset(s.id for s in plan if s.local in only)) if only else plan)
    output.note(f"pipeline audit: {loaded.plan.app} on {choice.why}")
    env = place.require(choice.runner, loaded, words, env)
    if choice.runner == "dagger":
        return *place.on_dagger(loaded, words, scratch, env, part="audit"), loaded.plan
    return *place.on_host(loaded, words, scratch, env), loaded.plan
