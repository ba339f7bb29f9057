"""`pipeline secrets plan|sync ENV`: what an environment's app has of the secrets that it needs, and bringing them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

from pipeline import errors
from pipeline.errors import ExitCode, PipelineError
from pipeline.fly import providers, secrets_session
from pipeline.fly.secrets_session import Choice
from pipeline.load import settings_of
from pipeline.read.source import read
from pipeline.render import secrets_text
from pipeline.verbs import output, shared

if TYPE_CHECKING:
    import argparse

    from pipeline.fly.secrets_session import Wanted
    from pipeline.release.values import Found

_PARTS = {
    "plan": "print what Fly.io has, what is missing and what `sync` would do; nothing changes",
    "sync": "bring the values to Fly.io, all or none; machines get them with the next deploy",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `secrets` understands."""
    parts = parser.add_subparsers(dest="part", required=True, metavar="plan|sync")
    for name, does in _PARTS.items():
        part = parts.add_parser(name, help=does, description=f"{does[0].upper()}{does[1:]}.")
        part.add_argument("environment", metavar="ENV", help="the entry of `environments` that holds")
        shared.argument_folder(part)
        part.add_argument("--settings", type=Path, metavar="FILE", help="YAML that wins over pipeline.yaml")
        part.add_argument("--app", default="", metavar="NAME", help="one of `apps` alone")
        part.add_argument("--prune", action="store_true", help="delete secrets that nobody declared")
        part.add_argument("--only", action="append", default=[], metavar="NAME", help="set this one alone; may repeat")
        part.add_argument("--json", action="store_true", help="print JSON")


def run(words: argparse.Namespace) -> ExitCode:
    """Print the plan, or what became of it; a plan with a missing secret is red."""
    resolved = settings_of(read(words.folder), shared.choices(words))
    want = secrets_session.wanted(resolved, words.folder)
    name = resolved.settings.release.token
    token = os.environ.get(name)
    if not token:
        raise PipelineError(errors.FLY_DENIED, f"the variable {name} holds no token")
    found = providers.read(want.declared, words.folder, os.environ)
    choice = Choice(prune=words.prune, only=tuple(words.only))
    end = _plan if words.part == "plan" else _sync
    return end(want, found, token, choice, as_json=words.json)


def _plan(want: Wanted, found: Found, token: str, choice: Choice, *, as_json: bool) -> ExitCode:
    plan = anyio.run(secrets_session.planned, want, found, token, choice)
    if as_json:
        output.say_json(secrets_text.plan_json(plan, want.app, want.environment))
    else:
        output.say(secrets_text.plan_text(plan, want.app, want.environment), fitted=False)
    return ExitCode.RED if plan.missing else ExitCode.GREEN


def _sync(want: Wanted, found: Found, token: str, choice: Choice, *, as_json: bool) -> ExitCode:
    plan, staged = anyio.run(secrets_session.synced, want, found, token, choice)
    if as_json:
        output.say_json(secrets_text.staged_json(staged, plan, want.app, want.environment))
    else:
        output.say(secrets_text.staged_text(staged, plan, want.app, want.environment), fitted=False)
    return ExitCode.GREEN
