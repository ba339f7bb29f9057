from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.app.remark_kinds import AREAS, KINDS, Kind

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs/remarks.md"


def tables() -> str:
    """Return the tables of docs/remarks.md, made from the kinds."""
    lines = []
    for area, module in AREAS.items():
        lines += [f"## {area}", "", "| id | level | what | why it matters | what to do |", "|---|---|---|---|---|"]
        kinds = [value for value in vars(module).values() if isinstance(value, Kind)]
        lines += [f"| {k.id} | {k.level.value} | {k.title} | {k.why} | {k.todo} |" for k in kinds]
        lines.append("")
    return "\n".join(lines)


def test_ids_are_unique_and_in_order():
    """An id names one kind for ever; within an area they are read in order."""
    ids = [kind.id for kind in KINDS]
    assert ids == sorted(set(ids))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
def test_every_kind_has_its_words(kind):
    """Each says what it is, why it matters and what to do, in one table row."""
    assert re.fullmatch(r"R\d\d\d", kind.id)
    words = (kind.title, kind.why, kind.todo)
    assert min(map(len, words)) > 8
    assert not any("|  |" in text or "\n" in text or text.endswith(".") for text in words)


def test_the_page_is_made_from_the_kinds():
    """docs/remarks.md says what the code says."""
    assert tables() in PAGE.read_text(encoding="utf-8")
