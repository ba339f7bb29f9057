"""Each kind of remark is seen where it is and not seen where it is not."""

from __future__ import annotations

import pytest

from pipeline.app.remark_kinds import KINDS
from tests.unit.app.remarks import workflow_cases
from tests.unit.app.remarks.case import places, said

CASES = (*workflow_cases.CASES,)
# Told by the rules of discovery themselves, and tested with them.
IN_PASSING = {"R101", "R102", "R103", "R104", "R105", "R106", "R107", "R108", "R109", "R110", "R111", "R112", "R113"}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_trap_is_told(case):
    """The tree that holds it gets the remark, at its line."""
    found = places(case.kind, said(case.red, case.today))
    assert case.at in found if case.at else found != []


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_right_is_left_alone(case):
    """The tree that was put right gets no such remark."""
    assert places(case.kind, said(case.green, case.today)) == []


def test_every_kind_has_a_case():
    """No kind stands in the table that was never seen."""
    assert {case.kind.id for case in CASES} | IN_PASSING == {kind.id for kind in KINDS}
