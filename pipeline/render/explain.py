"""Every fact with where it comes from, for people and for machines."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pipeline.app.model import as_answer
from pipeline.render import remarks

if TYPE_CHECKING:
    from pipeline.app.model import App, Fact

SCHEMA = 1


def text(app: App) -> str:
    """Return open questions, then facts with their place and how sure they are, of each application; then remarks."""
    parts = [_text(part) for part in app.each]
    if app.remarks:
        # What is odd about the tree is odd for all applications in it: it is told once.
        parts.append("\n".join(["Worth knowing:", *(f"  {line}" for line in remarks.full(app.remarks)), ""]))
    return "\n".join(parts)


def _text(app: App) -> str:
    lines = [f"{app.name}: {len(app.facts)} facts, {len(app.questions)} asked"]
    if app.questions:
        lines += ["", "Asked (nothing in the repository decides; the key does):"]
        for fact in app.questions:
            lines += [f"  {fact.name}", *_candidates(fact)]
    width = max((len(fact.name) for fact in app.facts if not fact.is_asked), default=0)
    lines += ["", "Known:"]
    for fact in app.facts:
        if not fact.is_asked:
            lines += _known(fact, width)
    return "\n".join(lines) + "\n"


def _candidates(fact: Fact[Any]) -> list[str]:
    return [*(f"    - {as_answer(candidate, fact.key)}" for candidate in fact.candidates), f"    set `{fact.key}`"]


def _known(fact: Fact[Any], width: int) -> list[str]:
    place = fact.source + (f":{fact.line}" if fact.line else "")
    values = [str(one) for one in fact.value] if isinstance(fact.value, tuple) and len(fact.value) > 1 else [fact.text]
    first = f"  {fact.name:<{width}}  {values[0]}"
    more = [f"  {'':<{width}}  {value}" for value in values[1:]]
    return [first, *more, f"  {'':<{width}}    {fact.confidence.value}: {place}"]


def as_json(app: App) -> str:
    """Return facts and remarks as JSON; `value` is null, true, false, a text or a list of texts. Several are `apps`."""
    each = [{"app": part.name, "facts": [_fact(fact) for fact in part.facts]} for part in app.each]
    said = [asdict(remark) | {"level": remark.level.value} for remark in remarks.ordered(app.remarks)]
    data = {"schema": SCHEMA} | ({"apps": each} if app.parts else each[0]) | {"remarks": said}
    return json.dumps(data, indent=1) + "\n"


def _fact(fact: Fact[Any]) -> dict[str, object]:
    found = {
        "name": fact.name,
        "value": fact.value,
        "confidence": fact.confidence.value,
        "source": fact.source,
        "line": fact.line,
    }
    return found | ({"candidates": fact.candidates, "key": fact.key} if fact.is_asked else {})
