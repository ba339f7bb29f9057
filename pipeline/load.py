"""From a folder to App, Settings and Plan: what both facades do before anything runs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from pipeline import errors
from pipeline.app.discover import discover
from pipeline.app.discover.remarks.look import look as remarks_on
from pipeline.app.inventory import inventory
from pipeline.app.model import beside, together
from pipeline.app.origins import passwords, with_origins
from pipeline.errors import PipelineError
from pipeline.parse.feeds import Feeds
from pipeline.plan.make import make
from pipeline.plan.merge import merge
from pipeline.read import tools
from pipeline.read.source import read
from pipeline.settings.files import ALL, EXCEPTIONS, SETTINGS, mistaken
from pipeline.settings.load import resolve
from pipeline.settings.waivers import read as read_waivers

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from datetime import date
    from pathlib import Path

    from pipeline.app.facts import Facts
    from pipeline.app.model import App
    from pipeline.plan.identity import Identity
    from pipeline.plan.model import Plan
    from pipeline.settings.load import Resolved
    from pipeline.settings.model import Settings


T = TypeVar("T")

# What a step brings along lies there, and would hide what the repository has, or be hidden by it.
OWN = ".pipeline/"


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


def require_step(plan: Plan, step: str) -> None:
    """Refuse a plan that has no such step.

    Raises:
        PipelineError: P110.

    """
    if all(s.id != step for s in plan):
        several = ", ".join(s.id for s in plan if s.local == step)
        otherwise = f"there are {several}; take one application with --app" if several else "it is not part of the plan"
        reason = next((off.reason for off in plan.off if off.id == step), otherwise)
        raise PipelineError(errors.UNKNOWN_STEP, f"{step}: {reason}")


def require_one(resolved: Resolved) -> Settings:
    """Return the settings of the application that a call is about.

    Raises:
        PipelineError: P110, there are several and it names none.

    """
    if resolved.apps and not resolved.app:
        what = f"image: each application has its own ({', '.join(resolved.apps)}); take one with --app"
        raise PipelineError(errors.UNKNOWN_STEP, what)
    return resolved.settings


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a source tree holds, with questions still open; one of `apps` by its key where there are several."""

    facts: Facts
    settings: Settings
    app: App
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """Everything known before the first step."""

    app: App
    settings: Settings
    plan: Plan
    feeds: Feeds = field(default_factory=Feeds)


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What decides which settings hold: texts that win over pipeline.yaml, by their origin, and names in it."""

    overlays: tuple[tuple[str, str], ...] = ()
    environment: str = ""
    app: str = ""


def settings_of(facts: Facts, choices: Choices) -> Resolved:
    """Return the settings of a source tree, with their origins.

    Raises:
        PipelineError: P105 or P108.

    """
    if own := sorted(name for name in facts.files if name.startswith(OWN)):
        problem = f"{own[0]}: expected no file in {OWN}, where the steps put theirs; move it"
        raise PipelineError(errors.SETTINGS_INVALID, problem)
    for name in sorted(facts.files):
        if meant := mistaken(name):
            raise PipelineError(errors.SETTINGS_INVALID, f"{name}: expected the name {meant}; nothing would read it")
    for name in ALL:
        if name in facts.unreadable:
            raise PipelineError(errors.UNREADABLE, f"{name}: {facts.unreadable[name]}")
    return resolve(facts.texts.get(SETTINGS), choices.overlays, choices.environment, choices.app)


def look(
    folder: Path, choices: Choices | None = None, *, names: Sequence[str] | None = None, today: date | None = None
) -> tuple[Seen, ...]:
    """Read a source tree and describe each application in it; most have one.

    Args:
        folder: the source root.
        choices: what decides which settings hold.
        names: all files of the source, where `folder` holds only what discovery reads.
        today: for what depends on the day; the day of the call when none is given.

    Raises:
        PipelineError: a file is broken, the settings are wrong, or nothing was found; never because it is ambiguous.

    """
    facts, chosen = read(folder, names), choices or Choices()
    common = settings_of(facts, chosen)
    if not common.apps or chosen.app:
        return (_seen(facts, common, today),)
    return tuple(_part(facts, replace(chosen, app=app), today) for app in common.apps)


def _part(facts: Facts, choices: Choices, today: date | None) -> Seen:
    """Describe one of several; what is wrong with it names it."""
    try:
        return _seen(facts, settings_of(facts, choices), today)
    except PipelineError as error:
        raise PipelineError(error.kind, f"apps.{choices.app}: {error.what}", error.details) from None


def _seen(facts: Facts, resolved: Resolved, today: date | None) -> Seen:
    app = discover(facts, resolved.settings)
    said = remarks_on(facts, app, today or datetime.now(UTC).date())
    placed = with_origins(app.facts, resolved.entries)
    app = replace(app, facts=placed, remarks=(*app.remarks, *said, *passwords(resolved.entries)))
    return Seen(facts=facts, settings=resolved.settings, app=app, key=resolved.app)


def load(  # noqa: PLR0913  # what a call brings along
    folder: Path,
    choices: Choices | None = None,
    *,
    feed: bool = False,
    names: Sequence[str] | None = None,
    today: date | None = None,
    scans: bool = False,
    database: bool = False,
) -> Loaded:
    """Read a source tree and plan it.

    Args:
        folder: the source root.
        choices: what decides which settings hold.
        feed: whether a folder of NuGet packages will be given to the runner.
        names: all files of the source, where `folder` holds only what discovery reads.
        today: the day that ends of support are measured by; None for the clock's.
        scans: whether the security scans are part of the plan.
        database: whether a folder with Trivy's database will be given to the runner.

    Raises:
        PipelineError: for every mistake that a user can mend (ids P101 to P112).

    """
    seen = look(folder, choices, names=names, today=today)
    loaded = plan_of(seen, feed=feed, scans=scans, database=database)
    whole = not (choices and choices.app)
    return replace(loaded, plan=replace(loaded.plan, audit=replace(loaded.plan.audit, whole=whole)))


def plan_of(
    seen: tuple[Seen, ...],
    *,
    feed: bool = False,
    scans: bool = False,
    database: bool = False,
    identity: Identity | None = None,
) -> Loaded:
    """Plan what was seen.

    Args:
        seen: the source tree.
        feed: whether a folder of NuGet packages will be given to the runner.
        scans: whether the security scans are part of the plan.
        database: whether a folder with Trivy's database will be given to the runner.
        identity: the commit that images say they are made of.

    Raises:
        PipelineError: a question is open, something that a step needs is missing, or two applications do not agree.

    """
    plans: dict[str, Plan] = {}
    apps = beside(tuple(one.app for one in seen))
    for one, app in zip(seen, apps, strict=True):
        listed = replace(app, inventory=inventory(one.facts)) if scans else app
        waivers = read_waivers(one.facts.texts.get(EXCEPTIONS)) if scans else ()
        images, settings = tools.images(), one.settings
        try:
            plan = make(
                listed,
                settings,
                images,
                feed=feed,
                scans=scans,
                database=database,
                waivers=waivers,
                identity=identity,
            )
        except PipelineError as error:
            what = f"apps.{one.key}: {error.what}" if len(seen) > 1 else error.what
            raise PipelineError(error.kind, what, error.details) from None
        plans[one.key] = plan
    if len({one.settings.nuget for one in seen}) > 1:
        raise PipelineError(errors.SETTINGS_INVALID, "nuget: applications of one repository share one package source")
    if scans and len({one.settings.security for one in seen}) > 1:
        raise PipelineError(errors.SETTINGS_INVALID, "security: applications of one repository share one policy")
    return Loaded(app=together(apps), settings=seen[0].settings, plan=merge(plans))


def stop_of(seen: tuple[Seen, ...]) -> PipelineError | None:
    """Return why no plan can be made of what was seen, if that is so."""
    try:
        plan_of(seen)
    except PipelineError as error:
        return error
    return None
