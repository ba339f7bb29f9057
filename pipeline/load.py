"""From a folder to App, Settings and Plan: what both facades do before anything runs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from pipeline import errors
from pipeline.app.discover import discover
from pipeline.app.discover.remarks.look import look as remarks_on
from pipeline.errors import PipelineError
from pipeline.plan.make import make
from pipeline.read import tools
from pipeline.read.source import read
from pipeline.settings.load import FILE, resolve

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from datetime import date
    from pathlib import Path

    from pipeline.app.facts import Facts
    from pipeline.app.model import App
    from pipeline.plan.model import Plan
    from pipeline.settings.load import Resolved
    from pipeline.settings.model import Settings


MISTAKEN = "pipeline.yml"
T = TypeVar("T")


def require_secrets(plan: Plan, given: Container[str]) -> None:
    """Refuse a plan whose steps want a secret that nobody gave.

    Raises:
        PipelineError: P112.

    """
    missing = sorted({name for step in plan for name in step.secrets if name not in given})
    if missing:
        raise PipelineError(errors.SECRET_MISSING, ", ".join(missing))


def secrets_of(settings: Settings, token: T | None) -> dict[str, T]:
    """Return the secrets of a call by the names that the settings give them.

    Raises:
        PipelineError: P105 when there is a token, and nothing that would use it.

    """
    if token is None:
        return {}
    if not settings.nuget.secret:
        problem = "--nuget-token: expected `nuget.secret` to name it, got no such name in the settings"
        raise PipelineError(errors.SETTINGS_INVALID, problem)
    return {settings.nuget.secret: token}


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a source tree holds, with questions still open."""

    facts: Facts
    settings: Settings
    app: App


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """Everything known before the first step."""

    app: App
    settings: Settings
    plan: Plan


def settings_of(facts: Facts, *, overlays: Sequence[tuple[str, str]] = (), environment: str = "") -> Resolved:
    """Return the settings of a source tree, with their origins.

    Raises:
        PipelineError: P105 or P108.

    """
    if FILE in facts.unreadable:
        raise PipelineError(errors.UNREADABLE, f"{FILE}: {facts.unreadable[FILE]}")
    if MISTAKEN in facts.files:
        raise PipelineError(errors.SETTINGS_INVALID, f"{MISTAKEN}: expected the name {FILE}; nothing would read it")
    return resolve(facts.texts.get(FILE), overlays, environment)


def look(
    folder: Path,
    *,
    overlays: Sequence[tuple[str, str]] = (),
    environment: str = "",
    names: Sequence[str] | None = None,
    today: date | None = None,
) -> Seen:
    """Read a source tree and describe it.

    Args:
        folder: the source root.
        overlays: pairs of an origin and a YAML text that win over pipeline.yaml.
        environment: the entry of `environments` that holds, or empty.
        names: all files of the source, where `folder` holds only what discovery reads.
        today: for what depends on the day; the day of the call when none is given.

    Raises:
        PipelineError: a file is broken, the settings are wrong, or nothing was found; never because it is ambiguous.

    """
    facts = read(folder, names)
    settings = settings_of(facts, overlays=overlays, environment=environment).settings
    app = discover(facts, settings)
    said = remarks_on(facts, app, today or datetime.now(UTC).date())
    return Seen(facts=facts, settings=settings, app=replace(app, remarks=(*app.remarks, *said)))


def load(
    folder: Path,
    *,
    overlays: Sequence[tuple[str, str]] = (),
    environment: str = "",
    feed: bool = False,
    names: Sequence[str] | None = None,
    today: date | None = None,
) -> Loaded:
    """Read a source tree and plan it.

    Args:
        folder: the source root.
        overlays: pairs of an origin and a YAML text that win over pipeline.yaml.
        environment: the entry of `environments` that holds, or empty.
        feed: whether a folder of NuGet packages will be given to the runner.
        names: all files of the source, where `folder` holds only what discovery reads.
        today: the day that ends of support are measured by; None for the clock's.

    Raises:
        PipelineError: for every mistake that a user can mend (ids P101 to P112).

    """
    return plan_of(look(folder, overlays=overlays, environment=environment, names=names, today=today), feed=feed)


def plan_of(seen: Seen, *, feed: bool = False) -> Loaded:
    """Plan what was seen.

    Raises:
        PipelineError: a question is open, or something that a step needs is missing.

    """
    plan = make(seen.app, seen.settings, tools.images(), feed=feed)
    return Loaded(app=seen.app, settings=seen.settings, plan=plan)
