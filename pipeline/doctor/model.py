"""A machine as it was read, what a repository wants of it, and what was checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pipeline.app.model import App
    from pipeline.errors import PipelineError
    from pipeline.plan.model import Plan
    from pipeline.scaffold.environments import Environment
    from pipeline.settings.model import Settings


class Level(Enum):
    """How much a finding matters."""

    OK = "ok"
    NOTE = "note"  # runs all the same
    PROBLEM = "problem"  # `ci` would not run, or not to its end


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing looked at; `mend` is the command, or where there is none the words, that put it right.

    `more` are further lines below `found`, one for each thing that is wrong.
    """

    name: str
    level: Level
    found: str
    mend: str = ""
    more: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What an address said: why it could not be reached, or how many seconds its clock is ahead of this machine's."""

    address: str
    problem: str = ""
    ahead: float | None = None


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What was read; no value of the environment is in it, only the names of its variables.

    `tools` are version texts by executable, None for one that is not on PATH. `engine` says why no engine answers.
    `runtimes` is what `dotnet --list-runtimes` prints.
    `free` are bytes by place, -1 where nobody could say. `engine_disk` is the free share, 0 to 1, of the disk that a
    container engine of this machine keeps its data on, None where that is not known. `newest_commit` is when the
    repository was last changed.
    """

    system: str
    now: datetime
    engine: str = ""
    tools: Mapping[str, str | None] = field(default_factory=dict)
    runtimes: str | None = None
    free: Mapping[str, int] = field(default_factory=dict)
    engine_disk: float | None = None
    variables: frozenset[str] = frozenset()
    servers: frozenset[str] = frozenset()
    answers: tuple[Answer, ...] = ()
    newest_commit: datetime | None = None

    def has(self, tool: str) -> bool:
        """Whether the tool is on PATH."""
        return self.tools.get(tool) is not None


@dataclass(frozen=True, kw_only=True)
class Releases:
    """Where one application is released to, by its key where there are several; `texts` has fly.toml and sources."""

    app: App
    environments: tuple[Environment, ...]
    texts: Mapping[str, str] = field(default_factory=dict)
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a repository wants, as far as it could be read; `problem` says why no further."""

    apps: tuple[App, ...] = ()
    plan: Plan | None = None
    settings: Settings | None = None
    problem: PipelineError | None = None
    feed: bool = False
    releases: tuple[Releases, ...] = ()
