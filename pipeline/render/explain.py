"""Every fact with where it comes from, for people and for machines."""

from __future__ import annotations

import json
from enum import Enum
from typing import TYPE_CHECKING, Any

from pipeline.app.model import Level, as_answer
from pipeline.errors import AMBIGUOUS
from pipeline.parse.text import counted
from pipeline.render import remarks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.app.model import App, Fact, Remark
    from pipeline.errors import PipelineError

SCHEMA = 1
NOTHING = (None, ())


class Part(Enum):
    """What of it is wanted."""

    ALL = "all"
    FACTS = "facts"
    REMARKS = "remarks"


def text(app: App, stop: PipelineError | None = None, part: Part = Part.ALL) -> str:
    """Return the figures, what stops a plan and is asked, the errors, the facts of each application, the other remarks.

    What is odd about the tree is odd for all applications in it: it is told once.
    """
    whole = _figures([fact for one in app.each for fact in one.facts])
    lines = [", ".join([f"{app.name}: {whole}", *remarks.levels(app.remarks)])]
    lines += ["", *_stop(stop)] if stop else []
    said = app.remarks if part is not Part.FACTS else ()
    apps = app.each if part is not Part.REMARKS else ()
    for one in apps:
        lines += _asked(one, f" of {one.name}" if app.parts else "")
    lines += _remarks("Errors", [remark for remark in said if remark.level is Level.ERROR])
    for one in apps:
        lines += _facts(one, f" of {one.name}" if app.parts else "")
    lines += _remarks("Worth knowing", [remark for remark in said if remark.level is not Level.ERROR])
    return "\n".join(lines) + "\n"


def _figures(facts: Sequence[Fact[Any]]) -> str:
    return f"{counted(len(facts), 'fact')}, {sum(fact.is_asked for fact in facts)} asked"


def _stop(stop: PipelineError) -> list[str]:
    lines = [f"`plan` stops here: {stop.kind.id} {stop.kind.title}: {stop.what}"]
    # The candidates of a question stand below it.
    lines += [f"  - {detail}" for detail in stop.details] if stop.kind is not AMBIGUOUS else []
    return [*lines, f"  what to do: {stop.kind.todo}"]


def _asked(app: App, whose: str) -> list[str]:
    if not app.questions:
        return []
    lines = ["", f"Asked{whose} (nothing in the repository decides; the key does):"]
    # One question for each key: what else the key answers follows from it.
    first = {fact.key: fact for fact in reversed(app.questions)}
    for fact in app.questions:
        own = first[fact.key] is fact
        lines += [f"  {fact.name}", *_candidates(fact)] if own else [f"  {fact.name}: answered by `{fact.key}` too"]
    return lines


def _facts(app: App, whose: str) -> list[str]:
    """Return what is known; of what is not there only the names, in one line."""
    facts = [fact for fact in app.facts if not fact.is_asked]
    known = [fact for fact in facts if fact.value not in NOTHING]
    nothing = [fact.name for fact in facts if fact.value in NOTHING]
    width = max((len(fact.name) for fact in known), default=0)
    lines = ["", f"Known{whose}:", *(line for fact in known for line in _known(fact, width))]
    return [*lines, f"  none: {', '.join(nothing)}"] if nothing else lines


def _remarks(title: str, found: list[Remark]) -> list[str]:
    return ["", f"{title}:", *(f"  {line}" for line in remarks.full(found))] if found else []


def _candidates(fact: Fact[Any]) -> list[str]:
    return [*(f"    - {as_answer(candidate, fact.key)}" for candidate in fact.candidates), f"    set `{fact.key}`"]


def _known(fact: Fact[Any], width: int) -> list[str]:
    values = [str(one) for one in fact.value] if isinstance(fact.value, tuple) and len(fact.value) > 1 else [fact.text]
    place = "" if fact.place == values[0] else f": {fact.place}"
    first = f"  {fact.name:<{width}}  {values[0]}  ({fact.confidence.value}{place})"
    return [first, *(f"  {'':<{width}}  {value}" for value in values[1:])]


def as_json(app: App) -> str:
    """Return facts and remarks as JSON; `value` is null, true, false, a text or a list of texts. Several are `apps`."""
    return json.dumps({"schema": SCHEMA} | about(app), indent=1) + "\n"


def about(app: App) -> dict[str, object]:
    """Return what was found out as JSON has it."""
    each = [{"app": part.name, "facts": [_fact(fact) for fact in part.facts]} for part in app.each]
    said = [remarks.as_data(remark) for remark in remarks.ordered(app.remarks)]
    return {**({"apps": each} if app.parts else each[0]), "remarks": said}


def _fact(fact: Fact[Any]) -> dict[str, object]:
    found = {
        "name": fact.name,
        "value": fact.value,
        "confidence": fact.confidence.value,
        "source": fact.source,
        "line": fact.line,
    }
    return found | ({"candidates": fact.candidates, "key": fact.key} if fact.is_asked else {})
