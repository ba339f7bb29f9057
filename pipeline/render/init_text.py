"""What `init` found and would write, for people and for machines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.scaffold.compare import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.scaffold.compare import Change
    from pipeline.scaffold.model import Question

SCHEMA = 1
WORDS = {
    State.NEW: "is not there yet",
    State.SAME: "is as it should be",
    State.OUTDATED: "is as an older version wrote it",
    State.CHANGED: "was changed by hand, or is not from init; only --force overwrites it",
    State.OWN: "is yours and stays",
}


def text(changes: Sequence[Change], questions: Sequence[Question], notes: Sequence[str]) -> str:
    """Return every file with its state, the differences, and what is still to be answered."""
    lines = [diff for change in changes if (diff := change.diff)]
    lines += [f"  {change.path}: {WORDS[change.state]}\n" for change in changes]
    lines += [f"  note: {note}\n" for note in notes]
    for question in questions:
        lines.append(f"\nTO ANSWER: {question.why or question.key}\n")
        lines += [f"  --set {key}={value}\n" for key, value in question.answers]
        lines += [f"  {question.also}\n"] if question.also else []
    return "".join(lines)


def as_json(
    changes: Sequence[Change], questions: Sequence[Question], notes: Sequence[str], written: Sequence[str]
) -> str:
    """Return the same as JSON."""
    content = {
        "schema": SCHEMA,
        "files": [
            {"path": change.path, "state": change.state.value, "written": change.path in written, "diff": change.diff}
            for change in changes
        ],
        "questions": [
            {"key": question.key, "why": question.why, "answers": [f"{key}={value}" for key, value in question.answers]}
            for question in questions
        ],
        "notes": list(notes),
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"
