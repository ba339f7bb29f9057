"""Where an application is released to: what fly.toml files and settings say, and what is proposed for the rest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.app.discover.fly import EXAMPLES, FILE, PRODUCTION
from pipeline.app.discover.tree import folder_of, is_below, name_of
from pipeline.errors import PipelineError
from pipeline.release import choice
from pipeline.scaffold.model import Deployment, Question, Target
from pipeline.scaffold.names import PLAIN
from pipeline.settings import forms

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from pipeline.settings.model import PublishSettings, ReleaseSettings

# Each is released from there unless the settings say otherwise; the first of them alone, where there are several.
STAGING = ("staging", "stage", "development", "dev")
STAGING_BRANCH = "develop"
# One secret with the values of all that `release.secrets` declares, as JSON.
VALUES = "RELEASE_SECRETS"


@dataclass(frozen=True, kw_only=True)
class Environment:
    """One environment of one application as it is now: its settings, which of their keys somebody said, its fly.toml.

    `is_declared` says that it stands under `environments`; `toml` is empty where there is none.
    """

    name: str
    release: ReleaseSettings
    publish: PublishSettings
    said: frozenset[str] = frozenset()
    is_declared: bool = False
    toml: str = ""
    fly_app: str = ""


@dataclass(frozen=True, kw_only=True)
class Site:
    """One application, by its key where there are several, with its environments; `publish` holds for all of them.

    `web` is the folder of its web project.
    """

    publish: PublishSettings
    environments: tuple[Environment, ...]
    app: str = ""
    web: str = "."
    publish_said: frozenset[str] = field(default=frozenset())


def tomls(paths: Collection[str], web: str, spa: str, *, alone: bool) -> dict[str, str]:
    """Return the fly.toml of each environment that the names of files tell, production last.

    Args:
        paths: the files of the repository.
        web: the folder of the web project.
        spa: the folder of the SPA, whose files are about something else; empty without one.
        alone: whether it is the only application: then those at the root are its own, or those of the one other folder.

    """
    found = {path: match[1] for path in sorted(paths) if (match := FILE.fullmatch(name_of(path)))}
    mine = {path: (suffix or "").lower() for path, suffix in found.items() if (suffix or "").lower() not in EXAMPLES}
    near = {path: suffix for path, suffix in mine.items() if folder_of(path) in ({web, "."} if alone else {web})}
    if not near and alone:
        far = {path: suffix for path, suffix in mine.items() if not (spa and is_below(path, spa))}
        near = far if len({folder_of(path) for path in far}) == 1 else {}
    named: dict[str, str] = {}
    # The web project's own win; a fly.toml without a suffix is production's where no other is.
    for path, suffix in sorted(near.items(), key=lambda one: (not one[1], folder_of(one[0]) != web)):
        if suffix or not set(PRODUCTION) & set(named):
            named.setdefault(suffix.replace("_", "-") or PRODUCTION[0], path)
    return {name: named[name] for name in ordered(named) if forms.NAME.fits(name)}


def ordered(names: Iterable[str]) -> list[str]:
    """Return environments in the order in which a change reaches them, as far as their names tell."""
    return sorted(names, key=lambda name: (name in PRODUCTION, name not in STAGING))


def deployment(site: Site, default: str, registry: str = "") -> Deployment:
    """Return how an application is released.

    Args:
        site: it, as it is.
        default: the branch that production is released from.
        registry: the name of the secret with the registry's token, where the settings name none yet.

    """
    names = [one.name for one in site.environments]
    return Deployment(
        app=site.app,
        targets=tuple(_target(one, names, default, registry) for one in site.environments),
        registry=site.publish.secret or registry,
        signing=site.publish.signing_secret,
    )


def proposals(site: Site, paths: Collection[str], default: str) -> tuple[Question, ...]:
    """Return what the settings have to say about environments and do not say yet.

    Args:
        site: the application, as it is.
        paths: the files of the repository.
        default: the branch that production is released from.

    """
    names = [one.name for one in site.environments]
    made: list[Question] = []
    for one in site.environments:
        above, more = f"environments.{one.name}.release", []
        if (branch := _branch(one, names, default)) and "release.branch" not in one.said:
            more.append(Question(key=f"{above}.branch", answer=branch))
        if _approval(one) and "release.approval" not in one.said:
            more.append(Question(key=f"{above}.approval", answer="true"))
        if one.toml and not (one.release.config or site.app or _is_chosen(one, paths, site.web)):
            more.append(Question(key=f"{above}.config", answer=one.toml))
        if not (more or one.is_declared):
            # An environment has to be named to be one.
            more.append(Question(key=f"{above}.approval", answer="false"))
        made += more
    return tuple(made)


def _target(one: Environment, names: list[str], default: str, registry: str) -> Target:
    branch, app = _branch(one, names, default), one.release.app or one.fly_app
    url = one.release.url or (f"https://{app}.fly.dev" if forms.NAME.fits(app) else "")
    return Target(
        environment=one.name,
        # Another name means something to YAML or to a workflow's globs: released by hand alone.
        branch=branch if PLAIN.fullmatch(branch) else "",
        approval=_approval(one),
        url=url if "${{" not in url else "",
        token=one.release.token,
        registry=one.publish.secret or registry,
        values=VALUES if any(provider for _, provider in one.release.secrets) else "",
    )


def _branch(one: Environment, names: list[str], default: str) -> str:
    if one.release.branch or "release.branch" in one.said:
        return one.release.branch
    if one.name in PRODUCTION:
        return default
    first = next((name for name in STAGING if name in names), "")
    return STAGING_BRANCH if one.name == first else ""


def _approval(one: Environment) -> bool:
    return one.release.approval if "release.approval" in one.said else one.name in PRODUCTION


def _is_chosen(one: Environment, paths: Collection[str], web: str) -> bool:
    try:
        return choice.choose(paths, one.name, "", web) == one.toml
    except PipelineError:
        return False
