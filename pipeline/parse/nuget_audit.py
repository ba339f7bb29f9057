"""`dotnet list package --vulnerable --format json`, version 1.

The tool ends with 0 whatever it finds, and says nothing when its source could not be read: the canary project that
is listed along with the user's own projects tells a clean answer from none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.parse import canary, json_report
from pipeline.parse.model import Parsed
from pipeline.parse.paths import relative
from pipeline.parse.text import first_line, lines
from pipeline.parse.weakness import Looked, Package, Part, Weakness, WeaknessKind, level

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TOOL = "dotnet list package"
VERSION = 1
_REPORT = "the NuGet audit report"
_ERROR = re.compile(r"^error\s*:\s*(.+)$")
_LISTS = (("topLevelPackages", True), ("transitivePackages", False))


def parse(text: str, root: str, prefix: str = "") -> Parsed:
    """Return one weakness for each advisory, package and project."""
    report = json_report.read_object(text, _REPORT)
    if isinstance(report, Parsed):
        said = [match[1] for line in lines(text) if (match := _ERROR.match(line))]
        return Parsed(unavailable=(f"{TOOL}: {said[0]}",)) if said else report
    if report.get("version") != VERSION:
        return Parsed(unavailable=(f"{_REPORT} has the unknown version {report.get('version')}",))
    source = ", ".join(json_report.texts(report.get("sources")))
    problems = [first_line(json_report.text(p.get("text"))) for p in json_report.objects(report.get("problems"))]
    projects = list(json_report.objects(report.get("projects")))
    unavailable = tuple(dict.fromkeys(f"{TOOL}: {problem}" for problem in problems))
    if not unavailable and not _canary_found(projects):
        unavailable = (canary.silent(f"the NuGet audit source {source}".rstrip(), canary.NUGET),)
    own = [(relative(json_report.text(p.get("path")), root, prefix), p) for p in projects if not _is_canary(p)]
    return Parsed(
        weaknesses=tuple(dict.fromkeys(w for path, p in own for w in _weaknesses(p, path))),
        looked=tuple(Looked(part=Part.NUGET, target=path or "", tool=TOOL, data=source) for path, _ in own),
        unavailable=unavailable,
    )


def _is_canary(project: Mapping[str, object]) -> bool:
    return json_report.text(project.get("path")).replace("\\", "/").endswith(f"/{canary.NUGET_PROJECT}.csproj")


def _canary_found(projects: list[dict[str, object]]) -> bool:
    wanted = canary.NUGET.name.lower()
    found = [w.package.name.lower() for p in projects if _is_canary(p) for w in _weaknesses(p, None) if w.package]
    return wanted in found


def _weaknesses(project: Mapping[str, object], file: str | None) -> Iterator[Weakness]:
    for framework in json_report.objects(project.get("frameworks")):
        for key, direct in _LISTS:
            for package in json_report.objects(framework.get(key)):
                for advisory in json_report.objects(package.get("vulnerabilities")):
                    yield _weakness(package, advisory, file, direct=direct)


def _weakness(
    package: Mapping[str, object], advisory: Mapping[str, object], file: str | None, *, direct: bool
) -> Weakness:
    name, url = json_report.text(package.get("id")), json_report.text(advisory.get("advisoryurl"))
    return Weakness(
        kind=WeaknessKind.VULNERABILITY,
        id=url.rstrip("/").rpartition("/")[2] or f"nuget-{name}",
        level=level(advisory.get("severity")),
        title=f"{name} has a known vulnerability",
        tool=TOOL,
        package=Package(ecosystem="nuget", name=name, version=json_report.text(package.get("resolvedVersion"))),
        file=file,
        path=(name,) if direct else (),
        url=url,
    )
