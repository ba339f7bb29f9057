"""Projects, packages and targets with and without their traps."""

from __future__ import annotations

from datetime import date

from pipeline.app.remark_kinds import dotnet as kinds
from pipeline.app.remark_kinds import spa as spa_kinds
from tests.unit.app.remarks.case import Case

WEB = "src/Web/Web.csproj"
LATER = date(2027, 1, 1)


def project(*inner: str, sdk: str = "Microsoft.NET.Sdk.Web", tfm: str = "net10.0") -> str:
    """Return a project file, one element a line."""
    top = f"<PropertyGroup>\n<TargetFramework>{tfm}</TargetFramework>\n</PropertyGroup>"
    return "\n".join([f'<Project Sdk="{sdk}">', top, *inner, "</Project>"])


def packages(*named: str) -> str:
    """Return package references written as name=version."""
    pairs = (name.split("=") for name in named)
    items = [f'<PackageReference Include="{name}" Version="{version}" />' for name, version in pairs]
    return "\n".join(["<ItemGroup>", *items, "</ItemGroup>"])


def target(*tasks: str, name: str = "T", hook: str = 'AfterTargets="Build"') -> str:
    """Return a target that runs after a build."""
    return "\n".join([f'<Target Name="{name}" {hook}>', *tasks, "</Target>"])


def of(kind, red: str, green: str, at: str = "", **more: str) -> Case:
    """Return a case whose trees differ in one element of the web project."""
    return Case(kind, {WEB: project(red), **more}, {WEB: project(green), **more}, at)


LIB = "src/Lib/Lib.csproj"
REFERENCE = '<ItemGroup><ProjectReference Include="../Lib/Lib.csproj" /></ItemGroup>'
SLN = '<Solution><Project Path="src/Web/Web.csproj" />{}</Solution>'
TESTS = {"T/T.csproj": project(packages("xunit.v3=1"), sdk="Microsoft.NET.Sdk")}
NUGET = '<configuration>\n<config>\n<add key="globalPackagesFolder" value="{}" />\n</config>\n{}</configuration>'
SOURCES = '<packageSources>\n<add key="mine" value="{}" />\n</packageSources>\n'
SECRET = '<packageSourceCredentials><a><add key="ClearTextPassword" value="{}" /></a></packageSourceCredentials>'
TOOLS = '{"tools": {"dotnet-ef": {"version": "9.0.6"}}}'
COPY = '<Copy SourceFiles="@(F)" DestinationFolder="{}" />'
SPA = {"ClientApp/package.json": '{"scripts": {"build": "vite build"}, "dependencies": {"react": "1"}}',
       "ClientApp/package-lock.json": ""}  # fmt: skip

OLD = '<Project ToolsVersion="15.0">\n<Import Project="$(MSBuildExtensionsPath)/x.props" />\n</Project>'

FILTER = "<PropertyGroup>\n<VSTestTestCaseFilter>{}</VSTestTestCaseFilter></PropertyGroup>"
SETTINGS = """<PropertyGroup>
<RunSettingsFilePath>$(MSBuildProjectDirectory)/../ci.runsettings</RunSettingsFilePath></PropertyGroup>"""
RUN = "<RunSettings>\n<RunConfiguration>\n<TestCaseFilter>{}</TestCaseFilter></RunConfiguration></RunSettings>"

CASES = (
    Case(kinds.FILTERED_TESTS,
         {**TESTS, "Directory.Build.props": f"<Project>\n{FILTER.format('Category!=Slow')}</Project>"},
         {**TESTS, "Directory.Build.props": f"<Project>\n{FILTER.format('')}</Project>"},
         "Directory.Build.props:3"),
    Case(kinds.FILTERED_TESTS,
         {"T/T.csproj": project(packages("xunit.v3=1") + SETTINGS), "ci.runsettings": RUN.format("Category!=Slow")},
         {"T/T.csproj": project(packages("xunit.v3=1") + SETTINGS), "ci.runsettings": RUN.format(" ")},
         "ci.runsettings:3"),
    Case(kinds.WINDOWS_SOLUTION,
         {WEB: project(), "A.slnx": SLN.format(""), "old/Old.csproj": OLD,
          "old/Old.slnx": '<Solution><Project Path="Old.csproj" /></Solution>'},
         {WEB: project(), "A.slnx": SLN.format(""), "old/Old.csproj": project(sdk="x"),
          "old/Old.slnx": '<Solution><Project Path="Old.csproj" /></Solution>'},
         "old/Old.slnx"),
    Case(kinds.EOL_DOTNET, {WEB: project(tfm="net7.0")}, {WEB: project(tfm="net8.0")}, f"{WEB}:3"),
    Case(kinds.EOL_DOTNET, {WEB: project(tfm="net8.0")}, {WEB: project(tfm="net10.0")}, f"{WEB}:3", LATER),
    Case(kinds.EOL_SOON, {WEB: project(tfm="net9.0")}, {WEB: project(tfm="net10.0")}, f"{WEB}:3", date(2026, 10, 1)),
    Case(spa_kinds.EOL_NODE, {**SPA, "ClientApp/.nvmrc": "18"}, {**SPA, "ClientApp/.nvmrc": "22"},
         "ClientApp/.nvmrc:1"),
    Case(spa_kinds.EOL_NODE, {**SPA, "ClientApp/.nvmrc": "22"}, SPA, "ClientApp/.nvmrc:1", date(2040, 1, 1)),
    Case(kinds.NOT_IN_SOLUTION, {WEB: project(REFERENCE), LIB: project(sdk="x"), "A.slnx": SLN.format("")},
         {WEB: project(REFERENCE), LIB: project(sdk="x"),
          "A.slnx": SLN.format('<Project Path="src/Lib/Lib.csproj" />')},
         f"{WEB}:5"),
    Case(kinds.WARNINGS_OFF,
         {WEB: project(), "Directory.Build.props": "<Project>\n<PropertyGroup><NoWarn>$(NoWarn);CS9057</NoWarn>"
                                                   "<WarningsAsErrors /></PropertyGroup></Project>"},
         {WEB: project(), "Directory.Build.props": "<Project><PropertyGroup><NoWarn>$(NoWarn);1591</NoWarn>"
                                                   "<!--<WarningsAsErrors />--></PropertyGroup></Project>"},
         "Directory.Build.props:2"),
    Case(kinds.SDK_UNPINNED, {WEB: project()}, {WEB: project(), "global.json": '{"sdk": {"version": "10.0.100"}}'}),
    Case(kinds.EXACT_SDK, {WEB: project(), "global.json": '{"sdk":\n{"version": "10.0.100"}}'},
         {WEB: project(), "global.json": '{"sdk": {"version": "10.0.100", "rollForward": "latestFeature"}}'},
         "global.json:2"),
    Case(kinds.TOOL_VERSION,
         {"dotnet-tools.json": TOOLS, "up.sh": "dotnet tool install --global dotnet-ef --version 8.0.10\n"},
         {"dotnet-tools.json": TOOLS, "up.sh": "dotnet tool install -g dotnet-ef --version 9.0.6\n"}, "up.sh:1"),
    Case(kinds.TOOL_VERSION, {"Dockerfile": "FROM a\nRUN x && \\\n  dotnet tool install -g dotnet-ef\n"},
         {"Dockerfile": "FROM a\nRUN dotnet tool restore\n"}, "Dockerfile:2"),
    Case(kinds.MIXED_VERSIONS,
         {WEB: project(REFERENCE, packages("Elsa=3.4.2")), LIB: project(packages("Elsa.Http=3.4.0"))},
         {WEB: project(REFERENCE, packages("Elsa=3.4.2")), LIB: project(packages("Elsa.Http=3.4.2", "Elsax=1"))}),
    Case(kinds.MIXED_VERSIONS,
         {WEB: project(REFERENCE, packages("Elsa=9.0.0")), LIB: project(packages("Elsa.Http=10.0.0"))},
         {WEB: project(REFERENCE, packages("Elsa=10.0.0")), LIB: project(packages("Elsa.Http=10.0.0"))}, f"{LIB}:6"),
    of(kinds.OTHER_PROVIDER,
       packages("Npgsql.EntityFrameworkCore.PostgreSQL=9", "Elsa.EntityFrameworkCore.SqlServer=3"),
       packages("Npgsql.EntityFrameworkCore.PostgreSQL=9", "Microsoft.EntityFrameworkCore.Sqlite=3")),
    of(kinds.EOL_PACKAGE, packages("Microsoft.AspNetCore.Http.Features=5.0.17"),
       packages("Microsoft.AspNetCore.OData=5.0.17", "Microsoft.AspNetCore.OpenApi=10.0.1"), f"{WEB}:6"),
    Case(kinds.MACHINE_PATH, {WEB: project(), "nuget.config": NUGET.format("/home/user/.nuget", "")},
         {WEB: project(), "nuget.config": NUGET.format(".packages", "")}, "nuget.config:3"),
    Case(kinds.MACHINE_PATH, {"nuget.config": NUGET.format("p", SOURCES.format("C:\\LocalNuget"))},
         {"nuget.config": NUGET.format("p", SOURCES.format("https://a.test/index.json"))}, "nuget.config:6"),
    Case(kinds.MACHINE_PATH, {"nuget.config": NUGET.format("p", SOURCES.format("feed"))},
         {"nuget.config": NUGET.format("p", SOURCES.format("feed")), "feed/a.nupkg": ""}, "nuget.config:6"),
    of(kinds.MACHINE_PATH, '<ItemGroup><Reference Include="A" HintPath="/home/user/a.dll" /></ItemGroup>',
       '<ItemGroup><Reference Include="A" HintPath="lib/a.dll" /></ItemGroup>', f"{WEB}:5"),
    Case(kinds.FEED_SECRET, {"nuget.config": NUGET.format("p", SECRET.format("ghp_abcdef"))},
         {"nuget.config": NUGET.format("p", SECRET.format("%TOKEN%"))}, "nuget.config:5"),
    Case(kinds.FEED_SECRET, {".npmrc": "//npm.test/:_authToken=abcdefgh\n"},
         {".npmrc": "//npm.test/:_authToken=${TOKEN}\n"}, ".npmrc:1"),
    Case(kinds.NO_LOCKS, {WEB: project()}, {WEB: project(), "src/Web/packages.lock.json": ""}),
    of(kinds.NODE_IN_BUILD, target('<Exec Command="npm install" />'), target('<Exec Command="echo npm.md" />'),
       f"{WEB}:5"),
    of(kinds.NODE_IN_PUBLISH, target('<Exec Command="npm run build" />', hook='AfterTargets="ComputeFilesToPublish"'),
       target('<Exec Command="echo" />', hook='AfterTargets="ComputeFilesToPublish"'), f"{WEB}:5"),
    of(kinds.WRITES_SOURCE, target(COPY.format("wwwroot/app")), target(COPY.format("$(PublishDir)wwwroot/app")),
       f"{WEB}:5"),
    of(kinds.WRITES_SOURCE,
       target("<PropertyGroup><To>..\\Other\\wwwroot</To></PropertyGroup>", '<RemoveDir Directories="$(To)" />'),
       target("<PropertyGroup><To>obj\\wwwroot</To></PropertyGroup>", '<RemoveDir Directories="$(To)" />')),
    of(kinds.TARGET_IGNORES, target('<Exec Command="make" ContinueOnError="true" />'),
       target('<Exec Command="node -v" ContinueOnError="true" />', '<Error Text="no Node" />'), f"{WEB}:5"),
    of(kinds.FIXED_OUTPUT, target('<Copy SourceFiles="bin/$(Configuration)/net8.0/a" DestinationFolder="obj" />'),
       target('<Copy SourceFiles="$(OutputPath)a" DestinationFolder="obj" />'), f"{WEB}:5"),
    of(kinds.PACKAGE_FOLDER, target('<ItemGroup><F Include="$(NuGetPackageRoot)mud/*/a" /></ItemGroup>'),
       target('<ItemGroup><F Include="$(PkgMud)/a" /></ItemGroup>'), f"{WEB}:5"),
    of(kinds.FILLS_PUBLIC, target(COPY.format("../../ClientApp/public/x")), target(COPY.format("obj/x")), f"{WEB}:5",
       **SPA),
    of(kinds.DEAD_TARGET, target(hook="Condition=\"'$(MSBuildProjectName)' != 'Web'\""),
       target(hook="Condition=\"'$(MSBuildProjectName)' == 'Web'\""), f"{WEB}:5"),
    of(kinds.FLOATING_VERSION, packages("Moq=4.*"), packages("Moq=4.20.1"), f"{WEB}:6"),
    Case(kinds.EMPTY_TESTS, TESTS, {**TESTS, "T/ATests.cs": ""}, "T/T.csproj"),
    Case(kinds.CASE_TWINS, {"a/Readme.md": "", "a/readme.md": "", WEB: project()}, {"a/readme.md": "", WEB: project()}),
    Case(kinds.TWO_IN_FOLDER,
         {"A.slnx": SLN.format(""), "A.sln": 'Project("{1}") = "a", "src/Web/Web.csproj", "x"\n', WEB: project()},
         {"A.slnx": SLN.format(""), WEB: project()}),
    Case(kinds.ORPHAN, {WEB: project(), "old/Old.csproj": project(), "A.slnx": SLN.format("")},
         {WEB: project(REFERENCE), LIB: project(sdk="x"), "A.slnx": SLN.format(""), "samples/S.csproj": project()},
         "old/Old.csproj"),
    Case(kinds.NOT_ON_DISK,
         {WEB: project('<ItemGroup><ProjectReference Include="../../c/C.esproj" /></ItemGroup>'), "c/c.esproj": ""},
         {WEB: project('<ItemGroup><ProjectReference Include="../../c/c.esproj" /></ItemGroup>'), "c/c.esproj": ""},
         f"{WEB}:5"),
    Case(kinds.NOT_ON_DISK,
         {WEB: project(), "A.sln": 'Project("{1}") = "a", "src\\Web\\Web.csproj", "x"\n'
                                   'Project("{1}") = "c", "c\\c.esproj", "y"\n'},
         {WEB: project(), "c/c.esproj": "", "A.sln": 'Project("{1}") = "a", "src\\Web\\Web.csproj", "x"\n'
                                                     'Project("{1}") = "c", "c\\c.esproj", "y"\n'}, "A.sln:2"),
    of(kinds.WINDOWS_COMMAND, target('<Exec Command="cmd /c gen.bat" />'),
       target('<Exec Command="cmd /c gen.bat" Condition="\'$(OS)\' == \'Windows_NT\'" />'), f"{WEB}:5"),
    of(kinds.SERVER_IN_TARGET, target('<Exec Command="npm start" />'), target('<Exec Command="npm run build" />'),
       f"{WEB}:5"),
)  # fmt: skip
