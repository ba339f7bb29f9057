"""The files that a repository should hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.scaffold import dependabot, github, gitlab, settings
from pipeline.scaffold.model import File, Scaffold
from pipeline.settings.files import SETTINGS

if TYPE_CHECKING:
    from pipeline.scaffold.model import Repository

NO_GITHUB = "no GitHub workflow and no Dependabot file; --github brings them back"
NO_DEPLOY = "no workflow deploys: the pipeline has no verb for it yet"


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
    if not repository.github:
        return Scaffold(files=tuple(files), notes=(*notes, NO_GITHUB, NO_DEPLOY))
    files.append(github.workflow(repository))
    if config := dependabot.renovate(repository):
        notes.append(f"no {dependabot.PATH}: {config} does the same")
    elif repository.source != ".":
        notes.append(f"no {dependabot.PATH}: run init at the root of the repository for it")
    else:
        files.append(dependabot.config(repository))
    return Scaffold(files=tuple(files), notes=(*notes, NO_DEPLOY))
