"""The repository: settings, lock files, secrets."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.doctor.model import Check, Level

if TYPE_CHECKING:
    from pipeline.app.model import App
    from pipeline.doctor.model import Machine, Wanted
    from pipeline.plan.model import Plan


def checks(machine: Machine, wanted: Wanted) -> list[Check]:
    """Return what the repository lacks."""
    found = [_problem(wanted.problem, wanted.apps)] if wanted.problem else []
    if wanted.plan:
        steps = f"{wanted.plan.app}, {len(wanted.plan.steps)} steps"
        found.append(Check(name="repository", level=Level.OK, found=steps))
    if wanted.settings:
        found.append(Check(name="settings", level=Level.OK, found="valid"))
    found += dict.fromkeys(check for app in wanted.apps for check in _locks(app))
    return found + (_secrets(wanted.plan, machine) if wanted.plan else [])


def _problem(error: errors.PipelineError, apps: tuple[App, ...]) -> Check:
    name = "settings" if error.kind is errors.SETTINGS_INVALID else "repository"
    found = f"{error.kind.id} {error.kind.title}: {error.what}"
    mend = error.kind.todo
    if error.kind is errors.AMBIGUOUS:
        mend = "pipeline init --write --set KEY=VALUE"
    elif error.kind is errors.LOCK_MISSING and (
        spa := next((a.spa for a in apps if a.spa and not a.spa.lock_file), None)
    ):
        mend = f"npm install --package-lock-only --prefix {shlex.quote(spa.folder)}"
    return Check(name=name, level=Level.PROBLEM, found=found, mend=mend, more=error.details)


def _locks(app: App) -> list[Check]:
    """Return the lock files; a SPA without one ends the run and was told, a project without one lets versions drift."""
    found = []
    if app.dotnet:
        without = [project.path for project in app.dotnet.projects if not project.has_lock_file]
        mend = f"dotnet restore {shlex.quote(app.dotnet.build_target)} --use-lock-file"
        text = f"{len(without)} of {len(app.dotnet.projects)} projects have none, so restore takes what is newest"
        found.append(
            Check(name="NuGet lock files", level=Level.NOTE, found=text, mend=mend)
            if without
            else Check(name="NuGet lock files", level=Level.OK, found="each project has one")
        )
    if app.spa and app.spa.lock_file:
        found.append(Check(name=f"{app.spa.package_manager} lock file", level=Level.OK, found=app.spa.lock_file))
    return found


def _secrets(plan: Plan, machine: Machine) -> list[Check]:
    """Return the secrets that steps want; only the name is looked at."""
    names = sorted({name for step in plan for name in step.secrets})
    return [
        Check(name=f"secret {name}", level=Level.OK, found="in the environment")
        if name in machine.variables
        else Check(
            name=f"secret {name}",
            level=Level.PROBLEM,
            found="not in the environment",
            mend=f"export {name}=..., and give --nuget-token=env://{name}",
        )
        for name in names
    ]
