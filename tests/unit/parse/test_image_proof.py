"""The report on an image."""

from __future__ import annotations

import json

import pytest

from pipeline.parse.image_proof import parse
from pipeline.parse.model import Parsed


@pytest.fixture
def report(read):
    """Return a real report, of an image that is as it should be."""
    return json.loads(read("image-proof.json"))


def test_a_proof(report):
    """Everything was asked, and nothing is wrong."""
    assert [check["name"] for check in report["checks"]][-1] == "stop"
    assert parse(json.dumps(report), "/src") == Parsed()


def test_what_is_wrong_is_named(report):
    """Each check with its name and what it found, also where a later one could not be made."""
    report["checks"][3] |= {"ok": False, "said": "900.0 MB to pull"}
    del report["checks"][5:]

    assert parse(json.dumps(report), "/src").problems == ("size: 900.0 MB to pull",)


@pytest.mark.parametrize("name", ["start", "release command"])
def test_a_program_that_does_not_start_may_lack_settings(name, report):
    """The reason names the key that gives them."""
    report["checks"][5] = {"name": name, "ok": False, "said": "it ended with 134 at its start: no key"}
    del report["checks"][6:]

    (said,) = parse(json.dumps(report), "/src").problems
    assert said == f"{name}: it ended with 134 at its start: no key; image.env gives it settings"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda r: r.update(version=2), "the report on the image has the unknown version 2"),
        (lambda r: r.update(problem="mount: permission denied"), "could not be started here: mount: permission denied"),
        (lambda r: r["checks"].pop(), "ends before the image was stopped"),
        (lambda r: r.update(checks=[]), "ends before the image was stopped"),
        (lambda r: r.update(checks=None), "ends before the image was stopped"),
    ],
)
def test_half_a_proof_is_none(change, why, report):
    """What was not asked was not proven."""
    change(report)
    (said,) = parse(json.dumps(report), "/src").unavailable
    assert why in said


@pytest.mark.parametrize("ok", [None, "yes", 1])
def test_only_true_is_good(ok, report):
    """Anything else is wrong."""
    report["checks"][0]["ok"] = ok
    assert parse(json.dumps(report), "/src").problems == ("user: runs as 1654:1654",)


def test_a_cut_report_is_none(report):
    """The program was killed while it wrote."""
    assert parse(json.dumps(report)[:200], "/src").unavailable != ()
