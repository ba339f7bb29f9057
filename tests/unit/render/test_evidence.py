from __future__ import annotations

from hypothesis import given, settings

from pipeline.judge.audit.model import Audit, Gate, GateState
from pipeline.judge.model import Status
from pipeline.render import as_json, cobertura, evidence, junit, markdown, sarif, summary
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


def test_no_rendering_for_people_gives_a_terminal_orders():
    """A file's name may hold anything."""
    report = samples.report(samples.result(status=Status.FAILED, reason="\x1b[2Jgone"), not_proven=("\x1b[31mred",))
    found = evidence.files(report)
    assert [name for name in ("summary.md", "summary.txt") if "\x1b" in found[name]] == []


def test_an_audit_has_a_file_of_its_own():
    """Code scanning reads it; without an audit there is none, so that nobody takes it for a clean one."""
    audited = samples.report(samples.result(), audit=Audit(gates=(Gate(name="secrets", state=GateState.PASSED),)))

    assert evidence.files(audited)["security.sarif"] == sarif.text(audited)
    assert "security.sarif" in evidence.NAMES
    assert "security.sarif" not in evidence.files(samples.report(samples.result()))


@settings(deadline=None)
@given(reports)
def test_any_report_can_be_written(report):
    """Evidence is always there: no report is so odd that a rendering raises or cannot be encoded."""
    assert [name for name, text in evidence.files(report).items() if not text.encode()] == []
