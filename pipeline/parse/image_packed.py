"""The report of `pipeline.oci`: each image that was packed, or what kept it from being packed."""

from __future__ import annotations

from pipeline.parse import json_report
from pipeline.parse.model import Parsed

VERSION = 1
_REPORT = "the report on the packed image"
_SHORT = 12


def parse(text: str, root: str, prefix: str = "") -> Parsed:  # noqa: ARG001  # a parser's arguments
    """Return digest and size of what was packed."""
    report = json_report.read_object(text, _REPORT)
    if isinstance(report, Parsed):
        return report
    if report.get("version") != VERSION:
        return Parsed(unavailable=(f"{_REPORT} has the unknown version {report.get('version')}",))
    if problem := json_report.text(report.get("problem")):
        return Parsed(problems=(problem,))
    images = list(json_report.objects(report.get("images")))
    if not images or not json_report.text(report.get("digest")):
        return Parsed(problems=(f"{_REPORT} names no image",))
    return Parsed(notes=tuple(_told(image) for image in images))


def _told(image: dict[str, object]) -> str:
    layers = list(json_report.objects(image.get("layers")))
    whole = sum(_bytes(layer) for layer in layers)
    own = sum(_bytes(layer) for layer in layers if layer.get("name") != "base")
    algorithm, _, digest = json_report.text(image.get("digest")).partition(":")
    name = f"{algorithm}:{digest[:_SHORT]}"
    above = f", {own / 1e6:.1f} of them above the base" if own < whole else ""
    return f"{image.get('platform')} {name} {whole / 1e6:.1f} MB to pull{above}"


def _bytes(layer: dict[str, object]) -> int:
    return json_report.positive(layer.get("bytes")) or 0
