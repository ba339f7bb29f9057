"""The engine, or the tools in its place."""

from __future__ import annotations

import pytest

from pipeline import errors
from pipeline.app.model import Confidence, Fact
from pipeline.doctor.judge import is_fit, judge
from pipeline.doctor.model import Level, Releases
from pipeline.doctor.tools import INSTALL_DAGGER
from pipeline.errors import PipelineError
from pipeline.scaffold.model import ENGINE
from pipeline.settings.model import ServiceSettings
from tests import samples
from tests.unit.doctor.machines import checks, machine, problems, wanted


def test_a_machine_with_everything_is_fit():
    """No problem, no note, nothing to mend."""
    found = judge(machine(), wanted())
    assert is_fit(found)
    assert [check for check in found if check.level is not Level.OK or check.mend] == []


def test_an_engine_replaces_the_tools():
    """What containers bring along is no problem here; it is still said."""
    found = checks(machine(without=("dotnet", "node", "npm", "git")))
    assert [found[name].level for name in ("engine", "dotnet", "node", "npm", "git")] == [Level.OK, *[Level.NOTE] * 4]
    assert found["dotnet"].found == "not on PATH, SDK 10.0 wanted; the engine brings its own"


@pytest.mark.parametrize(
    ("releases", "there", "level"),
    [(True, "", Level.OK), (True, None, Level.NOTE), (False, None, None)],
)
def test_who_releases_from_here_needs_flyctl(releases, there, level):
    """Where there is a fly.toml, a missing flyctl is named; `ci` runs without."""
    released = Releases(app=samples.app(), environments=())
    found = checks(machine(tools={"flyctl": there}), wanted(releases=(released,) if releases else ()))
    assert (found["flyctl"].level if "flyctl" in found else None) is level
    assert is_fit(tuple(found.values()))


def test_the_tools_replace_an_engine():
    """Then the engine is a note."""
    found = checks(machine(engine="no answer"))
    assert found["engine"].level is Level.NOTE
    assert is_fit(tuple(found.values()))


def test_neither_engine_nor_tools_is_a_problem_of_both():
    """Either would do."""
    assert set(problems(machine(engine="no answer", without=("dotnet",)))) == {"engine", "dotnet"}


def test_without_an_application_only_an_engine_helps():
    """Nobody knows which tools would do."""
    assert "engine" in problems(machine(engine="no answer"), wanted(app=None, plan=None))


@pytest.mark.parametrize(
    ("more", "mend"),
    [
        ({"without": ("dagger", "docker")}, INSTALL_DAGGER),
        ({"without": ("docker",)}, "install Docker: https://docs.docker.com/engine/install"),
        ({}, "sudo systemctl start docker"),
        ({"system": "Darwin"}, "open -a Docker"),
    ],
)
def test_what_mends_an_engine(more, mend):
    """The first thing that is missing."""
    assert checks(machine(engine="why", **more))["engine"].mend == mend


@pytest.mark.parametrize(
    ("said", "level"),
    [("dagger v0.20.3", Level.PROBLEM), (f"dagger v{ENGINE}", Level.OK), ("dagger v1.0.0-beta.10", Level.OK)],
)
def test_the_version_of_dagger(said, level):
    """An older one cannot load the module."""
    assert checks(machine(tools={"dagger": said}))["engine"].level is level


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("8.0.404 [/x]", Level.PROBLEM),
        ("10.0.100-rc.1 [/x]", Level.OK),
        ("11.0.100 [/x]", Level.OK),
        ("", Level.PROBLEM),
        ("no sdk\nhelp", Level.PROBLEM),
    ],
)
def test_an_sdk_that_is_new_enough(said, level):
    """Any of those installed; none is as bad as an old one."""
    check = checks(machine(engine="none", tools={"dotnet": said}))["dotnet"]
    assert check.level is level
    assert check.mend == (
        "" if level is Level.OK else "curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0"
    )


@pytest.mark.parametrize(
    ("said", "level"),
    [("v22.1.0", Level.OK), ("v24.0.0", Level.NOTE), ("v20.20.2", Level.PROBLEM), ("", Level.PROBLEM)],
)
def test_a_node_of_another_major(said, level):
    """A newer one usually does, and is named; an older one does not."""
    assert checks(machine(engine="none", tools={"node": said}))["node"].level is level


@pytest.mark.parametrize(
    ("written", "confidence", "said", "level", "found"),
    [
        ("22", Confidence.STATED, "v20.20.2", Level.PROBLEM, "v20.20.2 is too old, 22 wanted"),
        ("22", Confidence.STATED, "v24.0.0", Level.NOTE, "v24.0.0 is newer, 22 wanted"),
        (">=20", Confidence.DERIVED, "v20.20.2", Level.OK, "v20.20.2, >=20 wanted"),
        (">=20", Confidence.DERIVED, "v18.1.0", Level.PROBLEM, "v18.1.0 is too old, >=20 wanted"),
        ("", Confidence.GUESSED, "v20.20.2", Level.NOTE, "v20.20.2; no file names a version, containers take 22"),
        ("", Confidence.GUESSED, "v22.1.0", Level.OK, "v22.1.0, 22 wanted"),
    ],
)
def test_only_what_the_repository_says_of_node_is_demanded(written, confidence, said, level, found):
    """A range is met by every version in it; a default of ours asks for nothing."""
    facts = (
        Fact(name="node", value="22", source="package.json", confidence=confidence),
        *((Fact(name="node as written", value=written, source="package.json"),) if written else ()),
    )
    check = checks(machine(engine="none", tools={"node": said}), wanted(app=samples.app(facts=facts)))["node"]
    assert (check.level, check.found) == (level, found)
    assert check.mend == ("" if level is Level.OK else "nvm install 22")


@pytest.mark.parametrize(
    ("installer", "postgres", "redis"),
    [
        ("apt-get", "sudo apt-get install -y postgresql", "sudo apt-get install -y redis-server"),
        ("brew", "brew install postgresql", "brew install redis"),
        ("none", "install postgresql", "install redis"),
    ],
)
def test_servers_that_tests_need(installer, postgres, redis):
    """Named with the command of this machine's installer."""
    settings = samples.settings(services=(ServiceSettings(name="postgres"), ServiceSettings(name="redis")))
    read = machine(engine="none", without=("apt-get",), tools={installer: ""}, servers=frozenset())
    if installer == "apt-get":
        read = machine(engine="none", servers=frozenset())
    found = problems(read, wanted(settings=settings))
    assert (found["postgres"], found["redis"]) == (postgres, redis)


def test_a_package_manager_that_is_not_run_is_told_once():
    """P111 says it; to install it would help nobody."""
    app = samples.app(spa=samples.spa(package_manager="bun"))
    error = PipelineError(errors.PACKAGE_MANAGER_UNSUPPORTED, "bun.lock belongs to bun")
    want = wanted(app=app, plan=None, problem=error)
    found = checks(machine(engine="none"), want)
    assert "bun" not in found
    assert found["repository"].found.startswith("P111 ")


def test_only_what_the_application_has_is_asked_for():
    """No SPA, no Node."""
    found = checks(machine(engine="none", without=("node", "npm")), wanted(app=samples.app(spa=None)))
    assert "node" not in found
    assert is_fit(tuple(found.values()))


@pytest.mark.parametrize(
    ("share", "level"), [(0.19, Level.NOTE), (0.2, Level.OK)], ids=["the engine forgets", "the engine remembers"]
)
def test_a_disk_on_which_the_engine_forgets(share, level):
    """Each run is a cold one there, and nothing else says why."""
    check = checks(machine(engine_disk=share))["disk engine"]
    assert (check.level, bool(check.mend)) == (level, level is not Level.OK)


@pytest.mark.parametrize(
    ("said", "level"),
    [(None, Level.NOTE), ("Version: 0.74.0\nVulnerability DB:", Level.OK), ("Version: 0.69.5", Level.PROBLEM)],
)
def test_the_scanner(said, level):
    """Without an engine `ci` needs it to be complete; one that steals is a problem. Containers bring their own."""
    check = checks(machine(engine="none", tools={"trivy": said}))["trivy"]
    assert (check.level, bool(check.mend)) == (level, level is not Level.OK)
    assert "trivy" not in checks(machine(tools={"trivy": said}))


def test_the_disk_of_no_engine():
    """Where none answers, or its disk is unknown, there is nothing to say."""
    assert "disk engine" not in checks(machine(engine="none", engine_disk=0.1))
    assert "disk engine" not in checks(machine())


@pytest.mark.parametrize(
    ("free", "level"), [(4_000_000_000, Level.PROBLEM), (-1, Level.PROBLEM), (6_000_000_000, Level.OK)]
)
def test_disk(free, level):
    """A full disk ends a run halfway; one that cannot be read is not taken for empty."""
    check = checks(machine(free={"here": free}))["disk here"]
    assert (check.level, check.mend) == (level, "" if level is Level.OK else "docker system prune")
