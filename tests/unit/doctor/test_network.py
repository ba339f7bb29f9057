"""Clock and package sources."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline.doctor.model import Answer, Level
from pipeline.doctor.network import NPM, NUGET, addresses
from pipeline.settings.model import NpmSettings, NugetSettings
from tests import samples
from tests.unit.doctor.machines import NOW, checks, machine, wanted

CLOSED = "in a closed network set"
MIRROR = samples.settings(
    nuget=NugetSettings(source="https://n.test/v3"), npm=NpmSettings(registry="https://p.test/npm/")
)


@pytest.mark.parametrize(
    ("want", "expected"),
    [
        (wanted(), (NUGET, NPM)),
        (wanted(settings=MIRROR), ("https://n.test/v3", "https://p.test/npm/")),
        (wanted(feed=True), (NPM,)),
        (wanted(app=samples.app(spa=None)), (NUGET,)),
        (wanted(app=None, plan=None), ()),
    ],
    ids=["public", "mirrors", "feed", "no spa", "nothing known"],
)
def test_the_addresses_that_packages_come_from(want, expected):
    """Those of the settings, else the public ones; only for the halves that are there."""
    assert addresses(want) == expected


@pytest.mark.parametrize(
    ("address", "problem", "mend"),
    [
        (
            NUGET,
            "timed out",
            (
                f"{CLOSED} nuget.source in pipeline.yaml to your mirror, or give a folder of packages with --nuget-feed"
                f"; else: curl -sSI {NUGET}"
            ),
        ),
        (NPM, "refused", f"{CLOSED} npm.registry in pipeline.yaml to your mirror; else: curl -sSI {NPM}"),
        ("https://n.test/v3", "refused", "curl -sSI https://n.test/v3"),
        (
            "https://n.test/v3",
            "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed",
            "export SSL_CERT_FILE=path/to/your/ca.pem NODE_EXTRA_CA_CERTS=path/to/your/ca.pem",
        ),
    ],
)
def test_an_address_that_does_not_answer(address, problem, mend):
    """Told with the reason and the way on: a mirror, a look, the company's certificate."""
    check = checks(machine(answers=(Answer(address=address, problem=problem),)))["packages"]
    assert (check.level, check.mend) == (Level.PROBLEM, mend)
    assert problem in check.found


def test_an_address_that_answers():
    """Nothing to mend."""
    check = checks(machine(answers=(Answer(address=NUGET, ahead=1.0),)))["packages"]
    assert (check.level, check.found, check.mend) == (Level.OK, f"{NUGET} answers", "")


@pytest.mark.parametrize(
    ("ahead", "found"),
    [
        ((900.0,), "900 s behind the servers asked"),
        ((-300.0,), "300 s ahead of the servers asked"),
        ((0.0, 1.0, 9_000.0), None),
        ((119.0,), None),
    ],
)
def test_a_clock_that_is_off(ahead, found):
    """By more than two minutes, as most servers see it; one odd server is no reason."""
    answers = tuple(Answer(address=f"https://{n}.test/", ahead=off) for n, off in enumerate(ahead))
    check = checks(machine(answers=answers))["clock"]
    assert check.level is (Level.PROBLEM if found else Level.OK)
    assert check.found == (found or "as the servers asked say")
    assert check.mend == ("sudo timedatectl set-ntp true" if found else "")


@pytest.mark.parametrize(("days", "level"), [(-30, Level.OK), (0, Level.OK), (3, Level.PROBLEM)])
def test_a_clock_without_servers_is_held_against_the_newest_commit(days, level):
    """Nobody commits in the future; a day's grace for other people's clocks."""
    read = machine(answers=(Answer(address=NUGET, problem="x"),), newest_commit=NOW + timedelta(days=days))
    assert checks(read)["clock"].level is level


def test_credentials_of_an_address_are_not_shown():
    """Settings refuse them; nothing else shall print them either."""
    answers = (Answer(address="https://me:hunter2@n.test/?key=hunter2", problem="refused"),)
    check = checks(machine(answers=answers))["packages"]
    assert "hunter2" not in check.found + check.mend
