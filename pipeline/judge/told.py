"""What a step said, for a reader who has the repository and not the folders of the run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.judge import words
from pipeline.parse import paths
from pipeline.parse.model import CaseStatus, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.judge.model import Execution, StepResult
    from pipeline.parse.model import Parsed
    from pipeline.plan.model import Step

# A code from here on tells of a signal or of a command that did not start: no tool chose it.
FOREIGN = 126


def here(result: StepResult, seen: Execution) -> StepResult:
    """Return the result with the paths of the repository in place of the run's."""

    def short(text: str) -> str:
        for folder in (seen.root, seen.out):
            text = paths.shorten(text, folder) if folder and folder in text else text
        return text

    return replace(
        result,
        reason=short(result.reason),
        tail=short(result.tail),
        findings=tuple(replace(f, message=short(f.message)) for f in result.findings),
        cases=tuple(replace(c, message=short(c.message), details=short(c.details)) for c in result.cases),
    )


def explains(step: Step, seen: Execution, result: StepResult, parsed: Sequence[Parsed]) -> bool:
    """Say whether findings, failed tests, or what a scanner says of itself tell all of why a step failed."""
    if any(p.unavailable for p in parsed):
        return True
    if seen.timed_out or seen.exit_code is None or seen.exit_code >= FOREIGN or any(p.problems for p in parsed):
        return False
    # A command that ends well fails by its errors alone where those are looked for, unless something is missing.
    if seen.exit_code == 0 and (not step.checks or words.of_lack(step, seen)):
        return False
    failed = any(case.status is CaseStatus.FAILED for case in result.cases)
    return failed or any(finding.severity is Severity.ERROR for finding in result.findings)
