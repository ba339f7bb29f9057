"""Where the applications of a source tree are released to, by its files and by the settings of each environment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.errors import PipelineError
from pipeline.load import Choices, settings_of
from pipeline.release import choice, config
from pipeline.scaffold.environments import Environment, Site, ordered, tomls
from pipeline.settings.load import DEFAULT

if TYPE_CHECKING:
    from pipeline.app.facts import Facts
    from pipeline.app.model import App
    from pipeline.settings.load import Resolved

# What tells an application's own place on Fly.io.
_PLACES = {"release.app", "release.config"}


def site_of(facts: Facts, choices: Choices, app: App, *, alone: bool) -> Site | None:
    """Return where an application is released to, nothing where neither a file nor a setting says that it is.

    Args:
        facts: the source tree.
        choices: what decides which settings hold; its application is the one that is meant.
        app: it, as it was found.
        alone: whether there is no other.

    """
    common = settings_of(facts, choices)
    web = app.web_folder
    files = tomls(facts.files, web, app.spa.folder if app.spa else "", alone=alone)
    declared = {name: settings_of(facts, replace(choices, environment=name)) for name in common.environments}
    # What is said for an environment holds for every application; of several those alone are meant that have a place.
    placed = {name for name, found in declared.items() if alone or name in files or _PLACES & _said(found)}
    named = [name for name, found in declared.items() if name in placed and _is_released(found)]

    def environment(name: str) -> Environment:
        return _environment(facts, declared.get(name, common), name, files.get(name, ""), web)

    found = [environment(name) for name in named]
    # A file that one of them takes already is about that one, whatever it is called.
    taken = {one.toml for one in found}
    found += [environment(name) for name, path in files.items() if name not in named and path not in taken]
    if not found:
        return None
    rank = ordered(one.name for one in found)
    return Site(
        app=choices.app,
        web=web,
        publish=common.settings.publish,
        environments=tuple(sorted(found, key=lambda one: rank.index(one.name))),
        publish_said=_said(common),
    )


def _environment(facts: Facts, found: Resolved, name: str, file: str, web: str) -> Environment:
    release = found.settings.release
    path = release.config or file or _chosen(facts, name, web)
    return Environment(
        name=name,
        release=release,
        publish=found.settings.publish,
        said=_said(found),
        is_declared=found.environment == name,
        toml=path,
        fly_app=_fly_app(facts, path),
    )


def _said(found: Resolved) -> frozenset[str]:
    """Return the keys of releases and of publishing that somebody said."""
    said = (entry.key for entry in found.entries if entry.origin != DEFAULT)
    return frozenset(key for key in said if key.startswith(("release.", "publish.")))


def _is_released(found: Resolved) -> bool:
    """Whether something is said of releases to this very environment."""
    of_it = f"({found.environment})"
    return any(entry.key.startswith("release.") and entry.origin.endswith(of_it) for entry in found.entries)


def _chosen(facts: Facts, name: str, web: str) -> str:
    try:
        return choice.choose(facts.files, name, "", web)
    except PipelineError:
        return ""


def _fly_app(facts: Facts, path: str) -> str:
    """Return the app that a fly.toml names; one that cannot be read is told of by the release."""
    try:
        return config.read(facts.texts.get(path, ""), path).app
    except PipelineError:
        return ""
