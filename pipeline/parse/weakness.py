"""What scanners say: weaknesses, the components they were found in, and what was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class WeaknessKind(Enum):
    """What kind of problem it is; each kind has a gate of its own."""

    VULNERABILITY = "vulnerability"
    SECRET = "secret"  # noqa: S105  # a kind of weakness, and no secret
    MISCONFIGURATION = "misconfiguration"
    LICENCE = "licence"


class Level(Enum):
    """How bad it is, in the words of the scanners; `unknown` is the lowest, and never left out of a report."""

    UNKNOWN = "unknown"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """The place in the order, 0 for `unknown`."""
        return list(Level).index(self)


_LEVELS = {"info": Level.LOW, "moderate": Level.MEDIUM, **{level.value: level for level in Level}}


def level(word: object) -> Level:
    """Return the level that a scanner names in its own words."""
    return _LEVELS.get(word.lower(), Level.UNKNOWN) if isinstance(word, str) else Level.UNKNOWN


# Of a package in which nothing is wrong but the package.
REMOVE = "no version is without it: take the package out"
_EMBEDDED = "CWE-506"  # embedded malicious code


def malware(title: str, kinds: Iterable[str]) -> bool:
    """Whether an advisory is about a package that was made to do harm, and not about a mistake in one."""
    return title.lower().startswith("malware in ") or _EMBEDDED in kinds


class Part(Enum):
    """The parts of an application that a scan can look at; together they are all of it."""

    NPM = "npm packages"
    NUGET = "NuGet packages"
    OS = "operating system packages"
    OTHER = "other packages"
    SECRETS = "secrets in the source"
    HISTORY = "secrets in the git history"
    CONFIGURATION = "configuration"
    LICENCES = "licences"
    IMAGE = "image"
    DATABASE = "vulnerability database"


@dataclass(frozen=True, kw_only=True)
class Package:
    """A package by ecosystem (`npm`, `nuget`, `debian`), name and version; no version where a tool names none."""

    ecosystem: str
    name: str
    version: str = ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A file of the source, or of the image, and a line in it."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        """Return it as editors read it."""
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, kw_only=True)
class Weakness:
    """One problem as one tool tells it.

    `aliases` are other ids of the same advisory. `fixed` is the version that mends it, empty when there is none, and
    None where the tool does not say.
    `file` is relative to the source root, or a path in the image when `image`; `also` are further places where it was
    found, `path` leads from a direct dependency to the package. `mark` tells two secrets of one file apart: a digest of
    what stands around them, never a text. `malware` says that the package itself is the problem, and no version the way
    out. `dev` is None where the tool does not tell; `published` is a date such as 2026-01-31, or empty.
    """

    kind: WeaknessKind
    id: str
    level: Level
    title: str
    tool: str
    aliases: tuple[str, ...] = ()
    package: Package | None = None
    fixed: str | None = None
    file: str | None = None
    line: int | None = None
    also: tuple[Place, ...] = ()
    path: tuple[str, ...] = ()
    mark: str = ""
    malware: bool = False
    help: str = ""
    url: str = ""
    published: str = ""
    dev: bool | None = None
    image: bool = False


@dataclass(frozen=True, kw_only=True)
class Component:
    """A package that is part of the application; `file` is the lock file or the place in the image that says so."""

    package: Package
    purl: str = ""
    licences: tuple[str, ...] = ()
    file: str = ""
    dev: bool = False
    direct: bool = False
    image: bool = False


@dataclass(frozen=True, kw_only=True)
class Looked:
    """One thing that a tool says it read: the proof that its silence means something.

    `count` is how many packages, files or objects it saw there; `data` names the database or source it compared with.
    `open` says of something else why it was not read: a gap that has a name.
    """

    part: Part
    target: str
    tool: str
    count: int | None = None
    data: str = ""
    open: str = ""
