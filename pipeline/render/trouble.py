"""Everything a reader needs about one red step, and a line about a finding that makes none red."""

from __future__ import annotations

import shlex

from pipeline import errors
from pipeline.judge.model import Status, StepResult
from pipeline.parse.model import CaseResult, CaseStatus, Finding, Severity
from pipeline.parse.text import clean, counted, first_line

MARK = {
    Status.PASSED: "ok",
    Status.FAILED: "FAILED",
    Status.BROKEN: "BROKEN",
    Status.UNAVAILABLE: "UNAVAILABLE",
    Status.SKIPPED: "skipped",
}
KINDS = {kind.id: kind for kind in errors.KINDS}
MOST = 20
LONGEST = 200
MOST_LINES = 20


def place(finding: Finding | CaseResult) -> str:
    """Return where it is, as an editor can follow it."""
    return f"{finding.file}:{finding.line}" if finding.file and finding.line else finding.file or ""


def in_a_line(finding: Finding, step: str) -> str:
    """Return a finding of a step in one line."""
    said = f"{finding.rule} {first_line(finding.message)}"
    shown = said if len(said) <= LONGEST else f"{said[:LONGEST]}…"
    return f"{finding.severity.value}: {shown} ({', '.join(filter(None, (place(finding), step)))})"


def trouble(step: StepResult) -> list[str]:
    """Return everything a reader needs about one red step: the command, its end, findings, cases, last lines."""
    kind = KINDS.get(step.error_id)
    lines = [f"{step.id} {MARK[step.status]}: " + (f"{kind.id} " if kind else "") + step.reason]
    if kind:
        lines += [f"  usual cause: {kind.cause}", f"  what to do: {kind.todo}"]
    if step.command:
        lines.append(f"  $ {_command(step)}")
    bad = [f for f in step.findings if f.severity is Severity.ERROR]
    for finding in bad[:MOST]:
        first, *more = finding.message.splitlines() or [""]
        lines += [f"  {place(finding) or step.id}  {finding.rule}  {first}", *(f"      {line}" for line in more)]
        if finding.help and not kind:
            lines.append(f"      {finding.help}")
    if len(bad) > MOST:
        lines.append(f"  and {len(bad) - MOST} more, all in report.json (--evidence DIR)")
    failed = [c for c in step.cases if c.status is CaseStatus.FAILED]
    for case in failed[:MOST]:
        lines += [f"  failed: {case.suite} > {case.name}", *_told(case)]
    if len(failed) > MOST:
        lines.append(f"  and {counted(len(failed) - MOST, 'more failed test')}")
    if step.tail and not step.explained:
        lines += ["  last lines:", *(f"    | {line}" for line in step.tail.splitlines())]
    return lines


def _told(case: CaseResult) -> list[str]:
    """Return the place of a failed test, and what it says."""
    where = [place(case)] if case.file and case.line else []
    said = [line.rstrip()[:LONGEST] for line in clean(case.message).splitlines() if line.strip()]
    more = ["[…]"] if len(said) > MOST_LINES else []
    return [f"      {line}" for line in (*where, *said[:MOST_LINES], *more)]


def _command(step: StepResult) -> str:
    """Return a line for a shell, and behind it where it ran and how it ended."""
    notes = [f"in {step.folder}"] if step.folder != "." else []
    notes += [f"exit code {step.exit_code}"] if step.exit_code is not None else []
    return shlex.join(step.command) + (f"   ({', '.join(notes)})" if notes else "")
