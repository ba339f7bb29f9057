"""An edit runs what depends on it and nothing else; green is remembered, red and faults never are.

Measured twice: by the times that each command wrote down itself, and by the spans that a loopback receiver saw.
"""

from __future__ import annotations

import time
import uuid

import pytest

from pipeline.errors import ExitCode
from tests import apps
from tests.engine.dagger_call import evidence

pytestmark = pytest.mark.engine

NOTHING = frozenset()
SPA = frozenset({"spa.lint", "spa.types", "spa.test", "spa.build", "image", "image.verify"})
DOTNET = frozenset(
    {
        "api.build",
        "api.format",
        "api.migrations",
        "api.publish",
        "api.test.Incidents.Application.Tests",
        "api.test.Incidents.Domain.Tests",
        "api.test.Incidents.Web.Tests",
        "image",
        "image.verify",
    }
)


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """Return an application that the engine has seen; the first run on a cold engine takes minutes."""
    folder = tmp_path_factory.mktemp("isolation")
    app = apps.incidents(folder / "app")
    first = evidence(app, folder / "first", seconds=900)
    assert first.report.verdict is ExitCode.GREEN, first.text("summary.txt")
    return app


def test_a_second_call_after_an_edit_of_prose_runs_nothing(app, tmp_path):
    """What was green is not run again; prose is no input of any step, at the root or in the SPA's folder."""
    app.write("README.md", f"# Edited {uuid.uuid4()}\n")
    app.write(f"{apps.CLIENT}/README.md", f"# Edited {uuid.uuid4()}\n")

    found = evidence(app, tmp_path / "evidence")

    assert (found.executed, found.ran) == (NOTHING, NOTHING)
    assert found.report.verdict is ExitCode.GREEN


def test_a_tsx_edit_runs_no_dotnet_command(app, tmp_path):
    """One line of a component runs the checks of the SPA and the proof of the image: no install, nothing of .NET."""
    app.append(f"{apps.CLIENT}/src/components/Badges.tsx", f"\n// {uuid.uuid4()}\n")

    found = evidence(app, tmp_path / "evidence")

    assert (found.executed, found.ran) == (SPA, SPA)
    assert found.report.verdict is ExitCode.GREEN


def test_a_csharp_edit_runs_no_npm_command(app, tmp_path):
    """One line of C# builds and tests .NET and proves the image: no restore, nothing of the SPA."""
    app.append("src/Incidents.Domain/StatusRules.cs", f"\n// {uuid.uuid4()}\n")

    found = evidence(app, tmp_path / "evidence", seconds=600)

    assert (found.executed, found.ran) == (DOTNET, DOTNET)
    assert found.report.verdict is ExitCode.GREEN


def red_run(folder):
    """Return an application, its red evidence, and the moment from which the same source is green."""
    for margin in (45, 150):  # a busy machine may need more than the first one until its test starts
        app = apps.minimal(folder / f"app{margin}")
        moment = int(time.time()) + margin
        apps.fail_until(app, moment)
        app.write("pipeline.yaml", "dotnet: {format: false}\nimage: {verify: false}\n")
        found = evidence(app, folder / f"red{margin}")
        if found.step("api.test.Hello.Tests").ran_at < moment:
            return app, found, moment
    pytest.fail("the machine is too slow for this test: its red test started too late")


def test_red_is_never_remembered_and_fresh_green_is(tmp_path):
    """A flaky test: red, then green with --fresh, then the plain call takes that green from the cache."""
    app, red, moment = red_run(tmp_path)
    assert red.states["api.test.Hello.Tests"] == "failed"
    assert red.report.verdict is ExitCode.RED

    time.sleep(max(0.0, moment + 1 - time.time()))  # the test reads the clock: from here on it is green
    fresh = evidence(app, tmp_path / "fresh", "--fresh")
    plain = evidence(app, tmp_path / "plain")

    everything = {"api.restore", "api.build", "api.publish", "api.test.Hello.Tests", "image"}
    assert (fresh.executed, fresh.ran) == (everything, everything)
    assert fresh.report.verdict is ExitCode.GREEN
    assert (plain.executed, plain.ran) == (NOTHING, NOTHING)
    assert plain.report.verdict is ExitCode.GREEN
    assert [step.ran_at for step in plain.report if step.command] == [
        step.ran_at for step in fresh.report if step.command
    ]


def test_a_network_fault_is_told_apart_and_not_remembered(tmp_path):
    """An unreachable package source is nobody's code: broken, P403, tried again each time, then skipped dependants."""
    app = apps.minimal(tmp_path / "app")
    app.write("pipeline.yaml", "nuget:\n  source: https://127.0.0.1:9/v3/index.json\n")

    first = evidence(app, tmp_path / "first", feed=False)
    second = evidence(app, tmp_path / "second", feed=False)

    for found in (first, second):
        restore = found.step("api.restore")
        assert (restore.status.value, restore.error_id, restore.attempts) == ("broken", "P403", 3)
        assert found.report.verdict is ExitCode.INFRA
        assert found.states["api.build"] == "skipped"
        assert found.executed == {"api.restore"}
    assert second.step("api.restore").ran_at > first.step("api.restore").ran_at
