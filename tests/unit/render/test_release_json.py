"""A plan for machines: what was approved is named by its hash, and what people read comes with it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pipeline.parse.machines import Machine
from pipeline.release.model import Live, Record, Verdict
from pipeline.release.plan import ReleasePlan
from pipeline.render import release_json, release_text
from tests.unit.release.world import goal


def machine(one, release):
    return Machine(id="m1", instance="i1", state="started", digest=one.digest, release=release)


def nothing_to_do():
    one = goal("new")
    last = Record(id="r1", goal=one, verdict=Verdict.VERIFIED, release=3)
    return ReleasePlan(goal=one, live=Live(machines=(machine(one, 3),)), last=last)


def test_a_plan_says_its_hash_and_what_people_read():
    """One answer for both: a second look might see another app."""
    plan = ReleasePlan(goal=goal("new"), live=Live(machines=(machine(goal("old"), 2),)))
    told = json.loads(release_json.plan(plan))
    assert (told["schema"], told["hash"], told["unchanged"]) == (1, plan.hash, False)
    assert told["text"] == release_text.plan(plan)
    assert told["text"].endswith(f"hash        {plan.hash}\n")


@pytest.mark.parametrize(
    "more",
    [
        {"environment": "production"},
        {"url": "https://elsewhere.test"},
        {"health": "/"},
        {"stable": 1.0},
        {"smoke": ("/api",)},
        {"migrations": ()},
        {"source": "registry.test/other@sha256:1"},
        {"config": "two"},
    ],
)
def test_an_approval_is_for_everything_that_a_release_does(more):
    """Also for where and how it is proven: who asks another address or not at all would call anything good."""
    asked = ReleasePlan(goal=goal("new", "add_table"), live=Live())
    assert replace(asked, goal=replace(asked.goal, **more)).hash != asked.hash
    assert replace(asked, goal=replace(asked.goal, image="registry.fly.io/shop:1")).hash == asked.hash


def test_the_hash_is_there_when_there_is_nothing_to_do():
    """Who wants it released once more, since it does not serve well, needs one to approve it with."""
    told = json.loads(release_json.plan(nothing_to_do()))
    assert told["unchanged"] is True
    assert len(told["hash"]) == 16
    assert told["text"].endswith(f"nothing to do: this is what is live\nhash        {told['hash']}\n")


@pytest.mark.parametrize("text", ["##[group]x", "::set-output name=x::y", "\x1b[2J"])
def test_no_text_of_a_repository_gives_a_ci_system_orders(text):
    """A fly.toml may hold anything, and its difference is part of the plan."""
    printed = release_json.plan(replace(nothing_to_do(), config=(text,)))
    assert "\x1b" not in printed
    assert "##[" not in printed
    assert not [line for line in json.loads(printed)["text"].splitlines() if line.lstrip().startswith("::")]
