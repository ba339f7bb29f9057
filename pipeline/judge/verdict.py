"""One verdict over all results."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline.errors import EXIT_OF_FAULT, KINDS, ExitCode
from pipeline.judge.audit.judge import audit
from pipeline.judge.audit.model import Audit, GateState
from pipeline.judge.model import BECAUSE, Report, Status, StepResult
from pipeline.judge.step import total
from pipeline.parse.feeds import Feeds
from pipeline.parse.text import counted
from pipeline.plan.shown import beside

if TYPE_CHECKING:
    from pipeline.app.model import App
    from pipeline.plan.model import Plan

EXIT_OF_KIND = {kind.id: EXIT_OF_FAULT[kind.fault] for kind in KINDS}


def judge(  # noqa: PLR0913  # a run is known by where, when and on what
    app: App,
    plan: Plan,
    results: tuple[StepResult, ...],
    *,
    where: str,
    started: float,
    ended: float,
    feeds: Feeds | None = None,
) -> Report:
    """Return the report of a run; `where` is the runner in the words of the first line."""
    today = datetime.fromtimestamp(started, UTC).date()
    audited = audit(plan.audit, results, today, feeds or Feeds()) if any(step.scan for step in plan) else Audit()
    return Report(
        app=plan.app,
        where=where,
        verdict=_with_gates(verdict(results), audited),
        # What scans found stands once, in the audit.
        steps=tuple(replace(result, weaknesses=(), components=(), looked=()) for result in results),
        audit=audited,
        not_proven=_not_proven(plan, results),
        remarks=beside(app.remarks, plan.off),
        coverage=total(results),
        started=started,
        duration=ended - started,
    )


def verdict(results: tuple[StepResult, ...]) -> ExitCode:
    """Red beats infrastructure beats incomplete: the worst thing that the user can act on comes first."""
    statuses = {result.status for result in results}
    if Status.FAILED in statuses:
        return ExitCode.RED
    broken = {EXIT_OF_KIND.get(result.error_id, ExitCode.INFRA) for result in results if result.status is Status.BROKEN}
    for code in (ExitCode.BUG, ExitCode.INFRA, ExitCode.CONFIG):
        if code in broken:
            return code
    if Status.UNAVAILABLE in statuses or Status.PASSED not in statuses:
        return ExitCode.INCOMPLETE
    return ExitCode.GREEN


def _with_gates(steps: ExitCode, audited: Audit) -> ExitCode:
    """Return the worse of what the steps say and what the gates say."""
    states = {gate.state for gate in audited.gates}
    if GateState.FAILED in states:
        return ExitCode.RED
    if GateState.INCOMPLETE in states and steps is ExitCode.GREEN:
        return ExitCode.INCOMPLETE
    return steps


def _not_proven(plan: Plan, results: tuple[StepResult, ...]) -> tuple[str, ...]:
    """List steps that are off by nature of the repository, and asked-for steps that did not run."""
    unrun = (Status.SKIPPED, Status.UNAVAILABLE)
    lines = [f"{r.proves or r.id}: {r.reason.removeprefix(BECAUSE)}" for r in results if r.status in unrun]
    lines += [f"{off.id}: {off.reason}" for off in plan.off if not off.absent]
    passed = {result.id for result in results if result.status is Status.PASSED}
    lines += [f"{step.id}: {step.leaves_open}" for step in plan if step.leaves_open and step.id in passed]
    for result in results:
        skipped = [c for c in result.cases if c.status.value == "skipped"]
        if skipped and result.status is Status.PASSED:
            lines.append(
                f"{counted(len(skipped), 'skipped test')} of {result.id}: {skipped[0].message or 'no reason given'}"
            )
    return tuple(lines)
