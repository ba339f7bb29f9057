"""The report on what was packed: told in the row of its step, and red when it is none."""

from __future__ import annotations

import json

import pytest

from pipeline.parse.image_packed import parse

IMAGE = {
    "platform": "linux/amd64",
    "digest": "sha256:" + "ab" * 32,
    "layers": [{"name": "base", "bytes": 90_000_000}, {"name": "packages", "bytes": 4_500_000}],
}
GOOD = {"version": 1, "problem": "", "digest": IMAGE["digest"], "images": [IMAGE]}


def test_digest_and_size_are_told():
    """What a reader compares between two runs, and what a platform pulls."""
    told = parse(json.dumps(GOOD), "/src").notes
    assert told == ("linux/amd64 sha256:abababababab 94.5 MB to pull, 4.5 of them above the base",)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"problem": "the registry answered with an image for linux/amd64"}, "the registry answered with"),
        ({"images": []}, "names no image"),
        ({"digest": ""}, "names no image"),
    ],
)
def test_what_is_no_image_is_red(change, problem):
    """Also when the program that packs ended well."""
    (said,) = parse(json.dumps(GOOD | change), "/src").problems
    assert problem in said


def test_an_unknown_report_proves_nothing():
    """Another program wrote it."""
    assert "unknown version 2" in parse(json.dumps(GOOD | {"version": 2}), "/src").unavailable[0]
