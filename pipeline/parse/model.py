"""The values that parsers return."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.parse.weakness import Component, Looked, Weakness


class Severity(Enum):
    """How bad a finding is; an `error` makes a step that checks red, the others inform."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class CaseStatus(Enum):
    """How one test case ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One problem at a place. `file` is relative to the source root; `line` starts at 1."""

    rule: str
    severity: Severity
    message: str
    tool: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    help: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseResult:
    """One test case. `duration` is in seconds; `suite` is the class, file or project it belongs to.

    `file` (relative to the source root) and `line` tell where a failed one stands, if its stack trace does.
    """

    suite: str
    name: str
    status: CaseStatus
    duration: float = 0.0
    message: str = ""
    details: str = ""
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True, kw_only=True)
class FileCoverage:
    """Which lines of one file ran: line number to hit count."""

    file: str
    lines: tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """Line coverage, merged per file; a line counts as covered when any run hit it."""

    files: tuple[FileCoverage, ...] = ()

    @property
    def total(self) -> int:
        """How many lines can be covered."""
        return sum(len(file.lines) for file in self.files)

    @property
    def covered(self) -> int:
        """How many lines were hit at least once."""
        return sum(1 for file in self.files for _, hits in file.lines if hits)

    @property
    def percent(self) -> float | None:
        """Covered lines of all lines, 0 to 100; None when there is nothing to cover."""
        return round(100 * self.covered / self.total, 2) if self.total else None


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """All that one file or log said.

    `problems` are reasons why the run cannot be green although no single case or finding says so
    (a hung test host, a run that was aborted, a report that is cut off).
    `completed` is False when the tool says that its run did not come to an end.
    `unavailable` are reasons why a scanner's answer, or its silence, means nothing.
    `notes` are what came of it in a few words each, for the row of its step.
    """

    findings: tuple[Finding, ...] = ()
    cases: tuple[CaseResult, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    problems: tuple[str, ...] = ()
    completed: bool = True
    weaknesses: tuple[Weakness, ...] = ()
    components: tuple[Component, ...] = ()
    looked: tuple[Looked, ...] = ()
    unavailable: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
