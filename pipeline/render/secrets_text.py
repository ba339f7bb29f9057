"""The secrets of an environment for people and for machines: names and digests, for there is nothing else here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.release.secrets import Change, State
from pipeline.render.harmless import line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.release.secrets import Row, SecretsPlan, Staged

SCHEMA = 1
# Enough to tell two of them apart; JSON has all of it.
_SHORT = 8
# A longer name costs its own line the alignment, not the table.
_MAX = 36
_NOBODY = "-"
_DOES = {
    Change.SET: "set it",
    Change.AGAIN: "set it again",
    Change.DELETE: "delete it",
    Change.KEEP: "leave it",
    Change.NOTHING: "nothing",
}


def plan_text(plan: SecretsPlan, app: str, environment: str) -> str:
    """Return one line for each secret: what Fly has, where its value comes from, what `sync` would do."""
    lines = [f"Secrets of {app} ({environment}): {_count(plan)}", ""]
    if plan.rows:
        lines += [*_table(plan), ""]
    lines += _notes(plan)
    return "\n".join(lines).rstrip() + "\n"


def _count(plan: SecretsPlan) -> str:
    declared = sum(row.declared for row in plan.rows)
    words = [f"{declared} declared", f"{len(plan.missing)} missing"]
    if extra := plan.names(State.EXTRA):
        words.append(f"{len(extra)} that nobody declared")
    return ", ".join(words)


def _table(plan: SecretsPlan) -> Iterator[str]:
    rows = [("name", "at Fly", "digest", "from", "sync would")]
    rows += [
        (line(row.name), row.state.value, line(row.digest[:_SHORT]) or _NOBODY, _from(row), _DOES[row.change])
        for row in plan.rows
    ]
    widths = [min(max(len(row[n]) for row in rows), _MAX) for n in range(4)]
    for row in rows:
        cells = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False))
        yield f"  {'  '.join(cells)}  {row[-1]}"


def _from(row: Row) -> str:
    return line(row.provider) or ("somebody else" if row.declared else _NOBODY)


def _notes(plan: SecretsPlan) -> Iterator[str]:
    for name in plan.missing:
        yield f"MISSING  {line(name)}: Fly.io has none, and there is no value to set"
    for row in plan.lacking:
        yield f"no value {line(row.name)}: {line(row.lacking)}"
    for row in plan.rows:
        if row.state is State.CHANGED:
            yield f"changed  {line(row.name)}: another digest than at the last release, {line(row.before[:_SHORT])}"
        if row.remark:
            yield f"note     {line(row.name)}: {row.remark}"
    if plan.unrecorded:
        yield f"note     what changed since the last release is not known: {line(plan.unrecorded)}"


def plan_json(plan: SecretsPlan, app: str, environment: str) -> str:
    """Return the same as JSON."""
    return _json(_about(plan, app, environment))


def staged_text(staged: Staged, plan: SecretsPlan, app: str, environment: str) -> str:
    """Return what became of each secret that was set or deleted."""
    where = f"Secrets of {app} ({environment})"
    if not staged.version:
        return f"{where}: there was nothing to set\n"
    digests = dict(staged.digests)
    lines = [f"{where}, version {staged.version}: they reach the machines with the next deploy", ""]
    rows = [(line(name), *_end(name, staged, plan, digests)) for name in (*plan.to_set, *staged.deleted)]
    width = min(max((len(name) for name, *_ in rows), default=0), _MAX)
    lines += [f"  {name:<{width}}  {end:<9}  {digest}".rstrip() for name, end, digest in rows]
    if foreign := [name for name in staged.changed if name not in plan.to_set]:
        lines += ["", f"changed meanwhile by somebody else: {', '.join(map(line, foreign))}"]
    return "\n".join(lines) + "\n"


def _end(name: str, staged: Staged, plan: SecretsPlan, digests: dict[str, str]) -> tuple[str, str]:
    if name in staged.deleted:
        return "deleted", ""
    word = "as before" if name in staged.same else "changed" if _was_there(name, plan) else "new"
    return word, line(digests.get(name, "")[:_SHORT])


def _was_there(name: str, plan: SecretsPlan) -> bool:
    return any(row.name == name and row.digest for row in plan.rows)


def staged_json(staged: Staged, plan: SecretsPlan, app: str, environment: str) -> str:
    """Return the same as JSON: the plan as it was, and what became of it."""
    ends: dict[str, object] = {
        "version": staged.version,
        "changed": list(staged.changed),
        "same": list(staged.same),
        "deleted": list(staged.deleted),
        "digests": dict(staged.digests),
    }
    return _json(_about(plan, app, environment) | {"staged": ends})


def _about(plan: SecretsPlan, app: str, environment: str) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "app": app,
        "environment": environment,
        "missing": list(plan.missing),
        "lacking": [row.name for row in plan.lacking],
        "unrecorded": plan.unrecorded,
        "secrets": _rows(plan.rows),
    }


def _rows(rows: Sequence[Row]) -> list[dict[str, object]]:
    return [
        {
            "name": row.name,
            "state": row.state.value,
            "declared": row.declared,
            "from": row.provider,
            "digest": row.digest,
            "recorded": row.before,
            "sync": row.change.value,
            "lacking": row.lacking,
            "remark": row.remark,
        }
        for row in rows
    ]


def _json(content: dict[str, object]) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"
