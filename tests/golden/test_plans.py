"""The plans of the examples, as stored texts. UPDATE_GOLDEN=1 writes them anew; read the diff before you commit it."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest

from pipeline.load import load
from pipeline.render import plan_text
from tests.apps import EXAMPLES, ROOT

HERE = Path(__file__).parent
# What steps bring along of ours, by its text: programs and scripts.
OURS = {
    file.read_text(encoding="utf-8"): f"the text of {file.relative_to(ROOT)}"
    for folder in ("oci", "proof", "plan/scripts")
    for file in sorted((ROOT / "pipeline" / folder).iterdir())
    if file.is_file() and file.stat().st_size
}
# Ends of support come with time, and are no change of the example.
DAY = date(2026, 1, 15)
NAMES = ("incidents", "minimal8")


def _check(file, text):
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == text, f"UPDATE_GOLDEN=1 writes {file.name} anew"


@pytest.mark.parametrize("name", NAMES)
def test_the_plan_as_text(name):
    """What a user reads about the example does not change by accident."""
    loaded = load(EXAMPLES / name, today=DAY, scans=True)
    _check(HERE / f"{name}.plan.txt", plan_text.text(loaded.app, loaded.plan))


@pytest.mark.parametrize("name", NAMES)
def test_the_plan_as_json(name):
    """Every step of the example, with its inputs, commands, outputs and images, does not change by accident.

    Our own programs stand there by their names: their texts would make each edit of one an edit of the stored plans.
    """
    loaded = load(EXAMPLES / name, today=DAY, scans=True)
    plan = json.loads(plan_text.as_json(loaded.app, loaded.plan))
    # What discovery says has tests of its own; here it would change with each of its rules.
    assert plan.pop("found")["facts"]
    for literal in (literal for step in plan["steps"] for literal in step["literals"]):
        literal["text"] = OURS.get(literal["text"], literal["text"])
    _check(HERE / f"{name}.plan.json", json.dumps(plan, indent=1) + "\n")


def test_every_stored_text_belongs_to_an_example():
    """No golden file is left over from an example that is gone."""
    stored = {file.name.partition(".")[0] for file in HERE.glob("*.plan.*")}
    assert stored == {folder.name for folder in EXAMPLES.iterdir() if folder.is_dir()} == set(NAMES)
