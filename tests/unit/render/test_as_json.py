from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from pipeline.app.remark_kinds import KINDS
from pipeline.errors import ExitCode
from pipeline.judge.model import SCHEMA, Status
from pipeline.render import as_json
from tests import samples
from tests.unit.render.reports import reports


@settings(deadline=None)
@given(reports)
def test_a_report_comes_back_as_it_was(report):
    """JSON loses nothing: reading what was written gives an equal report."""
    assert as_json.read(as_json.text(report)) == report


def test_a_remark_has_the_title_of_its_kind():
    """Its message alone is often a bare name."""
    report = samples.report(remarks=(KINDS[0].at("odd"),))
    assert json.loads(as_json.text(report))["remarks"][0]["title"] == KINDS[0].title
    assert as_json.read(as_json.text(report)) == report


@settings(deadline=None)
@given(reports)
def test_json_is_plain_ascii(report):
    """The file can be written and read in any encoding, whatever a tool printed."""
    assert as_json.text(report).isascii()


def test_the_form_that_others_read():
    """The names that other tools rely on: schema, verdict as number and word, status words, exit codes."""
    step = samples.result(
        status=Status.FAILED, reason="exit code 1", cases=(samples.case(),), findings=(samples.finding(),)
    )
    data = json.loads(as_json.text(samples.report(step, verdict=ExitCode.RED)))
    assert (data["schema"], data["verdict"], data["verdict_text"]) == (SCHEMA, 1, "RED")
    assert data["steps"][0]["status"] == "failed"
    assert data["steps"][0]["cases"][0]["status"] == "passed"
    assert data["steps"][0]["findings"][0]["severity"] == "error"


@pytest.mark.parametrize("text", ['{"schema": 2}', "{}", '{"schema": "3"}'])
def test_another_schema_is_refused(text):
    """A report of another version is not read as if it were ours."""
    with pytest.raises(ValueError, match="of the report is not 3"):
        as_json.read(text)


def test_what_is_no_json_is_refused():
    """A cut-off file is an error, not an empty report."""
    with pytest.raises(ValueError, match="line 1"):
        as_json.read("{")


def test_what_json_cannot_hold_is_our_mistake():
    """An object of an unknown kind is never written as text by accident."""
    with pytest.raises(TypeError, match="object"):
        as_json._plain(object())
