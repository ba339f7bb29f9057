"""A repository as `init` sees it, and the files it should hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.app.model import App

# The engine that the module is written for, and the version that generated workflows install.
ENGINE = "0.21.8"


@dataclass(frozen=True, kw_only=True)
class Question:
    """What no rule can know: the key that answers, what could be meant, and the answer when there is one.

    `off` is the key beside it that says that there is nothing of the kind, where that is possible; `also` is the way
    out where not one of them is meant but each.
    """

    key: str
    candidates: tuple[str, ...] = ()
    off: str = ""
    also: str = ""
    why: str = ""
    answer: str = ""

    @property
    def answers(self) -> tuple[tuple[str, str], ...]:
        """The possible answers as pairs of a settings key and a value."""
        return (*((self.key, candidate) for candidate in self.candidates), *([(self.off, "false")] if self.off else ()))


@dataclass(frozen=True, kw_only=True)
class Target:
    """One environment that an application is released to.

    `branch` is the one whose pushes are released, empty for releases by hand alone; `url` may be unknown. `token`,
    `registry` and `values` are names of secrets: of Fly.io, of the registry, and of what the application itself needs.
    """

    environment: str
    branch: str = ""
    approval: bool = False
    url: str = ""
    token: str = "FLY_API_TOKEN"  # noqa: S105  # a name
    registry: str = ""
    values: str = ""


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """How one application gets from a push to where it runs; `registry` and `signing` are names of secrets."""

    targets: tuple[Target, ...]
    app: str = ""
    registry: str = ""
    signing: str = ""


@dataclass(frozen=True, kw_only=True)
class Repository:
    """Everything that decides what is written.

    `files` are all files of the application's folder; `source` is that folder, seen from the root of the repository.
    `stops` says that `ci` would not start all the same.
    `module` is what `dagger -m` takes; `branches` are those that exist, `default` the one that the host shows first.
    `proposals` are those of the questions that releases bring with them.
    """

    apps: tuple[App, ...]
    files: frozenset[str]
    module: str
    source: str = "."
    branches: tuple[str, ...] = ()
    default: str = ""
    questions: tuple[Question, ...] = ()
    services: tuple[str, ...] = ()
    secret: str = ""
    images: tuple[tuple[str, str], ...] = ()
    github: bool = True
    gitlab: bool = False
    stops: bool = False
    deployments: tuple[Deployment, ...] = ()
    proposals: tuple[Question, ...] = ()

    @property
    def name(self) -> str:
        """What its workflow is called: of the whole repository, or of a folder of it."""
        return "-".join(filter(None, ("pipeline", self.slug)))

    @property
    def slug(self) -> str:
        """The folder as a word of a name; nothing for the whole repository."""
        return re.sub(r"[^a-z0-9]+", "-", self.source.lower()).strip("-")

    def within(self, path: str) -> str:
        """Return a path of the application as seen from the root of the repository."""
        parts = [part for part in (self.source, path) if part != "."]
        return "/".join(parts) or "."


@dataclass(frozen=True, kw_only=True)
class File:
    """One file, by its path from the root of the repository.

    A `shared` file may be there already for reasons of its own, and then it is right as it is. One without a stamp is
    the user's from the moment it is written.
    """

    path: str
    text: str
    shared: bool = False
    stamped: bool = True


@dataclass(frozen=True, kw_only=True)
class Scaffold:
    """The files, and what was left out with the reason."""

    files: tuple[File, ...]
    notes: tuple[str, ...] = ()
