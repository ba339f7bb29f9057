"""The .NET runtimes that tests run on: an SDK builds older targets, but brings its own runtime alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.doctor.model import Check, Level

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.app.model import App, Project
    from pipeline.doctor.model import Machine, Wanted

Version = tuple[int, int]

_FRAMEWORK = re.compile(r"net(?:coreapp)?(\d+)\.(\d+)(?:-.*)?", re.IGNORECASE)
_RUNTIME = re.compile(r"^Microsoft\.NETCore\.App (\d+)\.(\d+)", re.MULTILINE)
_MAJOR, _PATCH = ("major", "latestmajor"), ("latestpatch", "disable")
IN_PROJECT = "set <RollForward>Major</RollForward> in the test project"


def checks(machine: Machine, wanted: Wanted, *, containers: bool) -> list[Check]:
    """Return a problem for each framework that a test project cannot run on; nothing where all is well."""
    found: dict[str, Check] = {}
    for app in wanted.apps:
        there = _of_image(app, wanted) if containers else _of(machine)
        if app.dotnet and there is not None:
            for check in _missing(app.dotnet.tests, there, containers=containers):
                found.setdefault(check.name, check)
    return list(found.values())


def _of(machine: Machine) -> list[Version] | None:
    if machine.runtimes is None:
        return None
    return sorted({(int(major), int(minor)) for major, minor in _RUNTIME.findall(machine.runtimes)})


def _of_image(app: App, wanted: Wanted) -> list[Version] | None:
    """Return what the SDK image holds: one runtime; of an image of the user's own nobody knows."""
    named = dict(wanted.settings.images) if wanted.settings else {}
    if app.dotnet is None or "dotnet" in named:
        return None
    major, _, minor = app.dotnet.sdk.partition(".")
    return [(int(major), int(minor or 0))]


def _missing(tests: Iterable[Project], there: list[Version], *, containers: bool) -> list[Check]:
    checks = []
    for project in tests:
        for framework in project.frameworks:
            match = _FRAMEWORK.fullmatch(framework)
            if match and not _runs((int(match[1]), int(match[2])), there, project.roll_forward.lower()):
                checks.append(_check(project, f"{match[1]}.{match[2]}", there, containers=containers))
    return checks


def _runs(wanted: Version, there: list[Version], roll_forward: str) -> bool:
    """Whether one of the runtimes takes a program for this one, as the host of .NET decides."""
    if roll_forward in _MAJOR:
        return any(one >= wanted for one in there)
    if roll_forward in _PATCH:
        return wanted in there
    return any(one[0] == wanted[0] and one >= wanted for one in there)


def _check(project: Project, version: str, there: list[Version], *, containers: bool) -> Check:
    known = ", ".join(f"{major}.{minor}" for major, minor in there) or "none"
    where = f"the SDK image holds {known} alone" if containers else f"here: {known}"
    mend = (
        f"{IN_PROJECT}, or name an image with both runtimes under `images.dotnet`"
        if containers
        else f"curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel {version} --runtime aspnetcore"
    )
    found = f"{project.path} runs on it; {where}"
    return Check(name=f"runtime {version}", level=Level.PROBLEM, found=found, mend=mend)
