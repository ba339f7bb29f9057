"""The bill of materials as SPDX 2.3, JSON."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from spdx_tools.spdx.jsonschema.document_converter import DocumentConverter
from spdx_tools.spdx.model import (
    Actor,
    ActorType,
    CreationInfo,
    Document,
    ExternalPackageRef,
    ExternalPackageRefCategory,
    Package,
    Relationship,
    RelationshipType,
    SpdxNoAssertion,
)

from pipeline.parse.licence import expression
from pipeline.render import sbom

if TYPE_CHECKING:
    from pipeline.judge.model import Report
    from pipeline.parse.weakness import Component


def text(report: Report) -> str:
    """Return the document."""
    converter = DocumentConverter()  # type: ignore[no-untyped-call]
    return json.dumps(converter.convert(document(report)), indent=1) + "\n"


def document(report: Report) -> Document:
    """Return the document as a value of the library."""
    when = datetime.fromtimestamp(int(report.started), UTC)
    info = CreationInfo(
        spdx_version="SPDX-2.3",
        spdx_id="SPDXRef-DOCUMENT",
        name=report.app,
        data_license="CC0-1.0",
        document_namespace=f"https://spdx.org/spdxdocs/{report.app}-{int(report.started)}",
        creators=[Actor(ActorType.TOOL, "pipeline")],
        # SPDX wants UTC, and the library a time without a zone.
        created=when.replace(tzinfo=None),
    )
    packages = [_package(component, at) for at, component in enumerate(sbom.once(report.audit.components))]
    relations = [Relationship("SPDXRef-DOCUMENT", RelationshipType.DESCRIBES, p.spdx_id) for p in packages]
    return Document(creation_info=info, packages=packages, relationships=relations)


def _package(component: Component, at: int) -> Package:
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", component.package.name)
    category = ExternalPackageRefCategory.PACKAGE_MANAGER
    references = [ExternalPackageRef(category, "purl", component.purl)] if component.purl else []
    return Package(
        spdx_id=f"SPDXRef-{at}-{name}",
        name=component.package.name,
        version=component.package.version,
        download_location=SpdxNoAssertion(),
        files_analyzed=False,
        license_concluded=SpdxNoAssertion(),
        license_declared=_declared(component),
        copyright_text=SpdxNoAssertion(),
        external_references=references,
    )


def _declared(component: Component) -> object:
    # Words that are no SPDX ids would make the document invalid.
    found = expression(" AND ".join(f"({name})" for name in component.licences), known=True)
    return SpdxNoAssertion() if found is None else found
