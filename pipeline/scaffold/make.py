"""The files that a repository should hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.scaffold import dependabot, github, github_deploy, github_rollback, gitlab, settings
from pipeline.scaffold.model import File, Scaffold
from pipeline.settings.files import SETTINGS

if TYPE_CHECKING:
    from pipeline.scaffold.model import Repository

NO_GITHUB = "no GitHub workflow and no Dependabot file; --github brings them back"
NO_DEPLOY = "no workflow deploys: there is no fly.toml, and no environment of the settings has a `release`"


def make(repository: Repository) -> Scaffold:
    """Return the files and what was left out."""
    files: list[File] = []
    notes: list[str] = []
    if text := settings.text(repository.questions, repository.apps, repository.services, repository.module):
        files.append(File(path=repository.within(SETTINGS), text=text, shared=True, stamped=False))
    elif SETTINGS not in repository.files and not repository.stops:
        notes.append(f"no {SETTINGS} is needed: discovery knows everything that the plan wants")
    if repository.gitlab:
        files.append(gitlab.pipeline(repository))
    notes += [] if repository.deployments else [NO_DEPLOY]
    if not repository.github:
        return Scaffold(files=tuple(files), notes=(*notes, NO_GITHUB))
    files.append(github.workflow(repository))
    for one in repository.deployments:
        files += [github_deploy.workflow(repository, one), github_rollback.workflow(repository, one)]
    if config := dependabot.renovate(repository):
        notes.append(f"no {dependabot.PATH}: {config} does the same")
    elif repository.source != ".":
        notes.append(f"no {dependabot.PATH}: run init at the root of the repository for it")
    else:
        files.append(dependabot.config(repository))
    notes += _to_do(repository)
    return Scaffold(files=tuple(files), notes=tuple(notes))


def _to_do(repository: Repository) -> list[str]:
    """Return what no file of a repository can say: its environments at GitHub and what they hold."""
    named: dict[str, str] = {}
    for target in (target for one in repository.deployments for target in one.targets):
        named[target.environment] = " with required reviewers" if target.approval else ""
        if target.approval:
            named[f"{target.environment}{github_deploy.PLANS}"] = ""
    told = ", ".join(f"{name}{what}" for name, what in named.items())
    word = "environment" if len(named) == 1 else "environments"
    return [f"to deploy, GitHub needs the {word} {told}; docs/init.md tells what each holds"] if told else []
