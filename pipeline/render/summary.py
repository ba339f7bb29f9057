"""The summary as plain text: what a terminal and a CI log show."""

from __future__ import annotations

import re
import shlex

from pipeline import errors
from pipeline.errors import ExitCode
from pipeline.judge.model import Report, Status, StepResult, count
from pipeline.parse.model import CaseResult, CaseStatus, Severity
from pipeline.parse.text import clean
from pipeline.render import audit_text, remarks

WORD = {
    ExitCode.GREEN: "GREEN",
    ExitCode.RED: "RED",
    ExitCode.CONFIG: "CONFIGURATION ERROR",
    ExitCode.INCOMPLETE: "INCOMPLETE",
    ExitCode.INFRA: "INFRASTRUCTURE FAULT",
    ExitCode.BUG: "BUG IN THE PIPELINE",
    ExitCode.INTERRUPTED: "INTERRUPTED",
}
MARK = {
    Status.PASSED: "ok",
    Status.FAILED: "FAILED",
    Status.BROKEN: "BROKEN",
    Status.UNAVAILABLE: "UNAVAILABLE",
    Status.SKIPPED: "skipped",
}
KINDS = {kind.id: kind for kind in errors.KINDS}
MOST = 20
AN_HOUR, TWO_DAYS = 60, 2880  # minutes
# What a CI system would take for an order when a test prints it at the start of a line.
COMMAND = re.compile(r"^\s*(?::(?=:)|#(?=#\[))", re.MULTILINE)
LONGEST = 200
MOST_LINES = 20


def headline(report: Report) -> str:
    """Return the verdict in one line: what, where it ran, tests, coverage, time."""
    return f"{WORD[report.verdict]}  {figures(report)}"


def figures(report: Report) -> str:
    """Return what was run, where, and what it came to, in one line."""
    counts = count(report.cases)
    tests = f"{counts.passed} passed, {counts.failed} failed, {counts.skipped} skipped"
    percent = report.coverage.percent
    coverage = "no coverage" if percent is None else f"{percent:.1f} % of {report.coverage.total} lines covered"
    return (
        f"{report.app} on {report.where}: {len(report.steps)} steps, tests {tests}, {coverage}, {report.duration:.1f} s"
    )


def text(report: Report) -> str:
    """Return the whole summary."""
    return headline(report) + "\n" + body(report)


def body(report: Report, *, table: bool = True) -> str:
    """Return what follows the first line: every step, what went wrong, what was not proven, what is worth knowing."""
    width = max((len(step.id) for step in report), default=0)
    lines = ["", *(row(step, width, report.started) for step in report)] if table else []
    for step in report:
        if step.status not in {Status.PASSED, Status.SKIPPED}:
            lines += ["", *trouble(step)]
    if report.audit.gates:
        lines += ["", *audit_text.lines(report.audit)]
    for title, entries in (("Not proven here", report.not_proven), ("Worth knowing", remarks.short(report.remarks))):
        if entries:
            lines += ["", f"{title}:", *(f"  - {entry}" for entry in entries)]
    return COMMAND.sub("\\g<0>\u200b", "\n".join(lines)) + "\n"


def row(step: StepResult, width: int, now: float) -> str:
    """Return one line of the table; `now` is when the run began, in seconds since the epoch."""
    counts = count(step.cases)
    notes = [took(step, now)] if step.status is not Status.SKIPPED else []
    if step.attempts > 1 and f"{step.attempts} attempts" not in step.reason:
        notes.append(f"{step.attempts} attempts")
    if counts.total:
        notes.append(
            f"{counts.passed}/{counts.total} tests" + (f", {counts.skipped} skipped" if counts.skipped else "")
        )
    warnings = sum(1 for f in step.findings if f.severity is Severity.WARNING)
    if warnings:
        notes.append(f"{warnings} warnings")
    if step.reason:
        notes.append(step.reason)
    return f"  {MARK[step.status]:<11} {step.id:<{width}}  {', '.join(notes)}"


def took(step: StepResult, now: float) -> str:
    """Return how long a step took, or how old its answer from the cache is."""
    if not step.cached:
        return f"{step.duration:.1f} s"
    minutes = round(max(0.0, now - step.ran_at) / 60)
    hours, days = round(minutes / 60), round(minutes / 1440)
    age = f"{minutes} min" if minutes < AN_HOUR else f"{hours} h" if minutes < TWO_DAYS else f"{days} days"
    return f"cached, ran {age} ago" if step.ran_at else "cached"


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
        place = f"{finding.file}:{finding.line}" if finding.file and finding.line else finding.file or step.id
        first, *more = finding.message.splitlines() or [""]
        lines += [f"  {place}  {finding.rule}  {first}", *(f"      {line}" for line in more)]
        if finding.help and not kind:
            lines.append(f"      {finding.help}")
    if len(bad) > MOST:
        lines.append(f"  and {len(bad) - MOST} more, all in report.json")
    failed = [c for c in step.cases if c.status is CaseStatus.FAILED]
    for case in failed[:MOST]:
        lines += [f"  failed: {case.suite} > {case.name}", *_told(case)]
    if len(failed) > MOST:
        lines.append(f"  and {len(failed) - MOST} more failed tests")
    if step.tail and not step.explained:
        lines += ["  last lines:", *(f"    | {line}" for line in step.tail.splitlines())]
    return lines


def _told(case: CaseResult) -> list[str]:
    """Return the place of a failed test, and what it says."""
    place = [f"{case.file}:{case.line}"] if case.file and case.line else []
    said = [line.rstrip()[:LONGEST] for line in clean(case.message).splitlines() if line.strip()]
    more = ["[…]"] if len(said) > MOST_LINES else []
    return [f"      {line}" for line in (*place, *said[:MOST_LINES], *more)]


def _command(step: StepResult) -> str:
    """Return a line for a shell, and behind it where it ran and how it ended."""
    notes = [f"in {step.folder}"] if step.folder != "." else []
    notes += [f"exit code {step.exit_code}"] if step.exit_code is not None else []
    return shlex.join(step.command) + (f"   ({', '.join(notes)})" if notes else "")
