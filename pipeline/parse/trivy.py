"""Trivy's JSON report, schema 2: the packages of lock files and images, and the vulnerabilities of an SBOM."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from pipeline.parse import json_report
from pipeline.parse.model import Parsed
from pipeline.parse.text import first_line
from pipeline.parse.weakness import Component, Looked, Package, Part, Weakness, WeaknessKind, level, malware

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

TOOL = "trivy"
SCHEMA = 2
# Versions that stole what they could read (CVE-2026-33634); what they report is worth nothing.
COMPROMISED = ("0.69.4", "0.69.5", "0.69.6")
_REPORT = "Trivy's report"
_OS = "os-pkgs"
UNKNOWN_LICENCE = "unknown"
# Trivy's name of a kind of lock file, or of the place of an installed package, and the ecosystem it belongs to.
_ECOSYSTEM = {
    "npm": "npm", "yarn": "npm", "pnpm": "npm", "bun": "npm", "node-pkg": "npm",
    "nuget": "nuget", "dotnet-core": "nuget", "packages-props": "nuget",
}  # fmt: skip
# The application itself and the members of its workspace.
_OWN = ("root", "workspace")
# Where copies lie of the folders that Trivy passes over.
PASSED_OVER = ".pipeline/root"
_PART = {"npm": Part.NPM, "nuget": Part.NUGET}

Report = dict[str, object]


def read(text: str) -> Report | Parsed:
    """Return a report that can be trusted to be one, or why there is none."""
    report = json_report.read_object(text, _REPORT)
    if isinstance(report, Parsed):
        return report
    if report.get("SchemaVersion") != SCHEMA:
        return Parsed(unavailable=(f"{_REPORT} has the unknown schema {report.get('SchemaVersion')}",))
    version = json_report.mapping(report.get("Trivy")).get("Version")
    if version in COMPROMISED:
        return Parsed(unavailable=(f"Trivy {version} is a compromised version; use another",))
    return report


def results(report: Report) -> list[Report]:
    """Return what Trivy says of each file, by its place in the source."""
    return [
        {**result, "Target": own_path(result.get("Target"))} for result in json_report.objects(report.get("Results"))
    ]


def own_path(target: object) -> str:
    """Return the path in the source, also of a file that Trivy read in a copy."""
    return json_report.text(target).removeprefix(f"{PASSED_OVER}/")


def parse_packages(text: str, root: str, prefix: str = "") -> Parsed:  # noqa: ARG001  # a parser's arguments
    """Return the packages of lock files and their licences."""
    return _packages(text, image=False)


def parse_image_packages(text: str, root: str, prefix: str = "") -> Parsed:  # noqa: ARG001
    """Return the packages of an image and their licences."""
    return _packages(text, image=True)


def parse_match(text: str, root: str, prefix: str = "") -> Parsed:  # noqa: ARG001
    """Return the vulnerabilities of the packages of lock files."""
    return _match(text, image=False)


def parse_image_match(text: str, root: str, prefix: str = "") -> Parsed:  # noqa: ARG001
    """Return the vulnerabilities of the packages of an image."""
    return _match(text, image=True)


def _packages(text: str, *, image: bool) -> Parsed:
    report = read(text)
    if isinstance(report, Parsed):
        return report
    said = results(report)
    components = tuple(c for result in said for c in _components(result, image=image))
    named = {c.file for c in components if c.licences}
    looked = tuple(Looked(part=Part.LICENCES, target=file, tool=TOOL) for file in sorted(named) if not image)
    if image and report.get("Metadata"):
        found = Looked(part=Part.IMAGE, target="image", tool=TOOL, count=len(components), data=_os(report))
        looked = (found, Looked(part=Part.LICENCES, target="image", tool=TOOL))
    levels = {one.get("Name"): one.get("Severity") for r in said for one in json_report.objects(r.get("Licenses"))}
    # Licences of the base image's packages come with the image; a list about them is for another gate.
    licences = () if image else tuple(_licence(c, levels) for c in components if c.file in named)
    return Parsed(components=components, weaknesses=tuple(dict.fromkeys(licences)), looked=looked)


def _match(text: str, *, image: bool) -> Parsed:
    report = read(text)
    if isinstance(report, Parsed):
        return report
    said = [result for result in results(report) if result.get("Packages")]
    return Parsed(
        weaknesses=tuple(dict.fromkeys(w for r in said for w in _vulnerabilities(r, image=image))),
        looked=tuple(_looked(r, _os(report), image=image) for r in said),
    )


def _os(report: Mapping[str, object]) -> str:
    found = json_report.mapping(json_report.mapping(report.get("Metadata")).get("OS"))
    return f"{json_report.text(found.get('Family'))} {json_report.text(found.get('Name'))}".strip()


def _looked(result: Mapping[str, object], system: str, *, image: bool) -> Looked:
    count = len(list(json_report.objects(result.get("Packages"))))
    if result.get("Class") == _OS:
        return Looked(part=Part.OS, target="image", tool=TOOL, count=count, data=system)
    part = _PART.get(_ecosystem(result), Part.OTHER)
    target = json_report.text(result.get("Target"))
    return Looked(part=part, target=f"image: {target}" if image else target, tool=TOOL, count=count)


def _ecosystem(result: Mapping[str, object]) -> str:
    kind = json_report.text(result.get("Type"))
    return _ECOSYSTEM.get(kind, kind)


def _components(result: Mapping[str, object], *, image: bool) -> Iterator[Component]:
    for package in json_report.objects(result.get("Packages")):
        if package.get("Relationship") in _OWN:
            continue
        identifier = json_report.mapping(package.get("Identifier"))
        yield Component(
            package=_package(package, _ecosystem(result)),
            purl=json_report.text(identifier.get("PURL")),
            licences=tuple(filter(None, json_report.texts(package.get("Licenses")))),
            file="" if result.get("Class") == _OS else json_report.text(result.get("Target")),
            dev=package.get("Dev") is True,
            direct=package.get("Relationship") == "direct",
            image=image,
        )


def _package(package: Mapping[str, object], ecosystem: str) -> Package:
    return Package(
        ecosystem=ecosystem,
        name=json_report.text(package.get("Name")),
        version=json_report.text(package.get("Version")),
    )


def _licence(component: Component, levels: Mapping[object, object]) -> Weakness:
    """Return the licence of a package of a lock file that names licences; one without any is a licence too."""
    several = len(component.licences) > 1
    name = " AND ".join(f"({one})" if several else one for one in component.licences)
    return Weakness(
        kind=WeaknessKind.LICENCE,
        id=name or UNKNOWN_LICENCE,
        level=level(levels.get(name)),
        title=f"{component.package.name} is under {name}" if name else f"{component.package.name} names no licence",
        tool=TOOL,
        package=component.package,
        file=component.file,
        dev=component.dev,
    )


def _vulnerabilities(result: Mapping[str, object], *, image: bool) -> Iterator[Weakness]:
    packages = list(json_report.objects(result.get("Packages")))
    above = _above(packages)
    names = {json_report.text(package.get("ID")): json_report.text(package.get("Name")) for package in packages}
    of_os = result.get("Class") == _OS
    for found in json_report.objects(result.get("Vulnerabilities")):
        name = json_report.text(found.get("PkgName"))
        title = first_line(json_report.text(found.get("Title")) or json_report.text(found.get("Description")))
        yield Weakness(
            kind=WeaknessKind.VULNERABILITY,
            id=json_report.text(found.get("VulnerabilityID")),
            # One advisory of a distribution is about several vulnerabilities, each with a level of its own.
            aliases=tuple(id_ for id_ in json_report.texts(found.get("VendorIDs")) if id_.startswith("GHSA-")),
            level=level(found.get("Severity")),
            title=title or f"{name} has a known vulnerability",
            tool=TOOL,
            package=Package(
                ecosystem=_ecosystem(result), name=name, version=json_report.text(found.get("InstalledVersion"))
            ),
            fixed=json_report.text(found.get("FixedVersion")),
            file=None if of_os else json_report.text(result.get("Target")),
            path=()
            if of_os
            else tuple(names[one] for one in _path(json_report.text(found.get("PkgID")), above) if one in names),
            url=json_report.text(found.get("PrimaryURL")),
            published=json_report.text(found.get("PublishedDate"))[:10],
            malware=malware(title, json_report.texts(found.get("CweIDs"))),
            image=image,
        )


def _above(packages: Iterable[Mapping[str, object]]) -> dict[str, list[str]]:
    """Return for each package those that need it."""
    above: dict[str, list[str]] = {}
    for package in packages:
        for below in json_report.texts(package.get("DependsOn")):
            above.setdefault(below, []).append(json_report.text(package.get("ID")))
    return above


def _path(id_: str, above: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Return the shortest way from a package that nothing needs down to this one."""
    ways: deque[tuple[str, ...]] = deque([(id_,)])
    seen = {id_}
    while ways:
        way = ways.popleft()
        needed_by = [one for one in above.get(way[0], []) if one not in seen]
        if not above.get(way[0]):
            return way
        seen.update(needed_by)
        ways.extend((one, *way) for one in needed_by)
    return (id_,)
