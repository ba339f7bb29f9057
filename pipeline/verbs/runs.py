"""A run of a plan, as `ci`, its parts and `sbom` start it: everything is refused before anything is touched."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import ExitCode
from pipeline.plan import parts
from pipeline.render import as_json
from pipeline.run import place, services
from pipeline.verbs import evidence, output, shared

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping

    from pipeline.judge.model import Report
    from pipeline.load import Loaded
    from pipeline.plan.model import Plan


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what a run with security scans understands."""
    arguments_of_part(parser)
    shared.arguments_of_audit(parser)


def arguments_of_part(parser: argparse.ArgumentParser) -> None:
    """Add what every judged run understands."""
    arguments_of_run(parser)
    evidence.argument(parser)


def arguments_of_run(parser: argparse.ArgumentParser) -> None:
    """Add what every run understands."""
    shared.arguments_of_application(parser)
    shared.argument_token(parser)
    parser.add_argument("--on", choices=("auto", "dagger", "host"), default="auto", help="where to run (default: auto)")
    parser.add_argument("--fresh", action="store_true", help="run green steps again too")


def judged(words: argparse.Namespace, *, verb: str, part: str = "") -> ExitCode:
    """Run a plan, or a part of it, where it can run; the exit code is the verdict."""
    checked = ready(words, verb, lambda plan: parts.only(plan, part), scans=parts.scans(part))
    if words.evidence:
        evidence.prepare(words.evidence)
    with tempfile.TemporaryDirectory(prefix=services.SCRATCH, ignore_cleanup_errors=True) as scratch:
        report, files = run(checked, words, Path(scratch).resolve(), part=part)
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


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A run that nothing stands against: what it runs, where, and with which environment."""

    loaded: Loaded
    runner: str
    env: Mapping[str, str]


def ready(words: argparse.Namespace, verb: str, narrowed: Callable[[Plan], Plan], *, scans: bool = True) -> Ready:
    """Read, plan and check what the words ask for.

    Args:
        words: the command line.
        verb: what a person reads it is.
        narrowed: gives the part of the plan that the verb runs.
        scans: whether the security scans are part of the plan.

    Raises:
        PipelineError: for every mistake that can be seen before the first step.

    """
    loaded = shared.load_application(words, scans=scans)
    env = dict(os.environ)
    choice = place.choose(words.on, env)
    loaded = replace(loaded, plan=narrowed(shared.plan_there(loaded.plan, choice.runner)))
    output.note(f"pipeline {verb}: {loaded.plan.app} on {choice.why}")
    return Ready(loaded=loaded, runner=choice.runner, env=place.require(choice.runner, loaded, words, env))


def run(checked: Ready, words: argparse.Namespace, scratch: Path, *, part: str = "") -> tuple[Report, Path]:
    """Return the report and the folder of each step's files; `part` is that of the module's `evidence`."""
    if checked.runner == "dagger":
        return place.on_dagger(checked.loaded, words, scratch, checked.env, part=part)
    return place.on_host(checked.loaded, words, scratch, checked.env)
