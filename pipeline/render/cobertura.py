"""The merged coverage of both stacks as one Cobertura file."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from pipeline.render.junit import safe

if TYPE_CHECKING:
    from pipeline.parse.model import Coverage


def text(coverage: Coverage) -> str:
    """Return the Cobertura XML; file names are relative to the source root."""
    rate = f"{coverage.covered / coverage.total:.4f}" if coverage.total else "0"
    numbers = {"lines-covered": str(coverage.covered), "lines-valid": str(coverage.total)}
    root = ET.Element("coverage", {"line-rate": rate, "branch-rate": "0", "version": "1", "timestamp": "0", **numbers})
    ET.SubElement(ET.SubElement(root, "sources"), "source").text = "."
    package = ET.SubElement(ET.SubElement(root, "packages"), "package", {"name": "all", "line-rate": rate})
    classes = ET.SubElement(package, "classes")
    for file in coverage.files:
        hit = sum(1 for _, hits in file.lines if hits)
        own = f"{hit / len(file.lines):.4f}" if file.lines else "0"
        node = ET.SubElement(classes, "class", {"name": safe(file.file), "filename": safe(file.file), "line-rate": own})
        lines = ET.SubElement(node, "lines")
        for number, hits in file.lines:
            ET.SubElement(lines, "line", {"number": str(number), "hits": str(hits)})
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"
