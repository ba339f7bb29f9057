from __future__ import annotations

import json

import pytest

from pipeline.release import records
from pipeline.release.model import Record, Verdict
from tests.unit.release.world import goal


def log(**more: object) -> str:
    """Return a log of one release, in whose goal something is another than it was."""
    said = json.loads(records.text([Record(id="r1", goal=goal("a"), verdict=Verdict.VERIFIED)]))
    said["releases"][0]["goal"] |= more
    return json.dumps(said)


def test_a_release_of_another_app_is_none_of_this_log():
    """Going back to it would change that app, and look at this one."""
    assert records.read(log(), "shop")
    with pytest.raises(ValueError, match="it names releases of other"):
        records.read(log(app="other"), "shop")


@pytest.mark.parametrize("more", [{"config": 1}, {"wait": "soon"}, {"may_sleep": "no"}, {"app": None}, {"new": 1}])
def test_a_value_of_another_kind_is_damage(more):
    """It is told before anything is touched, and not in the middle of a release."""
    with pytest.raises(ValueError, match="damaged"):
        records.read(log(**more), "shop")


def test_a_log_without_end_is_damage():
    """It ends in no traceback."""
    with pytest.raises(ValueError, match="damaged"):
        records.read('{"schema": 1, "releases": ' + "[" * 200_000 + "]" * 200_000 + "}")
