"""What was discovered about an application; every path is relative to the source root, posix style."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class TestRunner(Enum):
    """Who runs the tests of a project: the two cannot share one `dotnet test` call."""

    VSTEST = "vstest"
    MTP = "mtp"


class Confidence(Enum):
    """How a fact came about."""

    STATED = "stated"  # a file, or the settings, say just this
    DERIVED = "derived"  # follows from what files say by a rule
    GUESSED = "guessed"  # nothing says it: a default
    ASKED = "asked"  # several answers are possible, the settings decide


@dataclass(frozen=True, kw_only=True)
class Fact(Generic[T]):
    """One thing that was found out, and the file that says so.

    Where several answers are possible the value is nothing, `candidates` holds them and `key` is the setting that
    answers. `source` is a path, with `line` where a line says it; or words such as `default` where no file does.
    """

    name: str
    value: T
    source: str = ""
    line: int | None = None
    confidence: Confidence = Confidence.STATED
    candidates: tuple[T, ...] = ()
    key: str = ""

    @property
    def text(self) -> str:
        """The value as people read it."""
        return as_text(self.value)

    @property
    def place(self) -> str:
        """What says so, with the line where one does."""
        return self.source + (f":{self.line}" if self.line else "")

    @property
    def is_asked(self) -> bool:
        """Whether the settings have to say it."""
        return self.confidence is Confidence.ASKED


def as_answer(candidate: object, key: str) -> str:
    """Return a candidate of a question as people read it; that there is no SPA has a key of its own."""
    return "none: `spa.enabled` is false" if candidate is None and key == "spa.folder" else as_text(candidate)


def as_text(value: object) -> str:
    """Return a value of a fact as people read it."""
    if value is None or value == ():
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


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
    runs_itself: bool = False
    test_framework: str | None = None
    collects_coverage: bool = False
    assembly: str = ""
    roll_forward: str = ""

    @property
    def folder(self) -> str:
        """The folder of the project file, `.` for the root."""
        return self.path.rpartition("/")[0] or "."

    @property
    def name(self) -> str:
        """The file name without its ending."""
        return self.path.rpartition("/")[2].rpartition(".")[0]


@dataclass(frozen=True, kw_only=True)
class NodeInBuild:
    """What builds the SPA a second time, inside `dotnet build` or `dotnet publish`.

    `targets` are MSBuild targets by name, `projects` JavaScript projects that are built along; `switches` are
    properties, as NAME=value, by which other targets let themselves be switched off. `kept` are targets that do more
    than that, and so cannot be left out.
    """

    targets: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    switches: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Migrations:
    """The Entity Framework migrations of one context, and the project that holds them."""

    project: str
    context: str


@dataclass(frozen=True, kw_only=True)
class Dotnet:
    """The .NET half.

    `solution` is None when projects stand alone, `tools` are the names and versions in its tool manifest.
    """

    build_target: str
    solution: str | None
    sdk: str
    projects: tuple[Project, ...]
    web: Project | None = None
    tests: tuple[Project, ...] = ()
    also_build: tuple[str, ...] = ()
    tools_manifest: str | None = None
    tools: tuple[tuple[str, str], ...] = ()
    migrations: tuple[Migrations, ...] = ()
    root_files: tuple[str, ...] = ()
    node: NodeInBuild = field(default_factory=NodeInBuild)

    @property
    def locked(self) -> bool:
        """Whether each project has a lock file, so that restore can insist on it."""
        return bool(self.projects) and all(p.has_lock_file for p in self.projects)


@dataclass(frozen=True, kw_only=True)
class Call:
    """A known tool behind a script, and how arguments get to it: by `npm run SCRIPT` with so many `--` before them.

    `script` is another one where what is appended would end at another command. No `dashes`: nothing gets there.
    """

    tool: str
    script: str
    dashes: int


@dataclass(frozen=True, kw_only=True)
class Script:
    """One role of package.json scripts, for example `lint`: the script's name, its command line, its known tool."""

    name: str
    command: str
    call: Call | None = None


@dataclass(frozen=True, kw_only=True)
class Spa:
    """The React half; `dist` is nothing where `server` renders the pages, so that no file can be served without it.

    `manager_version` is as exact as files say it, `manager_hash` what package.json pins of it (`sha512.…`), and
    `manager_release` the file of Yarn that the repository brings along. `members` are the folders of its workspace.
    """

    folder: str
    package_manager: str
    node: str
    lock_file: str | None
    manager_version: str = ""
    manager_hash: str = ""
    manager_release: str = ""
    members: tuple[str, ...] = ()
    empty_lock: str | None = None
    dist: str = "dist"
    server: str | None = None
    build: Script | None = None
    lint: Script | None = None
    type_check: Script | None = None
    test: Script | None = None
    format_check: Script | None = None
    e2e: Script | None = None
    collects_coverage: bool = False

    @property
    def root(self) -> str:
        """The folder of its lock file: its own, or that of the workspace which it is a member of."""
        return (self.lock_file.rpartition("/")[0] or ".") if self.lock_file else self.folder

    @property
    def is_berry(self) -> bool:
        """Whether its package manager is Yarn 2 or later, which shares little more than the name with Yarn 1."""
        return self.package_manager == "yarn" and self.manager_version.partition(".")[0] != "1"

    @property
    def test_tool(self) -> str | None:
        """Who runs the unit tests, as far as it is a known tool."""
        return self.test.call.tool if self.test and self.test.call else None


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
class Lock:
    """One lock file of the tree; `ecosystem` is npm or nuget, `packages` None where they were not counted.

    `gap` says what scanners leave out of a file of its form.
    """

    path: str
    ecosystem: str
    packages: int | None = None
    gap: str = ""

    @property
    def names_licences(self) -> bool:
        """Whether it says under which licence each package is; npm's files alone do."""
        return self.path.rpartition("/")[2] in {"package-lock.json", "npm-shrinkwrap.json"}


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """What scanners have to look at, by our own list: what they leave out can be told from what is not there.

    `unread` are pairs of a file and the reason why no scanner here reads it. `silenced` are pairs of a file and a line
    in it that tells a scanner to pass over what it finds there. `unseen` are pairs of a file in which such a line may
    stand and the reason why nobody could look for it. `unlocked` are package.json files without a lock file. `gaps` are
    other things that nothing reads: `source` or a package manager, which one, and why.
    """

    locks: tuple[Lock, ...] = ()
    dockerfiles: tuple[str, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    silenced: tuple[tuple[str, int], ...] = ()
    gaps: tuple[tuple[str, str, str], ...] = ()
    unseen: tuple[tuple[str, str], ...] = ()
    unlocked: tuple[str, ...] = ()
    files: int = 0


@dataclass(frozen=True, kw_only=True)
class Platform:
    """How the platform starts the image, by the fly.toml `path`: what it adds to the environment, and what it mounts.

    `release_command` is run before a new version starts; `grace_seconds` is how long it may take to end.
    """

    path: str
    env: tuple[tuple[str, str], ...] = ()
    volumes: tuple[str, ...] = ()
    release_command: str = ""
    grace_seconds: int | None = None
    port: int | None = None


@dataclass(frozen=True, kw_only=True)
class App:
    """The application: one .NET half, one SPA half. A half that is asked for is missing and stands in `questions`.

    Several applications of one repository are one of `parts`, without halves and facts of its own. `neighbours` are the
    SPA folders of the others, which this one has nothing to do with.
    """

    name: str
    dotnet: Dotnet | None = None
    spa: Spa | None = None
    facts: tuple[Fact[Any], ...] = ()
    remarks: tuple[Remark, ...] = field(default=())
    parts: tuple[App, ...] = ()
    neighbours: tuple[str, ...] = ()
    inventory: Inventory = field(default_factory=Inventory)
    platform: Platform | None = None

    @property
    def each(self) -> tuple[App, ...]:
        """The applications in it: its parts, or itself."""
        return self.parts or (self,)

    def fact(self, name: str) -> Fact[Any] | None:
        """Return a fact by its name, nothing where it is not told."""
        return next((fact for fact in self.facts if fact.name == name), None)

    @property
    def web_folder(self) -> str:
        """The folder of the web project, `.` where there is none."""
        return self.dotnet.web.folder if self.dotnet and self.dotnet.web else "."

    @property
    def questions(self) -> tuple[Fact[Any], ...]:
        """What only the settings can answer."""
        return tuple(fact for fact in self.facts if fact.is_asked)


def beside(apps: tuple[App, ...]) -> tuple[App, ...]:
    """Return applications of one repository that know of each other's SPA folders."""
    folders = {app.spa.folder for app in apps if app.spa}
    return tuple(replace(app, neighbours=tuple(sorted(folders - {app.spa.folder if app.spa else ""}))) for app in apps)


def together(apps: tuple[App, ...]) -> App:
    """Return several applications as one value; a single one stays as it is."""
    if len(apps) == 1:
        return apps[0]
    remarks = dict.fromkeys(remark for app in apps for remark in app.remarks)
    return App(name=" + ".join(app.name for app in apps), remarks=tuple(remarks), parts=apps)
