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


CI = "jobs:\n  {}:\n    steps:\n      - uses: setup-node\n        with: {{node-version: '{}'}}\n      - run: {}\n"


def written(found, package, files, **more):
    facts = found({"client/package.json": package(**more), "client/package-lock.json": ""} | files).facts
    return next((f.value, f.confidence.value) for f in facts if f.name == "node as written")


@pytest.mark.parametrize(
    ("files", "value"),
    [
        ({".github/workflows/a.yml": CI.format("build", "20.x", "npm ci")}, "20.x"),
        (
            {".github/workflows/a.yml": "env:\n  N: 18\njobs:\n  a:\n  - node-version: ${{ env.N }} #\n  - npm ci"},
            "18",
        ),
        (
            {
                ".github/workflows/a.yml": CI.format("docs", "16", "npm ci"),
                ".github/workflows/b.yml": CI.format("web", "22", "npm ci --prefix client"),
            },
            "22",
        ),
        (
            {
                ".github/workflows/a.yml": CI.format("a", "24", "npm install -g tool"),
                ".github/workflows/b.yml": CI.format("b", "20", "npm ci"),
            },
            "20",
        ),
        ({".github/workflows/a.yml": CI.format("e2e", "18", "npm ci --prefix e2e"), "e2e/package.json": "{}"}, None),
        ({"client/Dockerfile": "FROM node:22.3-alpine AS build", "Dockerfile": "FROM node:18"}, "22.3"),
        ({".tool-versions": "dotnet 8\nnodejs 21.1.0\n"}, "21.1.0"),
        ({}, None),
    ],
)
def test_ci_and_images_say_it_where_no_file_of_the_package_does(found, package, files, value):
    """The job that builds this folder, then any that builds at all; a job about another package says nothing."""
    assert written(found, package, files)[0] == value


def test_the_engines_of_the_workspace_count(found, package):
    """A member has none of its own."""
    files = {"package.json": '{"workspaces": ["*"], "engines": {"node": "22"}}', "client/index.html": ""}
    assert written(found, package, files)[0] == "22"


def test_an_image_of_another_name_is_asked_for(found, package):
    """It holds Node, but its tag may be a version of its own."""
    stage = "FROM shop/frontend:22.19\nCOPY client/ .\nRUN npm ci\n"
    files = {"client/package.json": package(), "client/package-lock.json": "", "Dockerfile": stage}
    app = found(files | {"tools/Dockerfile": "FROM node:24"})
    fact = next(fact for fact in app.facts if fact.name == "node")
    assert (fact.candidates, fact.key) == (("22", "24"), "spa.node")
    assert app.spa.node == "22"
