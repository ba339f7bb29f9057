"""Images that something else made, told as ours are."""

from __future__ import annotations

import json

from pipeline.oci import describe
from pipeline.oci.layout import MANIFEST, Archive, Descriptor
from tests.oci_base import base


def told(folder):
    describe.main(str(folder), str(folder / "report.json"))
    return json.loads((folder / "report.json").read_text())


def test_what_is_there(tmp_path):
    """Digest and layers, byte by byte as a registry will have them."""
    path, _ = base(tmp_path, "linux-amd64.tar")
    report = told(tmp_path)
    assert report["digest"] == Descriptor.of(MANIFEST, Archive(path).content).digest
    assert [layer["name"] for layer in report["images"][0]["layers"]] == ["dockerfile"]
    assert report["problem"] == ""


def test_another_platform_than_was_asked_for(tmp_path):
    """Its FROM has no such one, and the registry said nothing."""
    base(tmp_path, "linux-arm64.tar")
    assert told(tmp_path)["problem"] == "the Dockerfile made an image for linux/amd64 when linux/arm64 was asked for"


def test_nothing(tmp_path):
    """No archive is no image."""
    assert told(tmp_path)["problem"]
