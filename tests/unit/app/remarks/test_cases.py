"""Each kind of remark is seen where it is and not seen where it is not."""

from __future__ import annotations

import pytest

from pipeline.app.discover.remarks.look import look
from pipeline.app.facts import Facts
from pipeline.app.model import App
from pipeline.app.remark_kinds import KINDS
from pipeline.app.remark_kinds import dotnet as kinds
from pipeline.app.remark_kinds import spa as spa_kinds
from tests.unit.app.remarks import (
    configuration_cases,
    deployment_cases,
    dotnet_cases,
    image_cases,
    spa_cases,
    workflow_cases,
)
from tests.unit.app.remarks.case import TODAY, places, said

CASES = (
    *dotnet_cases.CASES,
    *spa_cases.CASES,
    *image_cases.CASES,
    *deployment_cases.CASES,
    *workflow_cases.CASES,
    *configuration_cases.CASES,
)
# Told by discovery or the reader of the settings, and tested with them.
IN_PASSING = {f"R{number}" for number in (*range(102, 114), 142, 150, 151, 616)}
# Needs a file that the edges could not read; tested by itself below.
BY_ITSELF = {kinds.UNREAD.id}


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
    assert {case.kind.id for case in CASES} | IN_PASSING | BY_ITSELF == {kind.id for kind in KINDS}


def test_a_file_that_nobody_could_look_at_is_told():
    """What was too large or in another encoding is no file without traps."""
    facts = Facts(paths=frozenset({"Dockerfile"}), texts={}, unreadable={"Dockerfile": "not UTF-8 text"})
    assert places(kinds.UNREAD, look(facts, App(name="a"), TODAY)) == ["Dockerfile"]
    assert places(kinds.UNREAD, look(Facts(paths=frozenset(), texts={}), App(name="a"), TODAY)) == []


def test_one_is_told_in_the_singular():
    """A message counts as people do."""
    (case, *_) = [case for case in CASES if case.kind is spa_kinds.IMPORT_MISSING]
    (one,) = [remark.message for remark in said(case.red) if remark.id == case.kind.id]
    assert one == "a test file imports @testing-library/react; package.json does not name it"
    more = {**case.red, "c/src/b.test.tsx": "import 'vitest';\nimport 'msw';\n"}
    (both,) = [remark.message for remark in said(more) if remark.id == case.kind.id]
    assert both == "2 test files import @testing-library/react, msw; package.json names none of them"
