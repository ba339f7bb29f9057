"""`npm audit --json`, report version 2 (npm 7 and later), and the shapes in which it says that there was no audit.

The packages of pnpm and Yarn stand in a flat list there, so that the report knows no way down to one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.parse import canary, json_report
from pipeline.parse.model import Parsed
from pipeline.parse.paths import relative
from pipeline.parse.text import first_line
from pipeline.parse.weakness import REMOVE, Looked, Package, Part, Weakness, WeaknessKind, level, malware

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TOOL = "npm audit"
VERSION = 2
_REPORT = "npm's audit report"
_GHSA = re.compile(r"GHSA(?:-[0-9a-z]{4}){3}")
# Advisories give the mended version as the end of the range: `>=4.0.0 <4.17.21`.
_BOUND = re.compile(r"<\s*v?([0-9][0-9A-Za-z.+-]*)\s*$")
# A range that has no end is about versions to come as well.
_ENDLESS = re.compile(r"\s*(?:\*|>=?\s*v?[0-9][0-9A-Za-z.+-]*)?\s*")
# Of every version there is.
_EVERY = re.compile(r"\s*(?:\*|>=\s*v?0(?:\.0)*(?:-0)?)?\s*")
_STEPS = 20


def parse(text: str, root: str, prefix: str = "") -> Parsed:
    """Return one weakness for each advisory and package; every failure shape is `unavailable`."""
    return _parse(text, relative("package-lock.json", root, prefix) or "package-lock.json")


def parse_shrinkwrap(text: str, root: str, prefix: str = "") -> Parsed:
    """Return the same of an application whose lock file is npm-shrinkwrap.json."""
    return _parse(text, relative("npm-shrinkwrap.json", root, prefix) or "npm-shrinkwrap.json")


def parse_pnpm(text: str, root: str, prefix: str = "") -> Parsed:
    """Return the same of the packages of pnpm-lock.yaml."""
    return _parse(text, relative("pnpm-lock.yaml", root, prefix) or "pnpm-lock.yaml", flat=True)


def parse_yarn(text: str, root: str, prefix: str = "") -> Parsed:
    """Return the same of the packages of yarn.lock."""
    return _parse(text, relative("yarn.lock", root, prefix) or "yarn.lock", flat=True)


def _parse(text: str, lock: str, *, flat: bool = False) -> Parsed:
    report = read(text)
    if isinstance(report, Parsed):
        return report
    packages = json_report.mapping(report["vulnerabilities"])
    total = json_report.mapping(json_report.mapping(report.get("metadata")).get("dependencies")).get("total")
    looked = Looked(part=Part.NPM, target=lock, tool=TOOL, count=total if isinstance(total, int) else None)
    found = _weaknesses(packages, lock, flat=flat)
    return Parsed(weaknesses=tuple(dict.fromkeys(found)), looked=(looked,))


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


def _weaknesses(packages: Mapping[str, object], lock: str, *, flat: bool) -> Iterator[Weakness]:
    for name, value in packages.items():
        entry = json_report.mapping(value)
        # A text in `via` is a parent's name: its own entry holds the advisory.
        for advisory in json_report.objects(entry.get("via")):
            path = () if flat else _path(name, packages)
            yield _weakness(name, advisory, entry.get("fixAvailable"), path, lock, flat=flat)


def _fixed(advisory: Mapping[str, object], fix: object, *, flat: bool) -> str | None:
    """Return the package's own version that mends it; npm's `fixAvailable` may be about the package that needs it."""
    bound = _BOUND.search(json_report.text(advisory.get("range")))
    if bound:
        return bound[1]
    if flat and isinstance(fix, dict):
        return json_report.text(fix.get("version"))
    # Npm says so too when the registry told it nothing about the package: a range that ends leaves room for a version.
    endless = any(_ENDLESS.fullmatch(part) for part in json_report.text(advisory.get("range")).split("||"))
    return "" if fix is False and endless else None


def _is_malware(advisory: Mapping[str, object], title: str) -> bool:
    every = any(_EVERY.fullmatch(part) for part in json_report.text(advisory.get("range")).split("||"))
    return every or malware(title, json_report.texts(advisory.get("cwe")))


def _help(fix: object) -> str:
    if isinstance(fix, dict):
        return f"update {json_report.text(fix.get('name'))} to {json_report.text(fix.get('version'))}"
    return "`npm audit fix` mends it" if fix is True else ""


def _weakness(  # what an advisory needs from its entry
    name: str, advisory: Mapping[str, object], fix: object, path: tuple[str, ...], lock: str, *, flat: bool
) -> Weakness:
    url = json_report.text(advisory.get("url"))
    ghsa = _GHSA.search(url)
    title = first_line(json_report.text(advisory.get("title")))
    bad = _is_malware(advisory, title)
    return Weakness(
        kind=WeaknessKind.VULNERABILITY,
        id=ghsa[0] if ghsa else f"npm-{advisory.get('source')}",
        level=level(advisory.get("severity")),
        title=title,
        tool=TOOL,
        package=Package(ecosystem="npm", name=json_report.text(advisory.get("dependency")) or name),
        fixed=_fixed(advisory, fix, flat=flat),
        file=lock,
        path=path,
        malware=bad,
        help=REMOVE if bad else "" if flat else _help(fix),
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
