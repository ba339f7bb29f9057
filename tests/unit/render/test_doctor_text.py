from __future__ import annotations

import json

from pipeline.doctor.model import Check, Level
from pipeline.render import doctor_text

CHECKS = (
    Check(name="engine", level=Level.OK, found="answers"),
    Check(name="dotnet sdk", level=Level.NOTE, found="none", mend="install it"),
    Check(name="disk", level=Level.PROBLEM, found="ä", mend="free it"),
)


def test_each_check_is_a_line_with_its_mend_below():
    """The column of the findings is straight."""
    assert doctor_text.text(CHECKS).splitlines() == [
        "  ok       engine      answers",
        "  note     dotnet sdk  none",
        "                       -> install it",
        "  PROBLEM  disk        ä",
        "                       -> free it",
    ]


def test_json():
    """Each check with its level."""
    assert json.loads(doctor_text.as_json(CHECKS))[2] == {
        "name": "disk", "level": "problem", "found": "ä", "mend": "free it",
    }  # fmt: skip
