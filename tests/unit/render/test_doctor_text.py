from __future__ import annotations

import json
from dataclasses import replace

from pipeline.doctor.model import Check, Level
from pipeline.render import doctor_text

CHECKS = (
    Check(name="engine", level=Level.OK, found="answers"),
    Check(name="dotnet sdk", level=Level.NOTE, found="none", mend="install it"),
    Check(name="disk", level=Level.PROBLEM, found="ä", mend="free it", more=("one", "two")),
)


def test_each_check_is_a_line_with_its_mend_below():
    """The column of the findings is straight."""
    assert doctor_text.text(CHECKS).splitlines() == [
        "  ok       engine      answers",
        "  note     dotnet sdk  none",
        "                       -> install it",
        "  PROBLEM  disk        ä",
        "                       - one",
        "                       - two",
        "                       -> free it",
        "",
        "1 problem: ci cannot run here, or not to its end (disk)",
    ]


def test_what_a_file_says_adds_no_line():
    """A value of a fly.toml may hold the end of a line, and what looks like another check."""
    forged = "x\n  ok       secrets  there"
    text = doctor_text.text((Check(name="a", level=Level.NOTE, found=forged, more=(forged,)),))
    assert [line[:10] for line in text.splitlines()] == ["  note    ", " " * 10, "", "ready: ci "]


def test_the_last_line_says_what_it_comes_to():
    """A reader of twenty lines wants one answer."""
    assert doctor_text.verdict(CHECKS[:1]) == "ready: ci can run here"
    assert doctor_text.verdict(CHECKS[:2]) == "ready: ci can run here (1 note)"
    assert doctor_text.verdict((CHECKS[2], CHECKS[2], replace(CHECKS[2], name="git"))) == (
        "3 problems: ci cannot run here, or not to its end (disk, git)"
    )


def test_json():
    """An object with its schema, whether all is well, and each check with its level."""
    found = json.loads(doctor_text.as_json(CHECKS))
    assert (found["schema"], found["fit"]) == (1, False)
    assert found["checks"][2] == {
        "name": "disk", "level": "problem", "found": "ä", "mend": "free it", "more": ["one", "two"],
    }  # fmt: skip
