"""What an error is: whose fault, which exit code, and the words for it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum, IntEnum


class ExitCode(IntEnum):
    """Exit codes of the command line; `dagger call` itself knows only 0 and 1."""

    GREEN = 0
    RED = 1
    CONFIG = 2
    INCOMPLETE = 3
    INFRA = 4
    BUG = 70
    INTERRUPTED = 130


class Fault(Enum):
    """Who has to act."""

    GATE = "gate"
    CONFIG = "config"
    INFRA = "infra"
    BUG = "bug"


EXIT_OF_FAULT = {
    Fault.GATE: ExitCode.RED,
    Fault.CONFIG: ExitCode.CONFIG,
    Fault.INFRA: ExitCode.INFRA,
    Fault.BUG: ExitCode.BUG,
}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One situation that a user can get into."""

    id: str
    fault: Fault
    title: str
    cause: str
    todo: str


def config(id_: str, title: str, cause: str, todo: str) -> Kind:
    """Return a mistake that its caller mends."""
    return Kind(id=id_, fault=Fault.CONFIG, title=title, cause=cause, todo=todo)


def gate(id_: str, title: str, cause: str, todo: str) -> Kind:
    """Return what is refused on purpose."""
    return Kind(id=id_, fault=Fault.GATE, title=title, cause=cause, todo=todo)


def infra(id_: str, title: str, cause: str, todo: str) -> Kind:
    """Return what failed without anybody's mistake."""
    return Kind(id=id_, fault=Fault.INFRA, title=title, cause=cause, todo=todo)


class PipelineError(Exception):
    """An expected error; printed as text, never as a traceback.

    Args:
        kind: the situation.
        what: what happened here, in a few words with names and places.
        details: further lines, for example every candidate or every problem.

    """

    def __init__(self, kind: Kind, what: str, details: tuple[str, ...] = ()) -> None:
        super().__init__(what)
        self.kind = kind
        self.what = what
        self.details = details

    @property
    def exit_code(self) -> ExitCode:
        """The exit code of the command line for this error."""
        return EXIT_OF_FAULT[self.kind.fault]

    def as_json(self) -> str:
        """Return the same as JSON, in the place of what the verb would have printed."""
        kind = self.kind
        told = {"id": kind.id, "title": kind.title, "what": self.what, "details": list(self.details)}
        return json.dumps({"schema": 1, "error": told | {"cause": kind.cause, "todo": kind.todo}}, ensure_ascii=False)

    def __str__(self) -> str:
        """Return the text a user reads: id, what, details, cause, todo."""
        lines = [f"{self.kind.id} {self.kind.title}: {self.what}"]
        lines += [f"  - {detail}" for detail in self.details]
        lines += [f"  usual cause: {self.kind.cause}", f"  what to do: {self.kind.todo}"]
        return "\n".join(lines)
