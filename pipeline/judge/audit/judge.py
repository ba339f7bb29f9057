"""The audit of a run: results of scan steps in, gates, weaknesses and coverage out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.judge.audit import policy, waivers
from pipeline.judge.audit.coverage import coverage
from pipeline.judge.audit.merge import fingerprint, ids, merge
from pipeline.judge.audit.model import EXCEPTIONS, GATE_OF, PARTS_OF, Audit, Gate, GateState, Judged, Outcome
from pipeline.parse.weakness import Component, Part, Weakness, WeaknessKind
from pipeline.plan.model import NEEDS_CONTAINERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from pipeline.judge.audit.model import Covered
    from pipeline.judge.model import StepResult
    from pipeline.parse.feeds import Feeds
    from pipeline.plan.audit import AuditPlan
    from pipeline.settings.waivers import Waiver


def audit(plan: AuditPlan, results: Sequence[StepResult], today: date, feeds: Feeds) -> Audit:
    """Judge all scans of a run together; pure."""
    scans = {result.id: result for result in results}
    components = tuple(dict.fromkeys(_used(c, plan) for result in results for c in result.components))
    # A licence is a finding only where a list says which ones are wanted.
    listed = policy.threshold(WeaknessKind.LICENCE, plan.settings) != policy.NEVER
    said = [*plan.found, *(weakness for result in results for weakness in result.weaknesses)]
    wanted = [weakness for weakness in said if listed or weakness.kind is not WeaknessKind.LICENCE]
    found = [_placed(weakness, plan) for weakness in wanted]
    covered = coverage(plan.expected, scans, today=today, max_age=plan.settings.trivy_max_age_days)
    merged = merge(found, components)
    wrong = {waiver: _wrong(waiver, [weakness for weakness, _ in merged], today) for waiver in plan.waivers}
    valid = [waiver for waiver in plan.waivers if not wrong[waiver]]
    every = [_judged(weakness, tools, plan, valid, today, feeds) for weakness, tools in merged]
    judged = tuple(j for j in every if j.why != policy.ALLOWED)
    gates = [_gate(kind, judged, covered, plan) for kind in WeaknessKind]
    ran = plan.whole and all(entry.open or entry.step in scans for entry in plan.expected)
    complete = ran and not any(c.missing or c.open == NEEDS_CONTAINERS for c in covered)
    return Audit(
        gates=(*gates, _exceptions(wrong, judged, complete=complete)),
        weaknesses=tuple(sorted(judged, key=_order)),
        coverage=covered,
        components=components,
        anchor=plan.anchor,
    )


def _placed(weakness: Weakness, plan: AuditPlan) -> Weakness:
    """Mark what only test projects use; what the image holds ships."""
    if not weakness.package or weakness.image:
        return weakness
    return replace(weakness, dev=True) if _of_tests(weakness.file, plan) else weakness


def _used(component: Component, plan: AuditPlan) -> Component:
    return replace(component, dev=True) if not component.image and _of_tests(component.file, plan) else component


def _of_tests(file: str | None, plan: AuditPlan) -> bool:
    """Whether a file belongs to a test project: the innermost project around it decides, and one that ships wins."""
    around = [folder for folder in (*plan.dev, *plan.shipped) if file and file.startswith(f"{folder}/")]
    inner = max(around, key=len, default=None)
    return inner in plan.dev and inner not in plan.shipped


def _judged(  # what a policy knows
    weakness: Weakness, tools: tuple[str, ...], plan: AuditPlan, valid: Sequence[Waiver], today: date, feeds: Feeds
) -> Judged:
    names = ids(weakness)
    exploited = bool(names & feeds.exploited)
    verdict, why = policy.outcome(weakness, plan.settings, today, exploited=exploited)
    waiver = waivers.first(valid, weakness)
    if verdict is Outcome.BLOCKS and waiver:
        verdict, why = Outcome.ACCEPTED, f"{waiver.owner} until {waiver.expires}: {waiver.reason}"
    known = [feeds.probability[name] for name in sorted(names) if name in feeds.probability]
    return Judged(
        weakness=weakness,
        tools=tools,
        fingerprint=fingerprint(weakness),
        outcome=verdict,
        why=why,
        exploited=exploited,
        probability=max(known, default=None),
    )


def _gate(kind: WeaknessKind, judged: Sequence[Judged], covered: Sequence[Covered], plan: AuditPlan) -> Gate:
    of_kind = [j for j in judged if j.weakness.kind is kind]
    red = [j for j in of_kind if j.outcome is Outcome.BLOCKS]
    gaps = [f"{c.target}: {c.missing}" for c in covered if c.missing and c.part in PARTS_OF[kind]]
    name = GATE_OF[kind]
    if policy.threshold(kind, plan.settings) == policy.NEVER:
        return Gate(name=name, state=GateState.OFF, total=len(of_kind))
    state = GateState.FAILED if red else GateState.INCOMPLETE if gaps else GateState.PASSED
    # A zero of none is no zero of many.
    why = gaps if of_kind or gaps else _unseen([c for c in covered if c.part in PARTS_OF[kind]])
    return Gate(name=name, state=state, blocking=len(red), total=len(of_kind), why=tuple(dict.fromkeys(why)))


def _unseen(covered: Sequence[Covered]) -> list[str]:
    """Return why nothing at all was looked at; a database is no thing that is looked at."""
    rows = [row for row in covered if row.part is not Part.DATABASE]
    if any(not row.open for row in rows):
        return []
    return [f"not looked at, {row.target}: {row.open}" for row in rows] or ["there was nothing to look at"]


def _wrong(waiver: Waiver, found: Sequence[Weakness], today: date) -> list[str]:
    """Return what is wrong with an exception, whether or not anything needs it."""
    return waivers.problems(waiver, today) or list(filter(None, [waivers.too_many(waiver, found)]))


def _exceptions(given: Mapping[Waiver, Sequence[str]], judged: Sequence[Judged], *, complete: bool) -> Gate:
    """Judge the exceptions themselves: what has expired or is not needed any more is red."""
    wrong = [waivers.named(waiver, problem) for waiver, problems in given.items() for problem in problems]
    for waiver, problems in given.items():
        used = any(waivers.covers(waiver, j.weakness) for j in judged)
        # A scan that did not happen cannot say that nothing is there any more.
        if not used and complete and not problems:
            wrong.append(waivers.named(waiver, "nothing needs it any more; delete it"))
    state = GateState.FAILED if wrong else GateState.PASSED
    return Gate(name=EXCEPTIONS, state=state, blocking=len(wrong), total=len(given), why=tuple(wrong))


def _order(judged: Judged) -> tuple[object, ...]:
    weakness = judged.weakness
    place = (weakness.file or "", weakness.line or 0, weakness.id)
    return (list(Outcome).index(judged.outcome), not judged.exploited, -weakness.level.rank, *place)
