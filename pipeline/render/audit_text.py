"""The audit as lines of the summary: what is accepted, what was looked at; gates, and what is red."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pipeline.judge.audit.model import EXCEPTIONS, GateState, Outcome
from pipeline.render import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.judge.audit.model import Audit, Covered, Gate, Judged

MOST = 20
NAMED = 3
MARK = {
    GateState.PASSED: "ok",
    GateState.FAILED: "FAILED",
    GateState.INCOMPLETE: "INCOMPLETE",
    GateState.OFF: "off",
}


def lines(audit: Audit) -> list[str]:
    """Return what an audit looked at, and what of it makes no gate red; nothing when there was none."""
    if not audit.gates:
        return []
    found = _titled("Accepted", audit, Outcome.ACCEPTED)
    reported = Counter(j.why for j in audit.weaknesses if j.outcome is Outcome.REPORTED)
    if reported:
        counts = "; ".join(f"{why} ({count})" for why, count in reported.most_common())
        found += ["", f"Reported, not red: {counts}. Each is in report.json (--evidence DIR)"]
    return [*found, "", "Looked at:", *(f"  - {line}" for line in coverage(audit.coverage))]


def gates(audit: Audit) -> list[str]:
    """Return every gate, and the findings that make one red; nothing when there was no audit."""
    rows = ["", "Security gates:", *(f"  {gate_row(gate)}" for gate in audit.gates)]
    return [*rows, *_titled("Red", audit, Outcome.BLOCKS)] if audit.gates else []


def _titled(title: str, audit: Audit, outcome: Outcome) -> list[str]:
    chosen = shown(j for j in audit.weaknesses if j.outcome is outcome)
    return ["", f"{title}:", *(f"  - {line}" for line in chosen)] if chosen else []


def gate_row(gate: Gate) -> str:
    """Return one gate in one line, with the first reason why it is not green."""
    count = f"{gate.blocking} red of {gate.total}" if gate.blocking else f"{gate.total} found"
    return ": ".join([f"{MARK[gate.state]:<11} {gate.name:<17} {count}", *reasons(gate, 1)])


def reasons(gate: Gate, most: int) -> list[str]:
    """Return one text with the first reasons of a gate, or nothing; of the exceptions all, for each is mended alone."""
    named = gate.why if gate.name == EXCEPTIONS else gate.why[:most]
    rest = len(gate.why) - len(named)
    return [harmless.line("; ".join(named)) + (f" and {rest} more" if rest else "")] if named else []


def shown(weaknesses: Iterable[Judged]) -> list[str]:
    """Return the first weaknesses in a line each, and how many more there are."""
    chosen = list(weaknesses)
    found = [harmless.line(_weakness(judged)) for judged in chosen[:MOST]]
    rest = len(chosen) - len(found)
    return [*found, f"and {rest} more, all in report.json (--evidence DIR)"] if rest else found


def _weakness(judged: Judged) -> str:
    weakness = judged.weakness
    package = f"{weakness.package.name} {weakness.package.version}".strip() if weakness.package else ""
    place = f"{weakness.file}:{weakness.line}" if weakness.file and weakness.line else weakness.file or ""
    where = f"image {place}".strip() if weakness.image else place
    parts = [weakness.level.value.upper(), weakness.id, package, where]
    notes = [f"mended in {weakness.fixed}" if weakness.fixed else "", judged.why, weakness.help]
    if judged.probability is not None:
        notes.append(f"EPSS {judged.probability:.0%}")
    if weakness.also:
        notes.append(f"also {', '.join(map(str, weakness.also))}")
    if len(weakness.path) > 1:
        notes.append(f"by way of {' > '.join(weakness.path[:-1])}")
    more = "; ".join(note for note in notes if note)
    title = " ".join(weakness.title.split())
    return f"{'  '.join(part for part in parts if part)}  {title}" + (f" ({more})" if more else "")


def coverage(rows: Iterable[Covered]) -> list[str]:
    """Return one line for each part: by what it was looked at, and every gap by name."""
    parts: dict[str, list[Covered]] = {}
    for row in rows:
        parts.setdefault(row.part.value, []).append(row)
    return [harmless.line(line) for part, entries in parts.items() for line in _part(part, entries)]


def _part(part: str, rows: list[Covered]) -> list[str]:
    done = [row for row in rows if not row.missing and not row.open]
    tools = ", ".join(sorted({row.tool for row in done}))
    data = ", ".join(sorted({row.data for row in done if row.data}))
    targets = len({row.target for row in rows if not row.open})
    looked = len({row.target for row in rows if not row.open} - {row.target for row in rows if row.missing})
    head = f"{part}: {looked} of {targets}" if targets else f"{part}: nothing"
    found = [head + (f" by {tools}" if tools else "") + (f" ({data})" if data else "")]
    found += [f"{part}: MISSING {line}" for line in _grouped((f"{r.tool}: {r.missing}", r) for r in rows if r.missing)]
    return found + [f"{part}: not covered, {line}" for line in _grouped((r.open, r) for r in rows if r.open)]


def _grouped(rows: Iterable[tuple[str, Covered]]) -> list[str]:
    """Return one line for each reason, with the first things that it is about."""
    by: dict[str, list[str]] = {}
    for why, row in rows:
        by.setdefault(why, []).append(row.target)
    return [
        ", ".join(targets[:NAMED]) + (f" and {len(targets) - NAMED} more" if len(targets) > NAMED else "") + f": {why}"
        for why, targets in by.items()
    ]
