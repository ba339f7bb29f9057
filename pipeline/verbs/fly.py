"""What the verbs on an environment of Fly.io share: their arguments, and the session that they ask."""

from __future__ import annotations

import getpass
import os
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import anyio

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.fly import providers, wanted
from pipeline.fly.session import Caller, opened
from pipeline.load import look
from pipeline.plan.identity import SHORT
from pipeline.read import git
from pipeline.registry.session import Access
from pipeline.run.flyctl import HostFlyctl
from pipeline.verbs import output, shared

if TYPE_CHECKING:
    import argparse
    from collections.abc import Awaitable, Callable, Mapping

    from pipeline.fly.session import Session
    from pipeline.fly.wanted import Wanted

T = TypeVar("T")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what every verb on an environment understands."""
    parser.add_argument("environment", metavar="ENV", help="the entry of `environments` in pipeline.yaml")
    parser.add_argument("--folder", default=".", type=Path, help="the application's folder (default: here)")
    parser.add_argument("--settings", type=Path, metavar="FILE", help="YAML that wins over pipeline.yaml")
    parser.add_argument("--app", default="", metavar="NAME", help="one of `apps`")
    parser.add_argument("--json", action="store_true", help="print JSON")
    shared.argument_of_registry(parser)


def argument_of_image(parser: argparse.ArgumentParser) -> None:
    """Add the image that is released."""
    told = "what `publish` printed, or a tag or digest in `publish.repository` (default: the image of this commit)"
    parser.add_argument("image", nargs="?", default="", metavar="IMAGE", help=told)


def argument_of_secrets(parser: argparse.ArgumentParser) -> None:
    """Add which secrets come with a release."""
    told = "set every secret that has a source in `release.secrets` too (default: those that Fly.io has not)"
    parser.add_argument("--secrets", action="store_true", help=told)


def asked(words: argparse.Namespace, question: Callable[[Session, str], Awaitable[T]], *, changes: bool = False) -> T:
    """Ask a session of the environment; the question gets the name of the image that is meant.

    Args:
        words: what the caller gave.
        question: what is asked.
        changes: whether flyctl is needed for the answer.

    Raises:
        PipelineError: P112 without a token, P107 without a flyctl that is needed, and whatever the session raises.

    """
    env = dict(os.environ)
    ready = wanted_of(words)
    token = token_of(ready, env)
    flyctl = HostFlyctl(token=token, env=env)
    if changes:
        flyctl.require()
    caller = Caller(
        access=Access.of(ready.publish, shared.given(words.registry_token, env)),
        token=token,
        flyctl=flyctl,
        tell=output.note,
        by=_who(env),
        values=providers.read(dict(ready.settings.secrets), words.folder, env),
        key=shared.public_key(words.folder, ready.publish.public_key),
    )

    async def one() -> T:
        async with opened(ready, caller) as session:
            return await question(session, _image(words, ready))

    return anyio.run(one)


def wanted_of(words: argparse.Namespace) -> Wanted:
    """Return the application that is meant, and where it is released to."""
    seen = look(words.folder, shared.choices(words))
    return wanted.of(seen, words.environment, words.app, lambda path: shared.read(words.folder / path))


def token_of(ready: Wanted, env: Mapping[str, str]) -> str:
    """Return the token of the app.

    Raises:
        PipelineError: P112.

    """
    name = ready.settings.token
    token = env.get(name, "").strip()
    if not token:
        how = f"`fly tokens create deploy -a {ready.name} -x 720h` makes one"
        raise PipelineError(errors.SECRET_MISSING, f"the variable {name} holds no token of {ready.name}; {how}")
    return token


def _image(words: argparse.Namespace, ready: Wanted) -> str:
    named = getattr(words, "image", None)
    if named or named is None:
        return wanted.meant(named or "", ready.publish.repository)
    commit = git.text(words.folder, "rev-parse", "HEAD").strip()
    if not commit or not ready.publish.repository:
        problem = (
            "IMAGE: expected what `publish` printed; without git or `publish.repository` there is none to be found"
        )
        raise PipelineError(errors.SETTINGS_INVALID, problem)
    return f"{ready.publish.repository}:{commit[:SHORT]}"


def _who(env: dict[str, str]) -> str:
    named = env.get("GITHUB_ACTOR") or env.get("GITLAB_USER_LOGIN")
    try:
        return named or getpass.getuser()
    except (KeyError, OSError):
        return ""
