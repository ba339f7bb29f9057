from __future__ import annotations

import json

import pytest

from pipeline.parse.machines import machines


def one(*events, **config):
    """Return a machine of such events, the newest first."""
    told = {"id": "m1", "state": "stopped", "config": config, "events": list(events)}
    return machines(json.dumps([told]))[0]


def ended(code, **more):
    return {"type": "exit", "request": {"exit_event": {"exit_code": code, **more}}}


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], ""),
        ([ended(139)], "exit code 139"),
        ([ended(137, oom_killed=True)], "exit code 137, out of memory"),
        ([{"type": "start"}, ended(1)], ""),
        ([{"type": "update"}, ended(1)], "exit code 1"),
        ([ended(0, requested_stop=True)], ""),
        ([ended(0, requested_stop=False)], "exit code 0"),
    ],
)
def test_only_an_end_that_nobody_asked_for_tells_why_it_stopped(events, expected):
    """One that the platform put to sleep has not failed."""
    assert one(*events).exit == expected


def test_those_of_a_release_command_and_the_lock_do_not_serve():
    """Nor does one that somebody made by hand."""
    mark = {"fly_platform_version": "v2"}
    assert one(metadata=mark | {"fly_process_group": "app"}).serves
    assert not one(metadata=mark | {"fly_process_group": "fly_app_release_command"}).serves
    assert not one(metadata={"pipeline_lock": "x"}).serves


@pytest.mark.parametrize("content", ["{}", "[1]", '[{"id": 1}]', ""])
def test_a_broken_answer_is_no_app_without_machines(content):
    """Who took it for one would call the next release a first one."""
    with pytest.raises(ValueError, match=r"."):
        machines(content)
