"""Small values for tests: each helper builds a valid one, and every field can be named to differ."""

from __future__ import annotations

from typing import Any

from pipeline.app.model import App, Call, Dotnet, Fact, Project, Script, Spa, TestRunner
from pipeline.errors import ExitCode
from pipeline.judge.model import Execution, Report, Status, StepResult
from pipeline.parse.model import CaseResult, CaseStatus, Coverage, FileCoverage, Finding, Severity
from pipeline.plan.model import Literal, Output, Plan, Step
from pipeline.settings.model import Settings

# Test files cannot import TestRunner itself: pytest takes it for a test class.
MTP = TestRunner.MTP

IMAGES = {
    "dotnet-sdk": "registry.test/sdk:10.0",
    "dotnet-aspnet": "registry.test/aspnet:10.0",
    "node": "registry.test/node:22-slim",
    "python": "registry.test/python:3.13-slim",
    "trivy": "registry.test/trivy:0.74.0",
    "flyctl": "registry.test/flyctl:v0.4.87",
    "postgres": "registry.test/postgres:17",
    "redis": "registry.test/redis:7",
    "docker-cli": "registry.test/docker:28-cli",
    "docker-dind": "registry.test/docker:28-dind",
}


def project(path: str = "src/Shop.Web/Shop.Web.csproj", **more: Any) -> Project:
    name = path.rpartition("/")[2].removesuffix(".csproj")
    fields = {"sdk": "Microsoft.NET.Sdk", "frameworks": ("net10.0",), "has_lock_file": True, "assembly": name}
    return Project(path=path, **(fields | more))


def web(**more: Any) -> Project:
    return project(**({"sdk": "Microsoft.NET.Sdk.Web", "is_web": True} | more))


def suite(path: str = "tests/Shop.Tests/Shop.Tests.csproj", **more: Any) -> Project:
    fields: dict[str, Any] = {"is_test": True, "runner": TestRunner.VSTEST, "collects_coverage": True}
    return project(path, **(fields | more))


def dotnet(**more: Any) -> Dotnet:
    one, two = web(), suite()
    fields: dict[str, Any] = {
        "build_target": "Shop.slnx",
        "solution": "Shop.slnx",
        "sdk": "10.0",
        "projects": (one, two),
        "web": one,
        "tests": (two,),
        "root_files": ("Directory.Build.props", "Shop.slnx"),
    }
    return Dotnet(**(fields | more))


def script_of_tests(tool: str = "vitest", **more: Any) -> Script:
    """Return the script `test`, which calls a tool itself or, by `script` and `dashes`, through another script."""
    return Script(
        name="test", command=f"{tool} run", call=Call(**({"tool": tool, "script": "test", "dashes": 1} | more))
    )


def spa(**more: Any) -> Spa:
    fields: dict[str, Any] = {
        "folder": "src/Shop.Web/client",
        "package_manager": "npm",
        "node": "22",
        "lock_file": "src/Shop.Web/client/package-lock.json",
        "build": Script(name="build", command="vite build"),
        "lint": Script(name="lint", command="eslint .", call=Call(tool="eslint", script="lint", dashes=1)),
        "type_check": Script(name="check", command="tsc --noEmit"),
        "test": script_of_tests(),
        "collects_coverage": True,
    }
    return Spa(**(fields | more))


def app(**more: Any) -> App:
    fields: dict[str, Any] = {
        "name": "shop",
        "dotnet": dotnet(),
        "spa": spa(),
        "facts": (Fact(name="sdk", value="10.0", source="global.json"),),
    }
    return App(**(fields | more))


def settings(**more: Any) -> Settings:
    return Settings(**more)


def step(id_: str = "api.test.Shop.Tests", **more: Any) -> Step:
    fields: dict[str, Any] = {
        "tool": "dotnet",
        "proves": "the tests of Shop.Tests pass",
        "commands": (("dotnet", "test"),),
        "outputs": (Output(path="**/*.trx", kind="trx"), Output(path="**/*.cobertura.xml", kind="cobertura")),
        "timeout": 60,
        "wants_cases": True,
    }
    return Step(id=id_, **(fields | more))


def plain_step(id_: str = "api.build", **more: Any) -> Step:
    fields: dict[str, Any] = {
        "tool": "dotnet",
        "proves": f"{id_} works",
        "commands": (("dotnet", "build"),),
        "timeout": 60,
    }
    return Step(id=id_, **(fields | more))


def literal(source: str) -> Literal:
    """Return the nuget.config that the plan writes for one package source."""
    return Literal(path="${scratch}/nuget.config", text=f'<add key="given" value="{source}" />')


def plan(*steps: Step, **more: Any) -> Plan:
    fields: dict[str, Any] = {"app": "shop", "images": (("dotnet", IMAGES["dotnet-sdk"]),)}
    return Plan(steps=steps, **(fields | more))


def execution(**more: Any) -> Execution:
    fields: dict[str, Any] = {
        "step": "api.test.Shop.Tests",
        "exit_code": 0,
        "started": 100.0,
        "ended": 102.5,
        "command": ("dotnet", "test"),
    }
    return Execution(**(fields | more))


def result(id_: str = "api.build", status: Status = Status.PASSED, **more: Any) -> StepResult:
    fields: dict[str, Any] = {"proves": f"{id_} works", "duration": 1.5}
    return StepResult(id=id_, status=status, **(fields | more))


def case(name: str = "Adds", status: CaseStatus = CaseStatus.PASSED, **more: Any) -> CaseResult:
    return CaseResult(**({"suite": "Shop.CartTests", "name": name, "status": status, "duration": 0.25} | more))


def finding(**more: Any) -> Finding:
    fields: dict[str, Any] = {
        "rule": "CS0103",
        "severity": Severity.ERROR,
        "message": "The name does not exist",
        "tool": "msbuild",
        "file": "src/Cart.cs",
        "line": 7,
    }
    return Finding(**(fields | more))


def coverage(**files: tuple[tuple[int, int], ...]) -> Coverage:
    return Coverage(files=tuple(FileCoverage(file=f"{name}.cs", lines=lines) for name, lines in files.items()))


def report(*steps: StepResult, **more: Any) -> Report:
    fields: dict[str, Any] = {
        "app": "shop",
        "where": "dagger",
        "verdict": ExitCode.GREEN,
        "started": 1000.0,
        "duration": 12.34,
    }
    return Report(steps=steps, **(fields | more))


def trx(*outcomes: str, summary: str = "Completed", info: str = "") -> str:
    """Return a TRX report with one case per outcome."""
    results = "".join(
        f'<UnitTestResult testId="{n}" testName="Shop.CartTests.Case{n}" outcome="{outcome}" duration="00:00:00.25"/>'
        for n, outcome in enumerate(outcomes)
    )
    defined = "".join(
        f'<UnitTest id="{n}"><TestMethod className="Shop.CartTests" name="Case{n}"/></UnitTest>'
        for n, _ in enumerate(outcomes)
    )
    infos = f'<RunInfos><RunInfo outcome="Error"><Text>{info}</Text></RunInfo></RunInfos>' if info else ""
    return (
        '<TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">'
        f"<Results>{results}</Results><TestDefinitions>{defined}</TestDefinitions>"
        f'<ResultSummary outcome="{summary}">{infos}</ResultSummary></TestRun>'
    )


def cobertura(file: str, *hits: int) -> str:
    """Return a Cobertura report of one file, one line per hit count."""
    lines = "".join(f'<line number="{n}" hits="{count}"/>' for n, count in enumerate(hits, start=1))
    return (
        "<coverage><sources><source>/src</source></sources><packages><package><classes>"
        f'<class name="x" filename="{file}"><lines>{lines}</lines></class>'
        "</classes></package></packages></coverage>"
    )
