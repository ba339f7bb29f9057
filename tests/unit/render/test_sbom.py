"""The bill of materials, as valid CycloneDX 1.6 and SPDX 2.3."""

from __future__ import annotations

import json

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

from pipeline.judge.audit.model import Audit
from pipeline.judge.model import Status
from pipeline.parse.weakness import Component, Package
from pipeline.plan.model import NEEDS_CONTAINERS, Off, Plan
from pipeline.render import sbom, spdx
from tests import samples


def part(name, version="1.0.0", kind="npm", **more):
    package = Package(ecosystem=kind, name=name, version=version)
    return Component(package=package, purl=f"pkg:{kind}/{name}@{version}", **more)


PARTS = (
    part("lodash", licences=("MIT",), file="client/package-lock.json"),
    part("vitest", licences=("MIT",), file="client/package-lock.json", dev=True),
    part("odd", licences=("SEE LICENSE IN x",), file="client/package-lock.json"),
    part("two", licences=("MIT OR Apache-2.0",), file="client/package-lock.json"),
    part("Newtonsoft.Json", "13.0.3", "nuget", file="tests/A/packages.lock.json", dev=True),
    part("Newtonsoft.Json", "13.0.3", "nuget", file="src/A/packages.lock.json"),
    part("libssl3", "3.0.8-1", "deb", image=True),
    Component(package=Package(ecosystem="npm", name="local", version="2.0.0"), file="client/package-lock.json"),
)


@pytest.fixture
def report():
    """Return a report of both ecosystems and an image."""
    return samples.report(samples.result("audit.packages"), audit=Audit(components=PARTS), started=1_772_000_000.5)


def test_cyclonedx(report):
    """Valid by the official schema; each package once, shipped when any part of the application ships it."""
    text = sbom.text(report, "cyclonedx")

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    data = json.loads(text)
    assert data["specVersion"] == "1.6"
    scopes = {component["bom-ref"]: component["scope"] for component in data["components"]}
    assert scopes == {
        "npm:local@2.0.0": "required",
        "pkg:deb/libssl3@3.0.8-1": "required",
        "pkg:npm/lodash@1.0.0": "required",
        "pkg:npm/odd@1.0.0": "required",
        "pkg:npm/two@1.0.0": "required",
        "pkg:npm/vitest@1.0.0": "excluded",
        "pkg:nuget/Newtonsoft.Json@13.0.3": "required",
    }


def test_spdx(report):
    """Valid by the library of its makers; licences that SPDX does not know are not asserted."""
    assert validate_full_spdx_document(spdx.document(report)) == []
    data = json.loads(sbom.text(report, "spdx"))
    assert data["spdxVersion"] == "SPDX-2.3"
    declared = {package["name"]: package["licenseDeclared"] for package in data["packages"]}
    assert (declared["lodash"], declared["two"]) == ("MIT", "MIT OR Apache-2.0")
    assert declared["odd"] == declared["libssl3"] == "NOASSERTION"
    assert len(declared) == 7


def test_half_a_list_is_none(report):
    """A scan that broke gives no document that looks whole."""
    plan = Plan(app="shop", steps=())
    assert sbom.problem(report, plan) == ""
    broken = samples.result("audit.image", status=Status.UNAVAILABLE, reason="no answer")
    assert sbom.problem(samples.report(broken, audit=Audit(components=PARTS)), plan) == (
        "no bill of materials: audit.image is unavailable: no answer"
    )
    without = samples.result("audit.image", status=Status.SKIPPED, reason=NEEDS_CONTAINERS)
    assert sbom.problem(samples.report(without, audit=Audit(components=PARTS)), plan) == ""
    assert sbom.problem(samples.report(), plan) == "no bill of materials: no lock file names a package"


@pytest.mark.parametrize("id_", ["audit", "audit.packages", "one/audit.packages"])
def test_why_there_is_nothing_to_list(id_):
    """The plan knows: the scans are off, or there is no lock file."""
    plan = Plan(app="shop", steps=(), off=(Off(id="api.test", reason="other"), Off(id=id_, reason="the reason")))

    assert sbom.problem(samples.report(), plan) == "no bill of materials: the reason"


def test_what_a_list_leaves_out():
    """An image that this runner has no place for; one that the application has not is not missed."""
    of_spa = Plan(app="shop", steps=(), off=(Off(id="image", reason="no web project found"),))
    on_host = Plan(app="shop", steps=(), off=(Off(id="audit.image", reason=NEEDS_CONTAINERS),))

    assert (sbom.lacking(of_spa), sbom.lacking(on_host).startswith("the image is not in it")) == ("", True)
