"""`pipeline doctor`: what this machine and this repository lack, and the command that mends it."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.doctor.judge import is_fit, judge
from pipeline.doctor.model import Wanted
from pipeline.doctor.network import addresses
from pipeline.errors import ExitCode, PipelineError
from pipeline.load import look, plan_of
from pipeline.release.choice import is_config
from pipeline.render import doctor_text
from pipeline.run import machine
from pipeline.verbs import output, shared

if TYPE_CHECKING:
    import argparse

arguments = shared.arguments_of_application


def run(words: argparse.Namespace) -> ExitCode:
    """Print each check with what mends it."""
    wanted = _wanted(words)
    checks = judge(machine.read(words.folder, dict(os.environ), addresses(wanted)), wanted)
    if words.json:
        output.say_json(doctor_text.as_json(checks))
    else:
        output.say(doctor_text.text(checks))
    return ExitCode.GREEN if is_fit(checks) else ExitCode.INCOMPLETE


def _wanted(words: argparse.Namespace) -> Wanted:
    """Read the repository as far as it goes; what is wrong with it is a check like any other."""
    feed = words.nuget_feed is not None
    wanted = Wanted(feed=feed)
    try:
        seen = look(words.folder, shared.choices(words))
        releases = any(is_config(path) for path in seen[0].facts.files)
        apps = tuple(one.app for one in seen)
        wanted = Wanted(apps=apps, settings=seen[0].settings, feed=feed, releases=releases)
        return replace(wanted, plan=plan_of(seen, feed=feed).plan)
    except PipelineError as error:
        return replace(wanted, problem=error)
