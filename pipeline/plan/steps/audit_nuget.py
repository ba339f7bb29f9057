"""`dotnet list package --vulnerable`: the feed's advisories about every restored project, the canary among them."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from pipeline.parse import canary
from pipeline.plan.model import Literal, Output, Step
from pipeline.plan.steps import audit
from pipeline.plan.steps import dotnet as shared

if TYPE_CHECKING:
    from pipeline.app.model import App, Dotnet
    from pipeline.settings.model import Settings

PUBLIC = "https://api.nuget.org/v3/index.json"
_FOLDER = "${scratch}/nuget-audit"
_CSHARP = "{FAE04EC0-301F-11D3-BF4B-00C04F79EFBC}"
_FRAMEWORK = "net8.0"


def projects(dotnet: Dotnet) -> tuple[str, ...]:
    """Return the project files that are restored."""
    return audit.distinct(project.path for project in (*dotnet.projects, *dotnet.tests))


def make(app: App, settings: Settings) -> Step | None:
    """Return the audit of the NuGet packages; it continues from restore, which knows all of them."""
    if not app.dotnet:
        return None
    source = settings.security.nuget_source or PUBLIC
    listed = (f"{_FOLDER}/{canary.NUGET_PROJECT}.csproj", *(f"${{source}}/{path}" for path in projects(app.dotnet)))
    return Step(
        id="audit.nuget",
        tool="dotnet",
        proves="NuGet's advisories were asked about every package of every project",
        start="api.restore",
        commands=(("sh", "${scratch}/nuget-audit.sh", "${scratch}/answer.sh", "${out}", _FOLDER),),
        literals=(
            *audit.brought("answer.sh", "nuget-audit.sh"),
            Literal(path=f"{_FOLDER}/nuget.config", text=_config(source)),
            Literal(path=f"{_FOLDER}/audit.sln", text=_solution(listed)),
            *_canary(),
        ),
        env=shared.ENV,
        outputs=(Output(path="audit.json", kind="nuget-audit"),),
        timeout=600,
        fetches=True,
        scan=True,
        live=True,
        reason=f"asks {source} about {len(listed) - 1} projects",
    )


def _config(source: str) -> str:
    """Return a nuget.config for questions alone; older SDKs ask the package source, newer ones the audit source."""
    insecure = ' allowInsecureConnections="true"' if source.startswith("http:") else ""
    entry = f'<clear /><add key="audit" value={quoteattr(source)}{insecure} />'
    return (
        f"<configuration>\n  <packageSources>{entry}</packageSources>\n"
        f"  <auditSources>{entry}</auditSources>\n</configuration>\n"
    )


def _solution(paths: tuple[str, ...]) -> str:
    """Return a solution; the canary stands first, so that later projects are judged by data that knew it."""
    lines = ["Microsoft Visual Studio Solution File, Format Version 12.00"]
    for path in paths:
        id_ = f"{{{uuid.uuid5(uuid.NAMESPACE_URL, path)}}}".upper()
        name = path.rpartition("/")[2].rpartition(".")[0]
        lines += [f'Project("{_CSHARP}") = "{name}", "{path}", "{id_}"', "EndProject"]
    return "\n".join([*lines, "Global", "EndGlobal", ""])


def _canary() -> tuple[Literal, ...]:
    """Return a project that uses a vulnerable package, and what a restore would say about it; nothing is fetched."""
    name, version = canary.NUGET.name, canary.NUGET.version
    project = (
        '<Project Sdk="Microsoft.NET.Sdk">\n'
        f"  <PropertyGroup><TargetFramework>{_FRAMEWORK}</TargetFramework></PropertyGroup>\n"
        f'  <ItemGroup><PackageReference Include="{name}" Version="{version}" /></ItemGroup>\n</Project>\n'
    )
    framework = {"framework": _FRAMEWORK, "targetAlias": _FRAMEWORK}
    file = f"{_FOLDER}/{canary.NUGET_PROJECT}.csproj"
    restore = {
        "projectUniqueName": file,
        "projectName": canary.NUGET_PROJECT,
        "projectPath": file,
        "packagesPath": "${packages}",
        "outputPath": f"{_FOLDER}/obj",
        "projectStyle": "PackageReference",
        "originalTargetFrameworks": [_FRAMEWORK],
        "frameworks": {_FRAMEWORK: framework},
    }
    wanted = {name: {"target": "Package", "version": f"[{version}, )"}}
    library = {"sha512": "", "type": "package", "path": f"{name.lower()}/{version}", "files": []}
    assets = {
        "version": 3,
        "targets": {_FRAMEWORK: {f"{name}/{version}": {"type": "package"}}},
        "libraries": {f"{name}/{version}": library},
        "projectFileDependencyGroups": {_FRAMEWORK: [f"{name} >= {version}"]},
        "packageFolders": {},
        "project": {
            "version": "1.0.0",
            "restore": restore,
            "frameworks": {_FRAMEWORK: {**framework, "dependencies": wanted}},
        },
    }
    return (
        Literal(path=file, text=project),
        Literal(path=f"{_FOLDER}/obj/project.assets.json", text=json.dumps(assets, indent=1)),
    )
