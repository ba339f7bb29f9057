"""Which vulnerability database Trivy used, and the proof that there is something in it."""

from __future__ import annotations

from pipeline.parse import canary, json_report, trivy
from pipeline.parse.model import Parsed
from pipeline.parse.weakness import Looked, Part

SCHEMA = 2
_METADATA = "the metadata of Trivy's database"


def parse(text: str, root: str, prefix: str = "") -> Parsed:  # noqa: ARG001  # a parser's arguments
    """Return the database's date; the judge says whether it is too old."""
    data = json_report.read_object(text, _METADATA)
    if isinstance(data, Parsed):
        return data
    if data.get("Version") != SCHEMA:
        return Parsed(unavailable=(f"Trivy's database has schema {data.get('Version')}, not {SCHEMA}",))
    updated = json_report.text(data.get("UpdatedAt"))
    if not updated:
        return Parsed(unavailable=(f"{_METADATA} tells no date",))
    return Parsed(looked=(Looked(part=Part.DATABASE, target="date", tool=trivy.TOOL, data=updated),))


def parse_canary(text: str, root: str, prefix: str = "") -> Parsed:  # noqa: ARG001
    """Return `unavailable` when the database does not know what everybody knows of npm and NuGet."""
    report = trivy.read(text)
    if isinstance(report, Parsed):
        return report
    known = _known(report)
    missing = [package for package in (canary.NPM, canary.NUGET) if package.name.lower() not in known]
    return Parsed(unavailable=tuple(canary.silent("Trivy's database", package) for package in missing))


def parse_os_canary(text: str, root: str, prefix: str = "") -> Parsed:  # noqa: ARG001
    """Return which operating system the database knows about; one that it does not know is not listed."""
    report = trivy.read(text)
    if isinstance(report, Parsed):
        return report
    system = json_report.mapping(json_report.mapping(report.get("Metadata")).get("OS"))
    name = f"{json_report.text(system.get('Family'))} {json_report.text(system.get('Name'))}"
    if canary.OS_PACKAGE not in _known(report):
        return Parsed()
    return Parsed(looked=(Looked(part=Part.DATABASE, target=name, tool=trivy.TOOL),))


def _known(report: trivy.Report) -> set[str]:
    results = json_report.objects(report.get("Results"))
    found = [v for result in results for v in json_report.objects(result.get("Vulnerabilities"))]
    return {json_report.text(v.get("PkgName")).lower() for v in found}
