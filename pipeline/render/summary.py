"""The summary as plain text: what a terminal and a CI log show."""

from __future__ import annotations

from pipeline.errors import ExitCode
from pipeline.judge.audit.model import GateState
from pipeline.judge.model import Report, Status, StepResult, count
from pipeline.parse.model import Severity
from pipeline.parse.text import counted
from pipeline.render import audit_text, harmless, remarks
from pipeline.render.trouble import MARK, in_a_line, trouble

WORD = {
    ExitCode.GREEN: "GREEN",
    ExitCode.RED: "RED",
    ExitCode.CONFIG: "CONFIGURATION ERROR",
    ExitCode.INCOMPLETE: "INCOMPLETE",
    ExitCode.INFRA: "INFRASTRUCTURE FAULT",
    ExitCode.BUG: "BUG IN THE PIPELINE",
    ExitCode.INTERRUPTED: "INTERRUPTED",
}
WARNINGS = 3
AN_HOUR, TWO_DAYS = 60, 2880  # minutes


def headline(report: Report) -> str:
    """Return the verdict in one line: what, where it ran, tests, coverage, time."""
    return f"{WORD[report.verdict]}  {figures(report)}"


def figures(report: Report) -> str:
    """Return what was run, where, and what it came to, in one line."""
    counts = count(report.cases)
    tests = f"{counts.passed} passed, {counts.failed} failed, {counts.skipped} skipped"
    percent = report.coverage.percent
    coverage = "no coverage" if percent is None else f"{percent:.1f} % of {report.coverage.total} lines covered"
    what = f"{report.app} on {report.where}: {counted(len(report.steps), 'step')}"
    return harmless.text(f"{what}, tests {tests}, {coverage}, {report.duration:.1f} s")


def text(report: Report) -> str:
    """Return the whole summary."""
    return headline(report) + "\n" + body(report)


def body(report: Report, *, table: bool = True) -> str:
    """Return what follows the first line: every step, what was looked at, what is worth knowing, what is wrong.

    The last comes last: a terminal and the log of a job show their end.
    """
    width = max((len(step.id) for step in report), default=0)
    lines = ["", *(row(step, width, report.started) for step in report)] if table else []
    lines += audit_text.lines(report.audit)
    for title, entries in (("Worth knowing", worth_knowing(report)), ("Not proven here", report.not_proven)):
        if entries:
            lines += ["", f"{title}:", *(f"  - {entry}" for entry in entries)]
    return harmless.text("\n".join([*lines, *_wrong(report)])) + "\n"


def _wrong(report: Report) -> list[str]:
    """Return every red step, the gates, and in the last line the names of what is not green."""
    steps = [step for step in report if step.status not in {Status.PASSED, Status.SKIPPED}]
    lines = [line for step in steps for line in ("", *trouble(step))] + audit_text.gates(report.audit)
    gates = [gate.name for gate in report.audit.gates if gate.state in {GateState.FAILED, GateState.INCOMPLETE}]
    kinds = (("steps", [step.id for step in steps]), ("gates", gates))
    named = "; ".join(f"{kind} {', '.join(names)}" for kind, names in kinds if names)
    return [*lines, "", f"{WORD[report.verdict]}: {named}"] if named else lines


def worth_knowing(report: Report) -> list[str]:
    """Return what discovery remarked, and the first warnings of the steps."""
    # Build and publish say the same; the first one who said it is named.
    found = {f: step.id for step in reversed(report.steps) for f in step.findings if f.severity is Severity.WARNING}
    first = {f: found[f] for step in report for f in step.findings if f in found}
    warnings = [in_a_line(finding, step) for finding, step in first.items()]
    left = len(warnings) - WARNINGS
    more = [f"and {counted(left, 'more warning')}: report.json has them all (--evidence DIR)"] if left > 0 else []
    return [*remarks.short(report.remarks), *warnings[:WARNINGS], *more]


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
        notes.append(counted(warnings, "warning"))
    notes += step.notes
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
