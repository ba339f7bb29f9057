"""A run of a plan, as `ci`, `audit` and `sbom` start it: everything is refused before anything is touched."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.run import place
from pipeline.verbs import output, shared

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pipeline.judge.model import Report
    from pipeline.load import Loaded
    from pipeline.plan.model import Plan


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what every run understands."""
    shared.arguments_of_application(parser)
    shared.argument_token(parser)
    shared.arguments_of_audit(parser)
    parser.add_argument("--on", choices=("auto", "dagger", "host"), default="auto", help="where to run (default: auto)")
    parser.add_argument("--fresh", action="store_true", help="run green steps again too")


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A run that nothing stands against: what it runs, where, and with which environment."""

    loaded: Loaded
    runner: str
    env: Mapping[str, str]


def ready(words: argparse.Namespace, verb: str, narrowed: Callable[[Plan], Plan]) -> Ready:
    """Read, plan and check what the words ask for.

    Args:
        words: the command line.
        verb: what a person reads it is.
        narrowed: gives the part of the plan that the verb runs.

    Raises:
        PipelineError: for every mistake that can be seen before the first step.

    """
    loaded = shared.load_application(words, scans=True)
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
