"""Releases for people: what one would change, what came of it, and the list of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.plan.identity import SHORT
from pipeline.release import decide, records, sight
from pipeline.release.model import Verdict
from pipeline.release.secrets import Change
from pipeline.render import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.release.model import Goal, Live, Place, Proof, Record
    from pipeline.release.plan import ReleasePlan
    from pipeline.release.secrets import Row

# Of digests: the word `sha256:` and twelve digits; those of secrets have no such word.
_DIGITS = 19
_OF_SECRET = 12
_WORD = {
    Verdict.VERIFIED: "VERIFIED",
    Verdict.UNCHANGED: "UNCHANGED",
    Verdict.ROLLED_BACK: "RED, ROLLED BACK",
    Verdict.STUCK: "ALERT: RED, AND NOT ROLLED BACK",
    Verdict.FAILED: "RED, NOTHING CHANGED",
    Verdict.SUPERSEDED: "SUPERSEDED",
    Verdict.INTERRUPTED: "INTERRUPTED",
    Verdict.RUNNING: "RUNNING",
}


def plan(one: ReleasePlan) -> str:
    """Return what a release would change, and the hash to approve it with."""
    return harmless.text("\n".join(_plan(one)) + "\n")


def _plan(one: ReleasePlan) -> Iterator[str]:
    goal, live = one.goal, one.live
    yield f"{goal.environment}: {goal.app}, {goal.url}"
    yield f"image       {_image(goal)}"
    yield f"live        {_live(live)}"
    yield f"strategy    {goal.strategy}; downtime {one.downtime}"
    yield from _block("fly.toml", one.config, "no change" if one.last else "new")
    yield from _block("migrations", [_migration(m.id, m.because) for m in one.migrations], "none")
    yield from _block("secrets", [_secret(row) for row in one.secrets.rows], "none")
    yield from _block("warnings", one.warnings)
    yield from _block("refused", one.refused)
    yield from _block("not looked at", sight.unseen(goal))
    if one.is_unchanged:
        yield "nothing to do: this is what is live"
    yield f"hash        {one.hash}"


def _migration(id_: str, because: Sequence[str]) -> str:
    return f"{id_}: {'destructive: ' + '; '.join(because) if because else 'additive'}"


def _secret(row: Row) -> str:
    follows = "" if row.change in {Change.KEEP, Change.NOTHING} else f", {row.change.value}"
    named = "" if row.declared else ", not declared"
    return f"{row.name}: {row.state.value}{named}{follows}{f' ({row.digest[:_OF_SECRET]})' if row.digest else ''}"


def _block(title: str, lines: Sequence[str], empty: str = "") -> Iterator[str]:
    if lines:
        yield title
        yield from (f"  {line}" for line in lines)
    elif empty:
        yield f"{title:<11} {empty}"


def _image(goal: Goal) -> str:
    named = " ".join(filter(None, (goal.version, goal.revision[:SHORT])))
    return f"{goal.digest[:_DIGITS]}{f' ({named})' if named else ''} {goal.source.partition('@')[0]}"


def _live(live: Live) -> str:
    if not live.machines:
        return "nothing"
    digests = ", ".join(sorted(digest[:_DIGITS] or "unknown" for digest in live.digests))
    states = ", ".join(f"{one.id} {one.state}" for one in live.machines)
    return f"{digests}, release {live.release}: {states}"


def record(one: Record) -> str:
    """Return what came of a release."""
    return harmless.text("\n".join(_record(one)) + "\n")


def _record(one: Record) -> Iterator[str]:
    yield f"{_WORD[one.verdict]}: {one.goal.environment} {one.id} ({one.kind}), {one.goal.app}, {one.goal.url}"
    yield f"image       {_image(one.goal)}"
    if one.phases:
        phases = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in one.phases)
        yield f"time        {one.seconds:.1f} s: {phases}"
    yield from _block("not looked at" if one.verdict.is_good else "why", one.why)
    yield from _block("seen", one.seen)


def proof(one: Record, found: Proof) -> str:
    """Return whether a release still is what serves, with what was seen where it is not."""
    lines = [f"{'VERIFIED' if found.ok else 'RED'}: {one.goal.environment} {one.id}, {one.goal.app}, {one.goal.url}"]
    lines += [
        f"image       {_image(one.goal)}",
        *_block("missing", found.misses),
        *_block("seen", found.seen),
    ]
    lines += _block("not looked at", sight.unseen(one.goal))
    return harmless.text("\n".join(lines) + "\n")


def status(live: Live, listed: Sequence[Record], place: Place) -> str:
    """Return what serves now in an environment, and the releases that say what should."""
    lines = [f"{place.environment}: {place.app}, {place.url}", f"live        {_live(live)}"]
    for one in live.machines:
        checks = ", ".join(f"{check.name} {check.status}" for check in one.checks) or "no checks"
        lines.append(f"  {one.id} {one.region} {one.memory} MB, {one.digest[:_DIGITS]}: {checks}")
    last = decide.last_verified(listed)
    lines.append(f"verified    {last.id} {_image(last.goal)}" if last else "verified    no release yet")
    if listed and listed[0] is not last:
        lines.append(f"latest      {listed[0].id} {listed[0].verdict.value}")
    return harmless.text("\n".join([*lines, *_figures(listed)]) + "\n")


def releases(listed: Sequence[Record]) -> str:
    """Return the releases, the newest first, and what they come to beside the targets."""
    if not listed:
        return "no release yet\n"
    # The name of a release begins with when it was; in a column of its own it would not fit into a terminal.
    rows = [
        (one.id, one.kind, one.verdict.value, f"{one.seconds:.0f} s", one.goal.revision[:SHORT], one.by)
        for one in listed
    ]
    head = ("release (UTC)", "kind", "verdict", "took", "commit", "by")
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in (head, *rows)
    ]
    return harmless.text("\n".join([*lines, "", *_figures(listed)]) + "\n")


def _figures(listed: Sequence[Record]) -> Iterator[str]:
    found = records.figures(listed)
    if found.success is not None:
        good = f"{found.good} of {found.deploys} deployments went well ({found.success:.1%})"
        yield f"{good}, target {records.TARGET_SUCCESS:.0%}"
    if found.good:
        yield f"the slowest of these took {found.slowest_deploy:.0f} s, target {records.TARGET_DEPLOY:.0f} s"
    if found.rollbacks:
        slowest = f"the slowest took {found.slowest_rollback:.0f} s, target {records.TARGET_ROLLBACK:.0f} s"
        yield f"{found.rollbacks} {'rollback' if found.rollbacks == 1 else 'rollbacks'}; {slowest}"
