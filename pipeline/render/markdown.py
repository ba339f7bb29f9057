"""The summary as Markdown, for a pull request or a job page."""

from __future__ import annotations

import re

from pipeline.judge.model import Report, Status, count
from pipeline.render import summary

ICON = {
    Status.PASSED: "🟢",
    Status.FAILED: "🔴",
    Status.BROKEN: "🟠",
    Status.UNAVAILABLE: "⚪",
    Status.SKIPPED: "⚪",
}
# GitHub refuses a job summary over 1 MiB.
LIMIT = 900_000


def text(report: Report) -> str:
    """Return the Markdown of a report."""
    lines = [
        f"## {escape(summary.headline(report))}",
        "",
        "| | step | result | tests | time |",
        "|---|---|---|---|---|",
    ]
    for step in report:
        counts = count(step.cases)
        tests = f"{counts.passed}/{counts.total}" if counts.total else ""
        took = "cached" if step.cached else f"{step.duration:.1f} s" if step.status is not Status.SKIPPED else ""
        result = escape(step.reason or step.proves)
        lines.append(f"| {ICON[step.status]} | `{step.id}` | {result} | {tests} | {took} |")
    for step in report:
        if step.status not in {Status.PASSED, Status.SKIPPED}:
            body = "\n".join(summary.trouble(step))
            fence = "`" * max(3, _longest_run(body) + 1)
            lines += [
                "",
                f"<details open><summary><b>{escape(step.id)}</b></summary>",
                "",
                fence + "text",
                body,
                fence,
                "</details>",
            ]
    for title, entries in (("Not proven here", report.not_proven), ("Worth knowing", report.remarks)):
        if entries:
            lines += ["", f"**{title}**", "", *(f"- {escape(entry)}" for entry in entries)]
    whole = "\n".join(lines) + "\n"
    return whole if len(whole) <= LIMIT else whole[:LIMIT] + "\n\n(cut; everything is in report.json)\n"


def escape(text_: str) -> str:
    """Keep what a tool said from becoming markup, a mention or a new table cell."""
    return re.sub(r"([\\|`*_<>\[\]#])", r"\\\1", text_).replace("\n", " ").replace("@", "@\u200b")


def _longest_run(body: str) -> int:
    return max((len(run) for run in re.findall(r"`+", body)), default=0)
