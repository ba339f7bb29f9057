"""The summary as Markdown, for a pull request or a job page."""

from __future__ import annotations

import html
import re

from pipeline.judge.model import Report, Status, StepResult, count
from pipeline.render import audit_markdown, summary, trouble

ICON = {
    Status.PASSED: "🟢",
    Status.FAILED: "🔴",
    Status.BROKEN: "🟠",
    Status.UNAVAILABLE: "⚪",
    Status.SKIPPED: "⚪",
}
# GitHub refuses a job summary over 1 MiB (bytes); the rest of the file is for the workflow's own words.
LIMIT = 900_000
# How much of a red step's text is shown: as much as the page bears.
BODIES = (60_000, 6_000, 0)
CUT = "(cut; everything is in report.json)"


def text(report: Report) -> str:
    """Return the Markdown of a report, short enough for a job page."""
    for body in BODIES:
        page = _page(report, body)
        if len(page.encode("utf-8", "replace")) <= LIMIT:
            return page
    return f"## {escape(summary.headline(report))}\n\n{CUT}\n"


def _page(report: Report, body: int) -> str:
    lines = [
        f"## {escape(summary.headline(report))}",
        "",
        "| | step | result | tests | time |",
        "|---|---|---|---|---|",
    ]
    lines += [_row(step, report.started) for step in report]
    for step in report:
        if body and step.status not in {Status.PASSED, Status.SKIPPED}:
            lines += _trouble(step, body)
    lines += audit_markdown.lines(report.audit, escape)
    for title, entries in (("Not proven here", report.not_proven), ("Worth knowing", summary.worth_knowing(report))):
        if entries:
            lines += ["", f"**{title}**", "", *(f"- {escape(entry)}" for entry in entries)]
    if not body:
        lines += ["", CUT]
    return "\n".join(lines) + "\n"


def _row(step: StepResult, now: float) -> str:
    counts = count(step.cases)
    tests = f"{counts.passed}/{counts.total}" if counts.total else ""
    took = summary.took(step, now) if step.status is not Status.SKIPPED else ""
    return f"| {ICON[step.status]} | {escape(step.id)} | {escape(step.reason or step.proves)} | {tests} | {took} |"


def _trouble(step: StepResult, most: int) -> list[str]:
    body = "\n".join(trouble.trouble(step))
    shown = body if len(body) <= most else f"{body[:most]}\n{CUT}"
    fence = "`" * max(3, _longest_run(shown) + 1)
    # Inside an HTML block Markdown's own escapes would be shown.
    title = f"<details open><summary><b>{html.escape(step.id)}</b></summary>"
    return ["", title, "", fence + "text", shown, fence, "</details>"]


def escape(text_: str) -> str:
    """Keep what a tool said from becoming markup, a mention or a new table cell."""
    plain = re.sub(r"[\r\n]+", " ", text_)
    return re.sub(r"([\\|`*_<>\[\]#&])", r"\\\1", plain).replace("@", "@\u200b")


def _longest_run(body: str) -> int:
    return max((len(run) for run in re.findall(r"`+", body)), default=0)
