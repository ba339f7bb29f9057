"""`dotnet test`: one step per test project, because the two test runners cannot share a call."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

from pipeline.app.model import TestRunner
from pipeline.plan.model import Output, Step
from pipeline.plan.steps import dotnet as shared

if TYPE_CHECKING:
    from pipeline.app.model import Project
    from pipeline.settings.model import Settings


# It ends a test that hangs and names it; an option of an extension that is not there would be an error.
HANG_DUMP = "microsoft.testing.extensions.hangdump"
NO_HANG_DUMP = "a test that hangs is only ended by the timeout, the project references no hang dump extension"


LONGEST = 100


# Neither runner gets a fixed name for its report: a project of two frameworks runs twice and would keep one.
def _vstest(project: Project, settings: Settings) -> tuple[str, ...]:
    flags = (
        "dotnet", "test", project.path, "--configuration", "Release", "--no-build", "--nologo",
        "--logger", f"trx;LogFilePrefix={project.name}", "--results-directory", "${out}",
        "--blame-hang", "--blame-hang-timeout", f"{settings.test.hang_minutes}m", "--blame-hang-dump-type", "none",
    )  # fmt: skip
    return (*flags, "--collect", "XPlat Code Coverage") if project.collects_coverage else flags


def _mtp(project: Project, settings: Settings) -> tuple[str, ...]:
    start: tuple[str, ...] = ("dotnet", "test", "--configuration", "Release", "--no-build")
    if project.runs_itself:
        file = project.path.rpartition("/")[2]
        start = ("dotnet", "run", "--project", file, *start[2:], "--no-launch-profile", "--")
    # In detail: of a run that hangs, the log alone tells which tests had ended.
    flags = (*start, "--results-directory", "${out}", "--output", "Detailed", "--report-trx")
    limit = f"{settings.test.hang_minutes}m"
    dump = ("--hangdump", "--hangdump-timeout", limit, "--hangdump-type", "Mini")
    return (*flags, *dump) if _ends_hangs(project) else flags


def _ends_hangs(project: Project) -> bool:
    return any(name.lower() == HANG_DUMP for name, _ in project.packages)


def make(project: Project, settings: Settings, name: str) -> Step:
    """Return the test step of one project; `name` is the one that `names` gives it."""
    mtp = project.runner is TestRunner.MTP
    coverage = (Output(path="**/*.cobertura.xml", kind="cobertura"),) if project.collects_coverage else ()
    uncovered = "" if project.collects_coverage else "coverage is not collected, the project references no collector"
    hangs = NO_HANG_DUMP if mtp and not _ends_hangs(project) else ""
    return Step(
        id=f"api.test.{name}",
        tool="dotnet",
        proves=f"the tests of {project.name} pass",
        start="api.build",
        commands=(_mtp(project, settings) if mtp else _vstest(project, settings),),
        # The runner of Microsoft.Testing.Platform is named by the global.json nearest to the working folder.
        workdir=project.folder if mtp else ".",
        env=(*shared.ENV, *settings.test.env),
        services=tuple(service.name for service in settings.services),
        outputs=(
            Output(path="**/*.trx", kind="trx"),
            Output(path="**/Sequence*.xml", kind="sequence"),
            *coverage,
        ),
        timeout=settings.test.timeout_minutes * 60,
        log="mtp-log" if mtp else None,
        wants_cases=True,
        leaves_open=uncovered,
        reason="; ".join(filter(None, ("Microsoft.Testing.Platform" if mtp else "VSTest", uncovered, hangs))),
    )


def names(projects: tuple[Project, ...]) -> dict[str, str]:
    """Return a name for each project by its path: its own, or else its path, or else one with a hash.

    No two are equal, and each is short enough for a folder.
    """
    plain = Counter(project.name for project in projects)
    named = {p.path: p.name if plain[p.name] == 1 else p.path.rpartition(".")[0].replace("/", ".") for p in projects}
    often = Counter(named.values())
    return {
        path: name if often[name] == 1 and len(name) <= LONGEST else f"{name[:LONGEST]}-{_hash(path)}"
        for path, name in named.items()
    }


def _hash(path: str) -> str:
    return hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:8]
