"""The runtimes that tests run on."""

from __future__ import annotations

import pytest

from pipeline.doctor.model import Level
from tests import samples
from tests.unit.doctor.machines import checks, machine, problems, wanted

HERE = "Microsoft.AspNetCore.App 9.0.1 [/x]\nMicrosoft.NETCore.App 8.0.31 [/x]\nMicrosoft.NETCore.App 10.0.12 [/x]"


def of(framework, **more):
    return wanted(app=samples.app(dotnet=samples.dotnet(tests=(samples.suite(frameworks=(framework,), **more),))))


@pytest.mark.parametrize(
    ("framework", "roll_forward", "missing"),
    [
        ("net8.0", "", False),
        ("net9.0", "", True),
        ("net9.0-windows", "", True),
        ("net9.0", "Major", False),
        ("net9.0", "LatestMajor", False),
        ("net9.0", "LatestMinor", True),
        ("netcoreapp3.1", "", True),
        ("net11.0", "Major", True),
        ("net10.0", "Disable", False),
        ("net48", "", False),
        ("netstandard2.0", "", False),
    ],
)
def test_a_runtime_that_no_program_of_this_framework_starts_on(framework, roll_forward, missing):
    """An SDK 10.0 builds tests for 9.0 and cannot start them; the project may allow a newer runtime."""
    found = problems(machine(engine="none", runtimes=HERE), of(framework, roll_forward=roll_forward))
    version = framework.removeprefix("netcoreapp").removeprefix("net").partition("-")[0]
    name = f"runtime {version}"
    assert {key for key in found if key.startswith("runtime")} == ({name} if missing else set())
    assert ("engine" in found) == missing
    if missing:
        assert found[name].endswith(f"--channel {version} --runtime aspnetcore")


def test_the_project_and_what_is_there_are_named():
    """So that one can decide which of the two to change."""
    check = checks(machine(engine="none", runtimes=HERE), of("net9.0"))["runtime 9.0"]
    assert check.found == "tests/Shop.Tests/Shop.Tests.csproj runs on it; here: 8.0, 10.0"


def test_an_image_holds_the_runtime_of_its_sdk_alone():
    """What this machine has does not count in containers; an image of the user's own may hold anything."""
    read = machine(runtimes=HERE.replace("10.0.12", "9.0.1"))
    check = checks(read, of("net9.0"))["runtime 9.0"]
    assert check.level is Level.PROBLEM
    assert "the SDK image holds 10.0 alone" in check.found
    assert not problems(read, of("net10.0"))
    own = wanted(
        app=of("net9.0").apps[0], settings=samples.settings(images=(("dotnet", "registry.test/both:1"),)), plan=None
    )
    assert not problems(read, own)


def test_runtimes_that_nobody_listed_are_not_judged():
    """Without `dotnet` that is the problem, and told once."""
    assert "runtime 9.0" not in checks(machine(engine="none"), of("net9.0"))
