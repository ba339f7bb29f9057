"""What the .NET steps share: which files they see and how packages are found."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from pipeline.plan.model import Files, Literal
from pipeline.settings.files import SETTINGS

if TYPE_CHECKING:
    from pipeline.app.model import App, Dotnet
    from pipeline.settings.model import NugetSettings, Settings

PROJECT_FILES = (
    "**/*.csproj",
    "**/*.fsproj",
    "**/*.props",
    "**/*.targets",
    "**/packages.lock.json",
)
# Read by people alone. Other Markdown can be content that a build takes in by a glob: without it, it would be
# green and empty.
PROSE = ("**/README.md", "**/CHANGELOG.md", "**/CONTRIBUTING.md")
# Of the pipeline and of CI: an application that lies at the root would see them. Dagger 1.0 writes dagger.lock itself.
CI_FILES = ("dagger.json", "dagger.lock", SETTINGS, "pipeline.*.yaml", ".github", ".gitlab-ci.yml")
JUNK = ("**/bin", "**/obj", "**/TestResults", "**/node_modules", "**/.git", *PROSE, *CI_FILES)

# Packages live in the layer, beside the build that needs them: an evicted volume cannot break a cached restore.
ENV = (
    ("NUGET_PACKAGES", "${packages}"),
    ("DOTNET_CLI_TELEMETRY_OPTOUT", "1"),
    ("DOTNET_NOLOGO", "1"),
    ("DOTNET_SKIP_FIRST_TIME_EXPERIENCE", "1"),
    ("MSBUILDDISABLENODEREUSE", "1"),
    ("MSBUILDTERMINALLOGGER", "off"),
    # A compiler ends before a profile of its code has paid; a build takes 0.89 of the time without one.
    # https://learn.microsoft.com/dotnet/core/runtime-config/compilation#profile-guided-optimization
    ("DOTNET_TieredPGO", "0"),
)
# A folder of packages is given where the network is closed: asked whether a certificate was revoked, NuGet would wait
# for an answer at every package.
OFFLINE = (("NUGET_CERT_REVOCATION_MODE", "offline"),)
CACHES = (("NUGET_HTTP_CACHE_PATH", "nuget"),)
CONFIG = "${scratch}/nuget.config"
NO_NODE = "${scratch}/no-node.targets"


def below(folder: str, name: str) -> str:
    """Join a folder of the source with a name; the root adds nothing."""
    return name if folder == "." else f"{folder}/{name}"


def targets(dotnet: Dotnet) -> tuple[str, ...]:
    """Return what restore and build are called with: the solution, then tested or published projects outside of it."""
    return (dotnet.build_target, *dotnet.also_build)


def spa_folder(app: App) -> tuple[str, ...]:
    """Return the globs of the SPA, and of those of other applications beside it, which no .NET step may see."""
    projects = (*app.dotnet.projects, *app.dotnet.tests) if app.dotnet else ()
    folders = {app.spa.folder} if app.spa else set()
    # A project of ours inside of another application's SPA folder is seen all the same.
    folders |= {n for n in app.neighbours if not any(f"{p.folder}/".startswith(f"{n}/") for p in projects)}
    return tuple(sorted(folders - {"."}))


def project_files(app: App, dotnet: Dotnet) -> Files:
    """Return the files that decide what is restored, and no others."""
    return Files(include=(*PROJECT_FILES, *dotnet.root_files), exclude=(*JUNK, *spa_folder(app)))


def sources(app: App, dotnet: Dotnet, settings: Settings) -> Files:
    """Return the files that decide what is built: project folders, files above them, files they link to."""
    projects = {p.path: p for p in (*dotnet.projects, *dotnet.tests)}.values()
    folders = {p.folder for p in projects}
    include = ("**",) if "." in folders else tuple(sorted(f"{folder}/**" for folder in folders))
    linked = tuple(sorted({glob for p in projects for glob in p.outside_inputs}))
    extra = (*dotnet.root_files, "**/.editorconfig", "**/.globalconfig", *linked, *settings.dotnet.inputs)
    return Files(include=(*include, *extra), exclude=(*JUNK, *spa_folder(app), *kept(settings.dotnet.inputs)))


def kept(inputs: tuple[str, ...]) -> tuple[str, ...]:
    """Return the patterns that take named inputs out of what is excluded; they stand last, the last one wins."""
    return tuple(f"!{glob}" for glob in inputs)


def package_sources(nuget: NugetSettings, *, feed: bool) -> tuple[Literal, ...]:
    """Return a nuget.config that replaces the repository's sources, when a feed or source is given.

    Credentials stand in it as a variable's name: NuGet reads the value from the environment.
    """
    if not feed and not nuget.source:
        return ()
    source = "${feed}" if feed else nuget.source
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        "<configuration>",
        f'  <packageSources><clear /><add key="given" value={quoteattr(source)} /></packageSources>',
    ]
    if nuget.secret and not feed:
        lines += [
            "  <packageSourceCredentials><given>",
            f'    <add key="Username" value={quoteattr(nuget.user or "token")} />',
            f'    <add key="ClearTextPassword" value="%{nuget.secret}%" />',
            "  </given></packageSourceCredentials>",
        ]
    return (Literal(path=CONFIG, text="\n".join([*lines, "</configuration>", ""])),)


def restore_env(*, feed: bool) -> tuple[tuple[str, str], ...]:
    """Return the environment of the steps that fetch packages."""
    return (*ENV, *OFFLINE) if feed else ENV


def without_node(app: App, dotnet: Dotnet) -> tuple[tuple[Literal, ...], tuple[str, ...]]:
    """Return a file and arguments that keep a build from building the SPA once more.

    The SPA has steps of its own; a second build would be another one, by an install without its lock file, and in a
    container without Node it would be red. The last definition of a target counts, and this file comes last:
    https://learn.microsoft.com/visualstudio/msbuild/customize-your-build
    """
    node = dotnet.node
    if not (app.spa and app.spa.build):
        return (), ()
    flags = [f"-p:{switch}" for switch in node.switches]
    flags += ["-p:ShouldRunNpmInstall=false", "-p:ShouldRunBuildScript=false"] if node.projects else []
    if not node.targets:
        return (), tuple(flags)
    lines = ["<Project>", *(f"  <Target Name={quoteattr(name)} />" for name in node.targets), "</Project>", ""]
    flags.append(f"-p:CustomAfterMicrosoftCommonTargets={NO_NODE}")
    return (Literal(path=NO_NODE, text="\n".join(lines)),), tuple(flags)


def spa_apart(dotnet: Dotnet, flags: tuple[str, ...]) -> str:
    """Say in a step's reason what these arguments are for."""
    names = ", ".join((*dotnet.node.targets, *dotnet.node.projects, *dotnet.node.switches))
    return f"; the SPA is built by its own steps and not here ({names})" if flags else ""


def config_flags(literals: tuple[Literal, ...]) -> tuple[str, ...]:
    """Return the arguments that make a restore use that nuget.config."""
    return ("--configfile", CONFIG) if literals else ()
