from __future__ import annotations

import json

import anyio

from pipeline.parse import machines
from pipeline.release import records
from pipeline.release.model import Record, Verdict
from pipeline.release.rollout import Rollout
from pipeline.render import release_json, release_text
from tests.unit.release.world import World, goal


def test_what_machines_wrote_is_told_and_not_kept():
    """An application may write anything, and the log of releases lies in a registry."""
    record = Record(id="1", goal=goal("a"), verdict=Verdict.ROLLED_BACK, seen=("m1 | Unhandled exception",))
    assert "  m1 | Unhandled exception" in release_text.record(record).splitlines()
    assert json.loads(release_json.record(record))["releases"][0]["seen"] == ["m1 | Unhandled exception"]
    assert "Unhandled" not in records.text([record])


def test_what_was_seen_of_a_red_release_is_told():
    """The state of each machine, and each answer that is none of success with the beginning of its body."""
    world = World(bad={"b": "sick"})
    record = anyio.run(lambda: Rollout(world, ()).deploy(goal("b")))
    assert "machine m0 started: http critical" in record.seen
    assert "/health 503: no database" in record.seen
    assert len(set(record.seen)) == len(record.seen)


def test_lines_of_a_log():
    """As the API for logs answers; one that says nothing of them is an error."""
    said = {"data": [{"attributes": {"message": "one\n\ttwo"}}, {"attributes": {}}], "meta": {"next_token": ""}}
    assert machines.logs(json.dumps(said)) == ("one two", "")


def test_a_password_is_hidden_before_a_line_is_cut():
    """Of what a check or a program said the beginning is kept; without its end nothing tells a password."""
    for length in range(270, 300, 5):
        line = f"{'x' * length} amqp://svc:c4n4ry@queue/"
        said = {"data": [{"attributes": {"message": line}}]}
        checks = [{"name": "http", "status": "critical", "output": line}]
        found = [*machines.logs(json.dumps(said)), machines.machine({"id": "m", "checks": checks}).checks[0].output]
        assert [text for text in found if "c4n4ry" in text or len(text) > 300] == []
