"""`npm audit --json`, report version 2 (npm 7 and later), and the shapes in which it says that there was no audit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.parse import canary, json_report
from pipeline.parse.model import Parsed
from pipeline.parse.paths import relative
from pipeline.parse.text import first_line
from pipeline.parse.weakness import Looked, Package, Part, Weakness, WeaknessKind, level

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TOOL = "npm audit"
VERSION = 2
_REPORT = "npm's audit report"
_GHSA = re.compile(r"GHSA(?:-[0-9a-z]{4}){3}")
# Advisories give the mended version as the end of the range: `>=4.0.0 <4.17.21`.
_BOUND = re.compile(r"<\s*v?([0-9][0-9A-Za-z.+-]*)\s*$")
_STEPS = 20


def parse(text: str, root: str, prefix: str = "") -> Parsed:
    """Return one weakness for each advisory and package; every failure shape is `unavailable`."""
    report = read(text)
    if isinstance(report, Parsed):
        return report
    lock = relative("package-lock.json", root, prefix)
    packages = json_report.mapping(report["vulnerabilities"])
    total = json_report.mapping(json_report.mapping(report.get("metadata")).get("dependencies")).get("total")
    looked = Looked(
        part=Part.NPM, target=lock or "package-lock.json", tool=TOOL, count=total if isinstance(total, int) else None
    )
    return Parsed(weaknesses=tuple(dict.fromkeys(_weaknesses(packages, lock))), looked=(looked,))


def parse_canary(text: str, root: str, prefix: str = "") -> Parsed:  # noqa: ARG001  # a parser's arguments
    """Return `unavailable` when the endpoint does not know what everybody knows."""
    report = read(text)
    if isinstance(report, Parsed):
        return report
    known = canary.NPM.name in json_report.mapping(report["vulnerabilities"])
    return Parsed() if known else Parsed(unavailable=(canary.silent("the npm audit endpoint", canary.NPM),))


def read(text: str) -> dict[str, object] | Parsed:
    """Return a report that can be trusted to be one, or why there is none."""
    report = json_report.read_object(text, _REPORT)
    if isinstance(report, Parsed):
        return report
    if "error" in report or "message" in report:
        return Parsed(unavailable=(f"{TOOL}: {_why(report)}",))
    version = report.get("auditReportVersion")
    if version != VERSION:
        return Parsed(unavailable=(f"{_REPORT} has the unknown version {version}",))
    if not isinstance(report.get("vulnerabilities"), dict):
        return Parsed(unavailable=(f"{_REPORT} lists no vulnerabilities",))
    said = json_report.mapping(json_report.mapping(report.get("metadata")).get("vulnerabilities")).get("total")
    found = len(json_report.mapping(report["vulnerabilities"]))
    if said != found:
        return Parsed(unavailable=(f"{_REPORT} names {found} packages and counts {said}",))
    return report


def _why(report: Mapping[str, object]) -> str:
    error = json_report.mapping(report.get("error"))
    # The summary is empty when the endpoint failed; the message names the address then.
    words = (json_report.text(report.get("message")), json_report.text(error.get("summary")), "failed without a reason")
    return first_line(next(word for word in words if word))


def _weaknesses(packages: Mapping[str, object], lock: str | None) -> Iterator[Weakness]:
    for name, value in packages.items():
        entry = json_report.mapping(value)
        # A text in `via` is a parent's name: its own entry holds the advisory.
        for advisory in json_report.objects(entry.get("via")):
            yield _weakness(name, advisory, bool(entry.get("fixAvailable")), _path(name, packages), lock)


def _weakness(
    name: str, advisory: Mapping[str, object], fixable: object, path: tuple[str, ...], lock: str | None
) -> Weakness:
    url = json_report.text(advisory.get("url"))
    ghsa = _GHSA.search(url)
    bound = _BOUND.search(json_report.text(advisory.get("range")))
    return Weakness(
        kind=WeaknessKind.VULNERABILITY,
        id=ghsa[0] if ghsa else f"npm-{advisory.get('source')}",
        level=level(advisory.get("severity")),
        title=first_line(json_report.text(advisory.get("title"))),
        tool=TOOL,
        package=Package(ecosystem="npm", name=json_report.text(advisory.get("dependency")) or name),
        fixed=bound[1] if bound else "see `npm audit fix`" if fixable else "",
        file=lock,
        path=path,
        url=url,
    )


def _path(name: str, packages: Mapping[str, object]) -> tuple[str, ...]:
    """Return the way from a direct dependency down to the package, as far as npm tells it."""
    path = [name]
    for _ in range(_STEPS):
        entry = json_report.mapping(packages.get(path[0]))
        above = [n for n in json_report.texts(entry.get("effects")) if n not in path]
        if entry.get("isDirect") or not above:
            break
        path.insert(0, above[0])
    return tuple(path)
