"""Copies of the example applications, and what can be wrong with them, made by code."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.request
import uuid
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
CLIENT = "src/Incidents.Web/ClientApp"
NOT_SOURCE = ("bin", "obj", "node_modules", "dist", "coverage", "TestResults")

NUGET = "https://api.nuget.org/v3/index.json"
NUGET_SECONDS = 15

GREETER = "src/Hello.Web/Greeter.cs"
PROGRAM = "src/Hello.Web/Program.cs"
TESTS = "tests/Hello.Tests"
CSHARP = "{FAE04EC0-301F-11D3-BF4B-00C04F79EFBC}"


def feed_flags() -> list[str]:
    """Return the option that names the folder of NuGet packages; `none` stands for the applications' own sources."""
    folder = os.environ.get("PIPELINE_NUGET_FEED") or "none"
    return [] if folder == "none" else [f"--nuget-feed={folder}"]


# Makes a run that is about something else one without scans.
NO_SCANS = ROOT / "tests" / "no-scans.yaml"


def feed_problem() -> str:
    """Return why the applications' packages cannot be had, or an empty text."""
    if os.environ.get("PIPELINE_NUGET_FEED"):
        return ""
    try:
        urllib.request.urlopen(NUGET, timeout=NUGET_SECONDS).close()  # the address is ours
    except OSError as error:
        return f"nuget.org cannot be reached ({error}) and PIPELINE_NUGET_FEED names no folder of packages"
    return ""


@dataclass(frozen=True)
class App:
    """A source tree of a test's own, committed to a repository of its own."""

    folder: Path

    def read(self, path: str) -> str:
        return (self.folder / path).read_text(encoding="utf-8")

    def write(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def append(self, path: str, text: str) -> None:
        self.write(path, self.read(path) + text)

    def replace(self, path: str, old: str, new: str) -> None:
        text = self.read(path)
        assert old in text, f"{path} holds no {old!r}"
        self.write(path, text.replace(old, new))

    def remove(self, path: str) -> None:
        (self.folder / path).unlink()


def copy(name: str, target: Path, *, below: str = ".") -> App:
    """Return a committed copy of an example, or of one folder of it."""
    shutil.copytree(EXAMPLES / name / below, target, ignore=shutil.ignore_patterns(*NOT_SOURCE), symlinks=True)
    return committed(target)


def committed(folder: Path) -> App:
    folder.mkdir(parents=True, exist_ok=True)
    person = ("-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false")
    for words in (("init", "-q"), ("add", "-A"), (*person, "commit", "-q", "--allow-empty", "-m", "start")):
        subprocess.run(["git", "-C", str(folder), *words], check=True)
    return App(folder)


def minimal(target: Path) -> App:
    """Return the small .NET application without a SPA."""
    return copy("minimal8", target)


def spa(target: Path) -> App:
    """Return the SPA of the large example alone."""
    return copy("incidents", target, below=CLIENT)


def two_apps(target: Path) -> App:
    """Return a repository with two small applications, `one` and `two`, each a solution in a folder of its own."""
    for name in ("one", "two"):
        shutil.copytree(EXAMPLES / "minimal8", target / name, ignore=shutil.ignore_patterns(*NOT_SOURCE), symlinks=True)
    settings = {name: {"dotnet": {"solution": f"{name}/Hello.sln", "format": False}} for name in ("one", "two")}
    (target / "pipeline.yaml").write_text(json.dumps({"apps": settings}), encoding="utf-8")
    return committed(target)


def both(target: Path) -> tuple[App, App]:
    """Return the small application with the SPA in `client`, which it serves, and the SPA in it."""
    app = minimal(target)
    served = "app.UseDefaultFiles();\napp.UseStaticFiles();\napp.MapHealthChecks"
    program = app.read(PROGRAM).replace("app.MapHealthChecks", served)
    app.write(PROGRAM, program.replace("app.Run();", 'app.MapFallbackToFile("index.html");\n\napp.Run();'))
    shutil.copytree(
        EXAMPLES / "incidents" / CLIENT, target / "client", ignore=shutil.ignore_patterns(*NOT_SOURCE), symlinks=True
    )
    return app, App(target / "client")


def incidents(target: Path) -> App:
    """Return the large example."""
    return copy("incidents", target)


# What can be wrong in .NET code.


def xunit(name: str, body: str) -> str:
    return (
        f"namespace Hello.Tests;\n\npublic sealed class {name}\n{{\n"
        f"    [Fact]\n    public void Case()\n    {{\n        {body}\n    }}\n}}\n"
    )


FAILS = xunit("Failing", 'Assert.Equal("green", "red");')
HANGS = xunit("Hanging", "Thread.Sleep(Timeout.Infinite);")
CRASHES = xunit("Crashing", 'Environment.FailFast("the process is gone");')


def fail_a_test(app: App) -> None:
    app.write(f"{TESTS}/Failing.cs", FAILS)


def add_test_project(app: App, name: str, code: str | None, *, listed: bool = True) -> None:
    """Add a test project to the solution, or beside it; without code it holds no test."""
    app.write(f"tests/{name}/{name}.csproj", app.read(f"{TESTS}/Hello.Tests.csproj"))
    app.write(f"tests/{name}/packages.lock.json", app.read(f"{TESTS}/packages.lock.json"))
    if code:
        app.write(f"tests/{name}/Tests.cs", code)
    if listed:
        id_ = f"{{{uuid.uuid5(uuid.NAMESPACE_DNS, name)}}}".upper()
        project = f'Project("{CSHARP}") = "{name}", "tests\\{name}\\{name}.csproj", "{id_}"\nEndProject\n'
        pairs = [(kind, what) for kind in ("Debug", "Release") for what in ("ActiveCfg", "Build.0")]
        built = "".join(f"\t\t{id_}.{kind}|Any CPU.{what} = {kind}|Any CPU\n" for kind, what in pairs)
        section = "GlobalSection(ProjectConfigurationPlatforms) = postSolution\n"
        app.replace("Hello.sln", "EndProject\nGlobal\n", f"EndProject\n{project}Global\n")
        app.replace("Hello.sln", section, section + built)


def in_two_frameworks(app: App, name: str) -> None:
    """Let a project be built and run for .NET 8 and .NET 10."""
    both = "<PropertyGroup>\n    <TargetFramework />\n    <TargetFrameworks>net8.0;net10.0</TargetFrameworks>"
    app.replace(f"tests/{name}/{name}.csproj", "<PropertyGroup>", both)
    (app.folder / f"tests/{name}/packages.lock.json").unlink(missing_ok=True)


def add_platform_project(app: App, name: str, code: str) -> None:
    """Add a project whose tests run under Microsoft.Testing.Platform, in two frameworks."""
    packages = {"Microsoft.Testing.Extensions.TrxReport": "2.5.2", "xunit.v3": "4.0.2"}
    listed = "\n".join(f'    <PackageReference Include="{n}" Version="{v}" />' for n, v in packages.items())
    properties = ("OutputType>Exe", "UseMicrosoftTestingPlatformRunner>true", "IsTestProject>true")
    said = "\n".join(f"    <{text}</{text.partition('>')[0]}>" for text in properties)
    app.write(
        f"tests/{name}/{name}.csproj",
        f'<Project Sdk="Microsoft.NET.Sdk">\n  <PropertyGroup>\n{said}\n  </PropertyGroup>\n'
        f'  <ItemGroup>\n{listed}\n    <Using Include="Xunit" />\n  </ItemGroup>\n</Project>\n',
    )
    app.write(f"tests/{name}/global.json", '{"test": {"runner": "Microsoft.Testing.Platform"}}\n')
    app.write(f"tests/{name}/Tests.cs", code)
    in_two_frameworks(app, name)


def break_csharp(app: App) -> None:
    app.append(GREETER, '\ninternal static class Broken\n{\n    public static int Value => "a text";\n}\n')


def misformat_csharp(app: App) -> None:
    app.replace(GREETER, "    public const int", "  public   const int")


def embed_readme(app: App) -> None:
    """Let the compiler read a file that no .NET step sees by itself."""
    app.write("src/Hello.Web/README.md", "# Hello\n")
    app.replace(
        "src/Hello.Web/Hello.Web.csproj",
        "</Project>",
        '  <ItemGroup>\n    <EmbeddedResource Include="README.md" />\n  </ItemGroup>\n</Project>',
    )


def outdate_nuget_lock(app: App) -> None:
    """Ask for another version than the lock file knows."""
    app.replace(
        f"{TESTS}/Hello.Tests.csproj",
        '"Microsoft.NET.Test.Sdk" Version="17.14.1"',
        '"Microsoft.NET.Test.Sdk" Version="17.14.0"',
    )


def fail_until(app: App, moment: int) -> None:
    """Add a test that is red before a moment (seconds since 1970) and green from then on."""
    app.write(
        f"{TESTS}/Early.cs", xunit("Early", f"Assert.True(DateTimeOffset.UtcNow.ToUnixTimeSeconds() >= {moment});")
    )


# What can be wrong in a SPA; paths are those of `spa()` or of the second of `both()`.


def fail_vitest(app: App) -> None:
    app.write(
        "src/broken.test.ts",
        "import { expect, test } from 'vitest';\n\n"
        "test('fails on purpose', () => {\n  expect('red').toBe('green');\n});\n",
    )


def break_types(app: App) -> None:
    app.append("src/format.ts", "\nexport const broken: number = 'a text';\n")


def break_lint(app: App) -> None:
    app.append("src/format.ts", "\nexport const anything = (value: unknown): string => (value as any).name;\n")


def misstyle(app: App) -> None:
    """Break a lint rule that the linter can mend by itself."""
    app.append(
        "src/format.ts", "\nexport const twice = (n: number): number => {\n  let all = n + n;\n  return all;\n};\n"
    )


def build_nothing(app: App) -> None:
    """Let the build script end well and leave no output."""
    app.replace("package.json", '"tsc -b && vite build"', '"tsc -b && vite build --help"')


def keep_one_test(app: App) -> None:
    """Take all test files but one, where it does not matter what is tested."""
    for file in app.folder.glob("src/**/*.test.ts*"):
        if file.name != "format.test.ts":
            file.unlink()


def rewrite_scripts(app: App, scripts: dict[str, str | None]) -> None:
    """Change scripts of package.json; None takes one out."""
    package = json.loads(app.read("package.json"))
    package["scripts"] = {name: line for name, line in (package["scripts"] | scripts).items() if line is not None}
    app.write("package.json", json.dumps(package, indent=2) + "\n")


def read_readme(app: App) -> None:
    """Let a test of the SPA read a file that no step of the SPA sees by itself."""
    app.write("README.md", "# The client\n")
    app.write(
        "src/readme.test.ts",
        "import { expect, test } from 'vitest';\nimport text from '../README.md?raw';\n\n"
        "test('the readme is there', () => {\n  expect(text).toContain('The client');\n});\n",
    )


def outdate_npm_lock(app: App) -> None:
    package = json.loads(app.read("package.json"))
    package["dependencies"]["react"] = "^18.0.0"
    app.write("package.json", json.dumps(package, indent=2) + "\n")
