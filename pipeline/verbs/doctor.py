"""`pipeline doctor`: what this machine and this repository lack, and the command that mends it."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.doctor.judge import is_fit, judge
from pipeline.doctor.model import Releases, Wanted
from pipeline.doctor.network import addresses
from pipeline.errors import ExitCode, PipelineError
from pipeline.load import look, plan_of
from pipeline.render import doctor_text
from pipeline.run import machine
from pipeline.run.sites import site_of
from pipeline.verbs import output, shared

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from pipeline.load import Seen

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
        apps = tuple(one.app for one in seen)
        wanted = Wanted(apps=apps, settings=seen[0].settings, feed=feed, releases=tuple(_releases(words, seen)))
        return replace(wanted, plan=plan_of(seen, feed=feed).plan)
    except PipelineError as error:
        return replace(wanted, problem=error)


def _releases(words: argparse.Namespace, seen: Sequence[Seen]) -> Iterator[Releases]:
    """Yield each application that is released somewhere, with its environments."""
    for one in seen:
        choices = replace(shared.choices(words), app=one.key, environment="")
        site = site_of(one.facts, choices, one.app, alone=not one.key)
        if site:
            texts = dict(one.facts.texts)
            for path in {item.toml for item in site.environments} & one.facts.files:
                # One that cannot be read is missing for that environment, and no trouble of `ci`.
                with suppress(PipelineError):
                    texts[path] = shared.read(words.folder / path, path)
            yield Releases(app=one.app, environments=site.environments, texts=texts, key=one.key)
