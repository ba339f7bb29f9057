"""What was discovered about an application; every path is relative to the source root, posix style."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class TestRunner(Enum):
    """Who runs the tests of a project: the two cannot share one `dotnet test` call."""

    VSTEST = "vstest"
    MTP = "mtp"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing that was found out: its name, its value and the file that says so."""

    name: str
    value: str
    source: str
    line: int | None = None


@dataclass(frozen=True, kw_only=True)
class Project:
    """One .NET project file."""

    path: str
    sdk: str
    frameworks: tuple[str, ...]
    references: tuple[str, ...] = ()
    packages: tuple[tuple[str, str], ...] = ()
    outside_inputs: tuple[str, ...] = ()
    has_lock_file: bool = False
    is_web: bool = False
    is_test: bool = False
    runner: TestRunner | None = None
    test_framework: str | None = None
    collects_coverage: bool = False
    assembly: str = ""

    @property
    def folder(self) -> str:
        """The folder of the project file, `.` for the root."""
        return self.path.rpartition("/")[0] or "."

    @property
    def name(self) -> str:
        """The file name without its ending."""
        return self.path.rpartition("/")[2].rpartition(".")[0]


@dataclass(frozen=True, kw_only=True)
class Dotnet:
    """The .NET half. `solution` is None when projects stand alone."""

    build_target: str
    solution: str | None
    sdk: str
    projects: tuple[Project, ...]
    web: Project | None = None
    tests: tuple[Project, ...] = ()
    also_build: tuple[str, ...] = ()
    tools_manifest: str | None = None
    nuget_config: str | None = None
    root_files: tuple[str, ...] = ()

    @property
    def locked(self) -> bool:
        """Whether each project has a lock file, so that restore can insist on it."""
        return bool(self.projects) and all(p.has_lock_file for p in self.projects)


@dataclass(frozen=True, kw_only=True)
class Script:
    """One role of package.json scripts, for example `lint`: the script's name and its command line."""

    name: str
    command: str


@dataclass(frozen=True, kw_only=True)
class Spa:
    """The React half. `lock_file` lies in `folder`."""

    folder: str
    package_manager: str
    node: str
    lock_file: str
    dist: str = "dist"
    build: Script | None = None
    lint: Script | None = None
    type_check: Script | None = None
    test: Script | None = None
    test_tool: str | None = None
    collects_coverage: bool = False


class Level(Enum):
    """How much a remark weighs: broken as it stands, misleading or risky, good to know."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, kw_only=True)
class Remark:
    """Something a reader should know that no step proves: the id of its kind, the place, and what it is."""

    id: str
    message: str
    file: str | None = None
    line: int | None = None
    level: Level = Level.NOTE


@dataclass(frozen=True, kw_only=True)
class App:
    """The application: one .NET half, one SPA half, at least one of them."""

    name: str
    dotnet: Dotnet | None = None
    spa: Spa | None = None
    facts: tuple[Fact, ...] = ()
    remarks: tuple[Remark, ...] = field(default=())
