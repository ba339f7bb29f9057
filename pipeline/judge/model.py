"""Results of steps and the report over them; JSON is the report's schema-versioned form."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from pipeline.errors import INTERNAL
from pipeline.judge.audit.model import Audit
from pipeline.parse.model import CaseResult, CaseStatus, Coverage, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.app.model import Remark
    from pipeline.errors import ExitCode
    from pipeline.parse.weakness import Component, Looked, Weakness
    from pipeline.plan.model import Step

SCHEMA = 3

# How the reason of a step begins that did not run for another one's end.
BECAUSE = "because "


class Status(Enum):
    """How a step ended."""

    PASSED = "passed"
    FAILED = "failed"
    BROKEN = "broken"
    UNAVAILABLE = "unavailable"
    SKIPPED = "skipped"


@dataclass(frozen=True, kw_only=True)
class Execution:
    """What a runner saw of one step, before anybody judged it.

    `exit_code` is None when nothing could be started; `log` is the combined output in order. `files` are the
    reports as pairs of a path below ${out} and a text; `missing` are folders that the step promised and did not
    leave. Times are seconds since the epoch, by the executing machine's clock. `infra` tells a fault of engine,
    registry, network or tool in one line. `root` and `out` are where the source and the reports lay.
    """

    step: str
    exit_code: int | None
    log: str = ""
    files: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    started: float = 0.0
    ended: float = 0.0
    cached: bool = False
    command: tuple[str, ...] = ()
    timed_out: bool = False
    attempts: int = 1
    infra: str | None = None
    root: str = "/src"
    out: str = ""


def surprise(step: Step, error: Exception) -> Execution:
    """Return the execution of a step that ended with an error of ours."""
    text = "".join(traceback.format_exception(error))
    infra = f"{INTERNAL.id} {type(error).__name__}: {error}"
    return Execution(step=step.id, exit_code=None, infra=infra, log=text)


@dataclass(frozen=True, kw_only=True)
class StepResult:
    """One step, judged. `reason` says why it is not `passed`; `tail` are the last lines of its output.

    `explained` means: findings and failed cases say all that the last lines say. `command` is the last one that ran,
    as a reader can repeat it in `folder` (below the source root). `notes` are what came of it, in a few words each.
    """

    id: str
    status: Status
    proves: str = ""
    reason: str = ""
    duration: float = 0.0
    cached: bool = False
    ran_at: float = 0.0
    attempts: int = 1
    command: tuple[str, ...] = ()
    folder: str = "."
    exit_code: int | None = None
    findings: tuple[Finding, ...] = ()
    cases: tuple[CaseResult, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    tail: str = ""
    explained: bool = False
    error_id: str = ""
    weaknesses: tuple[Weakness, ...] = ()
    components: tuple[Component, ...] = ()
    looked: tuple[Looked, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many test cases ended how."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.passed + self.failed + self.skipped


def count(cases: tuple[CaseResult, ...]) -> Counts:
    """Count cases by status."""
    by = {status: sum(1 for c in cases if c.status is status) for status in CaseStatus}
    return Counts(passed=by[CaseStatus.PASSED], failed=by[CaseStatus.FAILED], skipped=by[CaseStatus.SKIPPED])


@dataclass(frozen=True, kw_only=True)
class Report:
    """The verdict and everything under it.

    `not_proven` lists what this run could not or did not show; `where` names the runner in a few words.
    """

    app: str
    where: str
    verdict: ExitCode
    steps: tuple[StepResult, ...]
    not_proven: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    started: float = 0.0
    duration: float = 0.0
    audit: Audit = field(default_factory=Audit)

    def __iter__(self) -> Iterator[StepResult]:
        """Iterate over the steps in plan order."""
        return iter(self.steps)

    @property
    def cases(self) -> tuple[CaseResult, ...]:
        """Every test case of every step."""
        return tuple(case for step in self.steps for case in step.cases)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding of every step."""
        return tuple(finding for step in self.steps for finding in step.findings)
