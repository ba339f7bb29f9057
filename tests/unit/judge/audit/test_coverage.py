"""What was to be looked at against what the tools say they read."""

from __future__ import annotations

import pytest

from pipeline.parse.weakness import Part
from tests.unit.judge.audit import values
from tests.unit.judge.audit.values import audit, expected, gates, looked, scan

FUTURE = "2026-03-03T00:00:00Z"


def missing(report):
    return {row.target: row.missing for row in report.coverage if row.missing}


def with_database(updated, **more):
    entries = (*(looked(part) for part in values.OF_PART.values()), looked(Part.DATABASE, "date", data=updated))
    return audit(scan(looked=entries), expected=(expected(Part.NPM), expected(Part.DATABASE, "date")), **more)


@pytest.mark.parametrize(
    ("updated", "why"),
    [
        ("2026-03-01T06:00:00Z", ""),
        ("2026-02-22T00:00:00Z", ""),
        ("2026-02-21T23:59:59Z", "the database is 8 days old, 7 are allowed"),
        ("2026-03-02T00:00:00Z", ""),
        (FUTURE, f"the database's date {FUTURE} lies in the future, so nobody knows its age"),
        ("soon", "the database's date soon cannot be read"),
    ],
)
def test_an_old_database_is_none(updated, why):
    """What it does not know may be what matters."""
    report = with_database(updated)

    assert missing(report) == ({"date": why} if why else {})
    assert gates(report)["vulnerabilities"] == ("incomplete" if why else "passed")


def test_the_age_is_a_setting():
    """A mirror that is filled once a month can say so."""
    assert missing(with_database("2026-02-01T00:00:00Z", trivy_max_age_days=31)) == {}


@pytest.mark.parametrize(
    ("system", "known", "why"),
    [
        ("debian 12.8", ("debian 12",), ""),
        ("debian 12", ("debian 12",), ""),
        ("ubuntu 24.04", ("debian 12", "ubuntu 24.04"), ""),
        ("debian 12.8", ("debian 1", "debian 13"), "Trivy's database shows no knowledge of debian 12.8"),
        ("debian 12.8", (), "Trivy's database shows no knowledge of debian 12.8"),
        ("", ("debian 12",), "Trivy's database shows no knowledge of an unknown system"),
    ],
)
def test_a_database_without_the_system_is_none(system, known, why):
    """It finds nothing, and says nothing about that."""
    entries = (
        *(looked(part) for part in values.OF_PART.values()),
        looked(Part.OS, "image", data=system),
        *(looked(Part.DATABASE, name) for name in known),
    )
    report = audit(scan(looked=entries), expected=(expected(Part.OS, "image"),))

    assert missing(report) == ({"image": why} if why else {})


def test_what_a_tool_read_beyond_is_told():
    """A second lock file that nobody expected is part of the statement."""
    entries = (*(looked(part) for part in values.OF_PART.values()), looked(Part.NPM, "other/yarn.lock", count=3))

    report = audit(scan(looked=entries))

    assert [(row.target, row.count) for row in report.coverage if row.part is Part.NPM] == [
        (values.LOCK, None),
        ("other/yarn.lock", 3),
    ]


def test_one_tool_is_not_another():
    """A lock file that Trivy read was not asked about at the registry."""
    report = audit(scan(), expected=(expected(Part.NPM), expected(Part.NPM, tool="npm audit")))

    assert [(row.tool, bool(row.missing)) for row in report.coverage if row.part is Part.NPM] == [
        ("trivy", False),
        ("npm audit", True),
    ]


def test_what_is_known_to_be_worth_nothing_is_missing():
    """Whatever the tool says about it."""
    said = (*(looked(part) for part in values.OF_PART.values()), looked(Part.CONFIGURATION, "Dockerfile"))

    report = audit(scan(looked=said), expected=(expected(Part.CONFIGURATION, "Dockerfile", missing="too large"),))

    assert (missing(report), gates(report)["misconfiguration"]) == ({"Dockerfile": "too large"}, "incomplete")
