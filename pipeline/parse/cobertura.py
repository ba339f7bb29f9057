"""Cobertura XML, as coverlet and istanbul write it."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from pipeline.parse import xml_report
from pipeline.parse.model import Coverage, FileCoverage, Parsed
from pipeline.parse.paths import relative

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from xml.etree.ElementTree import Element

_SOURCE_OF_GENERATORS = (".cs", ".vb", ".fs")


def parse(text: str, root: str, prefix: str = "") -> Parsed:
    """Return the line coverage; files outside of `root` and generated ones (below `obj`) are dropped.

    The coverage of a run that hung or crashed has all its lines, and no hits.
    """
    document = xml_report.read(text, "the coverage report", "coverage")
    if isinstance(document, Parsed):
        return document
    sources = [
        source for element in xml_report.every(document, "source") if (source := xml_report.content(element).strip())
    ]
    hits: dict[str, dict[int, int]] = {}
    for element in xml_report.every(document, "class"):
        file = _file(element.get("filename", ""), sources, root, prefix)
        if file is not None and not _generated(file):
            _add(hits.setdefault(file, {}), _lines(element))
    return Parsed(coverage=_coverage(hits))


def merge(coverages: Iterable[Coverage]) -> Coverage:
    """Return one coverage: the most hits of each line, so that a report given twice counts once."""
    hits: dict[str, dict[int, int]] = {}
    for coverage in coverages:
        for file in coverage.files:
            _add(hits.setdefault(file.file, {}), file.lines)
    return _coverage(hits)


def _coverage(hits: dict[str, dict[int, int]]) -> Coverage:
    files = (FileCoverage(file=file, lines=tuple(sorted(lines.items()))) for file, lines in sorted(hits.items()))
    return Coverage(files=tuple(files))


def _add(target: dict[int, int], lines: Iterable[tuple[int, int]]) -> None:
    for line, count in lines:
        target[line] = max(target.get(line, 0), count)


def _file(name: str, sources: Sequence[str], root: str, prefix: str) -> str | None:
    name = name.strip().replace("\\", "/")
    if not name or "://" in name:
        return None
    # coverlet shortens absolute names by their common folder, down to "/" for a single file.
    joined = [posixpath.join(source.replace("\\", "/"), name) for source in sources]
    places = (relative(place, root, prefix) for place in joined or [name])
    return next((place for place in places if place is not None), None)


def _generated(file: str) -> bool:
    return file.endswith(_SOURCE_OF_GENERATORS) and "obj" in file.split("/")[:-1]


def _lines(element: Element) -> Iterator[tuple[int, int]]:
    own = [
        line
        for lines in element
        if xml_report.local(lines) == "lines"
        for line in lines
        if xml_report.local(line) == "line"
    ]
    for line in own or xml_report.every(element, "line"):
        number = xml_report.whole(line.get("number"))
        if number > 0:
            yield number, xml_report.whole(line.get("hits"))
