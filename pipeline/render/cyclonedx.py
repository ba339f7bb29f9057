"""The bill of materials as CycloneDX 1.6, JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component as Part
from cyclonedx.model.component import ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from pipeline.render import sbom

if TYPE_CHECKING:
    from cyclonedx.model.license import License

    from pipeline.judge.model import Report
    from pipeline.parse.weakness import Component


def text(report: Report) -> str:
    """Return the document."""
    return str(JsonV1Dot6(_bom(report)).output_as_string(indent=1)) + "\n"


def _bom(report: Report) -> Bom:
    root = Part(name=report.app, type=ComponentType.APPLICATION, bom_ref=f"app:{report.app}")
    parts = [_part(component) for component in sbom.once(report.audit.components)]
    when = datetime.fromtimestamp(report.started, UTC)
    bom = Bom(components=parts, metadata=BomMetaData(component=root, timestamp=when))
    bom.register_dependency(root, parts)
    return bom


def _part(component: Component) -> Part:
    place, package = "image" if component.image else "source", component.package
    return Part(
        name=package.name,
        version=package.version,
        type=ComponentType.LIBRARY,
        purl=PackageURL.from_string(component.purl) if component.purl else None,
        bom_ref=component.purl or f"{package.ecosystem}:{package.name}@{package.version}",
        licenses=_licences(component.licences),
        scope=ComponentScope.EXCLUDED if component.dev else ComponentScope.REQUIRED,
        properties=[Property(name="pipeline:place", value=f"{place}: {component.file}".rstrip(": "))],
    )


def _licences(names: tuple[str, ...]) -> list[License]:
    """Return them as ids or an expression where SPDX knows them; several are all in force."""
    make = LicenseFactory()
    if len(names) == 1:
        return [make.make_from_string(names[0])]
    return [make.make_with_name(name) for name in names]
