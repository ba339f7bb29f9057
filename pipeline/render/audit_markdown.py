"""The audit as Markdown tables, for a pull request or a job page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.judge.audit.model import GateState, Outcome
from pipeline.render import audit_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.judge.audit.model import Audit

ICON = {GateState.PASSED: "🟢", GateState.FAILED: "🔴", GateState.INCOMPLETE: "⚪", GateState.OFF: "⚪"}


def lines(audit: Audit, escape: Callable[[str], str]) -> list[str]:
    """Return the audit's part of the page; nothing when there was none."""
    if not audit.gates:
        return []
    found = ["", "### Security", "", "| | gate | red | found | why |", "|---|---|---|---|---|"]
    for gate in audit.gates:
        why = escape("".join(audit_text.reasons(gate, 3)))
        found.append(f"| {ICON[gate.state]} | {escape(gate.name)} | {gate.blocking} | {gate.total} | {why} |")
    for title, outcome in (("Red", Outcome.BLOCKS), ("Accepted", Outcome.ACCEPTED)):
        chosen = [j for j in audit.weaknesses if j.outcome is outcome]
        if chosen:
            found += ["", f"**{title}**", "", *(f"- {escape(line)}" for line in audit_text.shown(chosen))]
    rows = [f"- {escape(line)}" for line in audit_text.coverage(audit.coverage)]
    return [*found, "", "<details><summary>Looked at</summary>", "", *rows, "", "</details>"]
