"""Which major version of Node builds the SPA."""

from __future__ import annotations

import pytest

from pipeline.errors import SETTINGS_INVALID


@pytest.mark.parametrize(
    ("wanted", "major"),
    [
        (">=20", "22"),
        (">=24", "24"),
        (">=22.12.0", "22"),
        ("^20.19.0 || >=22.12.0", "22"),
        ("^20.0.0", "20"),
        ("~20.11", "20"),
        ("20.x", "20"),
        (">=18 <21", "20"),
        ("18 - 20", "20"),
        ("<=22", "22"),
        (">22", "24"),
        ("<22", "20"),
        ("*", "22"),
        ("v18.1.0", "18"),
        ("16 || 18", "18"),
        (">=23 <24", "23"),
        ("lts", "22"),
    ],
)
def test_a_range_gives_22_if_it_fits_else_24_else_20(found, package, wanted, major):
    """Else the highest major that the range names; text without a number gives the default."""
    assert found({"package.json": package(engines={"node": wanted}), "package-lock.json": ""}).spa.node == major


@pytest.mark.parametrize(
    ("text", "major"), [("v20.11.1\n", "20"), ("18", "18"), ("lts/iron", "20"), ("# x\n24 # y\n", "24"), ("node", "22")]
)
def test_nvmrc_names_the_major(found, package, text, major):
    """An exact version wins over every preference; an alias without a number does not count."""
    assert found({"package.json": package(), "package-lock.json": "", ".nvmrc": text}).spa.node == major


def test_sources_have_an_order_and_the_fact_names_the_winner(found, package):
    """Setting, .nvmrc (also above), .node-version, volta, engines, default."""
    files = {"c/package.json": package(), "c/package-lock.json": ""}

    def node(settings=""):
        return next((f.value, f.source) for f in found(files, settings).facts if f.name == "node")

    assert node() == ("22", "default")
    files["c/package.json"] = package(engines={"node": ">=24"})
    assert node() == ("24", "c/package.json engines")
    files["c/package.json"] = package(engines={"node": ">=24"}, volta={"node": "20.1.0"})
    assert node() == ("20", "c/package.json volta")
    files["c/.node-version"] = "18"
    assert node() == ("18", "c/.node-version")
    files[".nvmrc"] = "16"
    assert node() == ("16", ".nvmrc")
    assert node('spa: {node: "24"}') == ("24", "pipeline.yaml")


def test_a_setting_that_is_no_version_is_refused(refused, package):
    """`lts` is not a version."""
    files = {"package.json": package(), "package-lock.json": ""}
    assert refused(files, "spa: {node: lts}").kind is SETTINGS_INVALID
