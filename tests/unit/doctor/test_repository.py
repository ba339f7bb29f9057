"""Settings, lock files and secrets."""

from __future__ import annotations

import pytest

from pipeline import errors
from pipeline.doctor.judge import is_fit, judge
from pipeline.doctor.model import Level
from pipeline.errors import PipelineError
from pipeline.settings.model import NugetSettings
from tests import samples
from tests.unit.doctor.machines import checks, machine, problems, wanted

SECRET = samples.settings(nuget=NugetSettings(source="https://n.test/v3", secret="FEED_PASSWORD"))


@pytest.mark.parametrize(
    ("error", "name", "mend"),
    [
        (PipelineError(errors.SETTINGS_INVALID, "1 problem", ("a:1 x",)), "settings", errors.SETTINGS_INVALID.todo),
        (PipelineError(errors.LOCK_MISSING, "client"), "repository", errors.LOCK_MISSING.todo),
        (PipelineError(errors.AMBIGUOUS, "2 webs", ("a", "b")), "repository", "pipeline init --write --set KEY=VALUE"),
    ],
)
def test_what_ends_a_run_at_once_is_a_problem(error, name, mend):
    """With its id, every detail, and what to do."""
    check = checks(machine(), wanted(app=None, settings=None, plan=None, problem=error))[name]
    assert (check.level, check.mend) == (Level.PROBLEM, mend)
    assert check.found == f"{error.kind.id} {error.kind.title}: {error.what}"
    assert check.more == error.details


def test_a_spa_without_a_lock_file_is_told_once_with_the_command():
    """The plan refuses it; the tools are looked at all the same."""
    app = samples.app(spa=samples.spa(lock_file=None))
    error = PipelineError(errors.LOCK_MISSING, "x")
    found = checks(machine(), wanted(app=app, plan=None, problem=error))
    assert found["repository"].mend == "npm install --package-lock-only --prefix src/Shop.Web/client"
    assert "npm lock file" not in found
    assert found["node"].level is Level.OK


def test_a_secret_that_nobody_gives():
    """The name is looked for, the value never; the command shows the form."""
    assert problems(machine(), wanted(settings=SECRET)) == {
        "secret FEED_PASSWORD": "export FEED_PASSWORD=..., and give --nuget-token=env://FEED_PASSWORD"
    }
    given = machine(variables=frozenset({"FEED_PASSWORD"}))
    assert is_fit(judge(given, wanted(settings=SECRET)))


def test_projects_without_a_lock_file_are_noted():
    """They build, though not the same tomorrow."""
    one, two = samples.web(has_lock_file=False), samples.suite()
    app = samples.app(dotnet=samples.dotnet(projects=(one, two), web=one, build_target="my shop.slnx"))
    check = checks(machine(), wanted(app=app))["NuGet lock files"]
    assert (check.level, check.mend) == (Level.NOTE, "dotnet restore 'my shop.slnx' --use-lock-file")
    assert check.found.startswith("1 of 2 projects")


def test_a_healthy_repository_says_what_was_looked_at():
    """Name, steps, settings and both lock files."""
    found = checks(machine())
    assert found["repository"].found.startswith("shop, ")
    assert found["settings"].level is Level.OK
    assert found["NuGet lock files"].found == "each project has one"
    assert found["npm lock file"].found == "src/Shop.Web/client/package-lock.json"
