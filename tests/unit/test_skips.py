"""When the tests that build applications are skipped: never in silence where they could run."""

from __future__ import annotations

import io
import shutil
import urllib.request
from urllib.error import URLError

import pytest

from tests import apps, conftest


@pytest.fixture
def nuget(monkeypatch):
    """Let nuget.org answer, or not; remember what was asked."""
    asked = []

    def answers(error=None):
        def urlopen(address, **_more):
            asked.append(address)
            if error:
                raise error
            return io.BytesIO()

        monkeypatch.setattr(urllib.request, "urlopen", urlopen)
        return asked

    return answers


@pytest.mark.parametrize("named", [None, ""])
def test_without_a_feed_nuget_org_is_tried(nuget, monkeypatch, named):
    """A fresh clone with .NET and Node tests what it can, without any variable."""
    monkeypatch.delenv("PIPELINE_NUGET_FEED", raising=False)
    if named is not None:
        monkeypatch.setenv("PIPELINE_NUGET_FEED", named)
    asked = nuget()
    assert (apps.feed_problem(), apps.feed_flags(), len(asked)) == ("", [], 1)


def test_nuget_org_out_of_reach(nuget, monkeypatch):
    """The reason of the skip says what is missing and what to set."""
    monkeypatch.delenv("PIPELINE_NUGET_FEED", raising=False)
    nuget(URLError("no route to host"))
    problem = apps.feed_problem()
    assert ("no route to host" in problem, "PIPELINE_NUGET_FEED" in problem) == (True, True)
    monkeypatch.setattr(shutil, "which", lambda name: name)
    assert conftest.host_problem.__wrapped__() == problem


@pytest.mark.parametrize(("named", "flags"), [("none", []), ("packages", ["--nuget-feed=packages"])])
def test_what_was_named_is_not_doubted(nuget, monkeypatch, named, flags):
    """`none` may stand for a mirror that the machine's own NuGet settings name."""
    monkeypatch.setenv("PIPELINE_NUGET_FEED", named)
    asked = nuget(URLError("no"))
    assert (apps.feed_problem(), apps.feed_flags(), asked) == ("", flags, [])


def test_missing_tools_are_named(monkeypatch):
    """The reason of the skip names each."""
    monkeypatch.setattr(shutil, "which", lambda name: None if name in {"node", "npm"} else name)
    assert conftest.host_problem.__wrapped__() == "not on PATH: node, npm"
