"""Each environment on Fly.io: everything that a release to it lacks, at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.doctor.model import Check, Level
from pipeline.errors import PipelineError
from pipeline.release import config
from pipeline.release.refusals import refusals
from pipeline.release.refuse.case import start_of
from pipeline.settings import forms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.doctor.model import Machine, Releases, Wanted
    from pipeline.release.flytoml import FlyToml
    from pipeline.scaffold.environments import Environment


def checks(machine: Machine, wanted: Wanted) -> list[Check]:
    """Return one check for each environment of each application; `ci` runs without any of it."""
    return [
        _check(machine, releases, environment) for releases in wanted.releases for environment in releases.environments
    ]


def _check(machine: Machine, releases: Releases, one: Environment) -> Check:
    name = " ".join(filter(None, ("release", releases.key, one.name)))
    toml, unread = _toml(releases, one)
    named = one.release.app or (toml.app if toml else "")
    # It becomes a word of a command that is pasted into a shell.
    app = named if forms.NAME.fits(named) else "APP"
    lacking = (*_settings(one), *unread, *_config(releases, one, toml, named), *_variables(machine, one, app))
    if not lacking:
        return Check(name=name, level=Level.OK, found=f"{app} on Fly.io; `pipeline release plan {one.name}`")
    found = "one thing is missing" if len(lacking) == 1 else f"{len(lacking)} things are missing"
    again = f"pipeline doctor --app {releases.key}" if releases.key else "pipeline doctor"
    mend = f"see docs/release.md; then look again with `{again}`"
    return Check(name=name, level=Level.NOTE, found=found, more=lacking, mend=mend)


def _settings(one: Environment) -> Iterator[str]:
    if not one.is_declared:
        yield f"`environments.{one.name}` is not in pipeline.yaml; `pipeline init` proposes it"
    if not one.publish.repository:
        yield "`publish.repository` does not say where images are published"


def _toml(releases: Releases, one: Environment) -> tuple[FlyToml | None, tuple[str, ...]]:
    """Return the fly.toml of an environment, or why there is none."""
    text = releases.texts.get(one.toml)
    if text is None:
        missing = f"{one.toml} is not there, or cannot be read" if one.toml else f"there is no fly.{one.name}.toml"
        return None, (f"{missing}; docs/release.md has one to begin with",)
    try:
        return config.read(text, one.toml), ()
    except PipelineError as error:
        return None, (f"{error.kind.id} {error.what}",)


def _config(releases: Releases, one: Environment, toml: FlyToml | None, named: str) -> Iterator[str]:
    """Tell what is wrong with the fly.toml; what it makes of the image is told by `release plan` alone."""
    if toml is None:
        return
    if not named:
        yield f"neither {one.toml} nor `release.app` names the app on Fly.io"
    elif not forms.NAME.fits(named):
        yield f"{one.toml}: app: expected {forms.NAME.expected}, got {named[:80]!r}"
    start = start_of(releases.texts, folder=releases.app.web_folder)
    for found in refusals(toml, one.release, releases.app, start, one.name):
        if found.is_refusal:
            yield str(found)


def _variables(machine: Machine, one: Environment, app: str) -> Iterator[str]:
    """Name the variables that are not set here; their values are not looked at."""
    if (token := one.release.token) not in machine.variables:
        yield f'{token} is not set: export {token}="$(fly tokens create deploy -a {app} -x 720h)"'
    for name, provider in one.release.secrets:
        kind, _, variable = provider.partition(":")
        if kind == "env" and variable not in machine.variables:
            yield f"{variable} is not set: the secret {name} comes from it, unless Fly.io has it already"
    if (secret := one.publish.secret) and secret not in machine.variables:
        where = one.publish.repository or "the registry"
        yield f"{secret} is not set: it opens {where}, by --registry-token=env://{secret}"
