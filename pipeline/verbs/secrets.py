"""`pipeline secrets plan|sync ENV`: what an environment's app has of the secrets that it needs, and bringing them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import anyio

from pipeline.errors import ExitCode
from pipeline.fly import providers, secrets_session
from pipeline.fly.secrets_session import Asked, Choice
from pipeline.render import secrets_text
from pipeline.verbs import fly, output, shared

if TYPE_CHECKING:
    import argparse

_PARTS = {
    "plan": "print what Fly.io has, what is missing and what `sync` would do; nothing changes",
    "sync": "bring the values to Fly.io, all or none; machines get them with the next deploy",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `secrets` understands."""
    parts = parser.add_subparsers(dest="part", required=True, metavar="plan|sync")
    for name, does in _PARTS.items():
        part = parts.add_parser(name, help=does, description=f"{does[0].upper()}{does[1:]}.")
        fly.arguments(part)
        part.add_argument("--prune", action="store_true", help="delete secrets that nobody declared")
        part.add_argument("--only", action="append", default=[], metavar="NAME", help="set this one alone; may repeat")


def run(words: argparse.Namespace) -> ExitCode:
    """Print the plan, or what became of it; a plan with a missing secret is red."""
    env = dict(os.environ)
    ready = fly.wanted_of(words)
    asked = Asked(
        wanted=ready,
        found=providers.read(dict(ready.settings.secrets), words.folder, env),
        token=fly.token_of(ready, env),
        access=secrets_session.access_of(ready.publish, shared.given(words.registry_token, env)),
        choice=Choice(prune=words.prune, only=tuple(words.only)),
    )
    return (_plan if words.part == "plan" else _sync)(asked, as_json=words.json)


def _plan(asked: Asked, *, as_json: bool) -> ExitCode:
    plan = anyio.run(secrets_session.planned, asked)
    where = asked.wanted.name, asked.wanted.environment
    if as_json:
        output.say_json(secrets_text.plan_json(plan, *where))
    else:
        output.say(secrets_text.plan_text(plan, *where), fitted=False)
    return ExitCode.RED if plan.missing else ExitCode.GREEN


def _sync(asked: Asked, *, as_json: bool) -> ExitCode:
    plan, staged = anyio.run(secrets_session.synced, asked)
    where = asked.wanted.name, asked.wanted.environment
    if as_json:
        output.say_json(secrets_text.staged_json(staged, plan, *where))
    else:
        output.say(secrets_text.staged_text(staged, plan, *where), fitted=False)
    return ExitCode.GREEN
