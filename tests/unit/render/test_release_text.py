"""Releases for people: the list of them, what they come to, and what serves."""

from __future__ import annotations

import json

import pytest

from pipeline.parse.machines import Check, Machine
from pipeline.release.model import Live, Place, Record, Verdict
from pipeline.render import release_json, release_text
from tests.unit.release.world import goal

WHERE = Place(environment="staging", app="shop-staging", url="https://shop-staging.fly.dev")


def record(verdict=Verdict.VERIFIED, kind="deploy", took=13.0, **more):
    own = {"id": f"20260301-141500-{kind}", "started": 0.0, "ended": took, "by": "somebody-with-a-name"}
    return Record(goal=goal("new"), verdict=verdict, kind=kind, **(own | more))


def machine():
    checks = (Check(name="servicecheck-00-http-8080", status="passing"),)
    return Machine(id="m1", instance="i1", state="started", digest=goal("new").digest, release=3, checks=checks)


def test_the_list_fits_into_a_terminal():
    """The name of a release begins with its time, which therefore needs no column."""
    lines = release_text.releases([record(Verdict.ROLLED_BACK, by="root"), record(by="root")]).splitlines()
    assert lines[0].startswith("release (UTC)")
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ([record(kind="rollback")], ["1 rollback; the slowest took 13 s, target 300 s"]),
        ([record(kind="rollback")] * 2, ["2 rollbacks; the slowest took 13 s, target 300 s"]),
        (
            [record(Verdict.ROLLED_BACK, took=41.0), record()],
            ["1 of 2 deployments went well (50.0%), target 99%", "the slowest of these took 13 s, target 600 s"],
        ),
        ([record(Verdict.STUCK)], ["0 of 1 deployments went well (0.0%), target 99%"]),
    ],
)
def test_the_figures(listed, said):
    """Only one that went well has a time that means something."""
    assert release_text.releases(listed).splitlines()[-len(said) :] == said
    assert release_text.releases(listed).split("\n\n")[1].splitlines() == said


def test_status_says_where_it_looked():
    """Machines alone do not tell whose they are; what should serve and what was tried last are two things."""
    live, listed = Live(machines=(machine(),)), [record(Verdict.FAILED, id="red"), record(id="good")]
    text = release_text.status(live, listed, WHERE)
    assert text.startswith("staging: shop-staging, https://shop-staging.fly.dev\nlive        sha256:")
    told = json.loads(release_json.status(live, listed, WHERE))
    assert (told["environment"], told["app"], told["url"]) == ("staging", "shop-staging", WHERE.url)
    assert (told["verified"], told["latest"]) == ("good", {"id": "red", "verdict": "failed"})
    assert told["machines"][0]["checks"] == [{"name": "servicecheck-00-http-8080", "status": "passing"}]
    told = json.loads(release_json.status(Live(machines=()), [], WHERE))
    assert (told["machines"], told["verified"], told["latest"]) == ([], None, None)
