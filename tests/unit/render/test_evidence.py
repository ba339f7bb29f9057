from __future__ import annotations

from hypothesis import given, settings

from pipeline.render import as_json, cobertura, evidence, junit, markdown, summary
from tests import samples
from tests.unit.render.reports import reports


def test_every_rendering_has_its_file():
    """The evidence folder holds each rendering of the same report."""
    report = samples.report(samples.result(cases=(samples.case(),)), coverage=samples.coverage(cart=((1, 1),)))
    assert evidence.files(report) == {
        "report.json": as_json.text(report),
        "summary.md": markdown.text(report),
        "summary.txt": summary.text(report),
        "junit.xml": junit.text(report),
        "coverage.cobertura.xml": cobertura.text(report.coverage),
    }


@settings(deadline=None)
@given(reports)
def test_any_report_can_be_written(report):
    """Evidence is always there: no report is so odd that a rendering raises or cannot be encoded."""
    assert [name for name, text in evidence.files(report).items() if not text.encode()] == []
