from __future__ import annotations

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from pipeline.judge.model import Status
from pipeline.parse.model import CaseStatus
from pipeline.run import spans
from tests import samples


@pytest.fixture
def told(monkeypatch):
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(spans.trace, "get_tracer", provider.get_tracer)
    return exporter.get_finished_spans


def _tell(result):
    with spans.step(result.id) as span:
        spans.describe(span, result)


def test_one_span_per_step(told):
    """A step's span carries its id, its status and where the result came from."""
    _tell(samples.result("api.build", cached=True))
    (span,) = told()
    assert (span.name, span.status.status_code) == ("api.build", StatusCode.UNSET)
    assert dict(span.attributes) == {
        "pipeline.step": "api.build",
        "pipeline.status": "passed",
        "pipeline.cached": True,
    }


@pytest.mark.parametrize("status", [Status.FAILED, Status.BROKEN, Status.UNAVAILABLE])
def test_a_step_that_is_not_green_is_an_error_with_its_reason(told, status):
    """The trace shows red where the report does."""
    _tell(samples.result(status=status, reason="exit code 1"))
    (span,) = told()
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, "exit code 1")


def test_one_span_per_case_below_its_step(told):
    """Test cases lie below their step, in the form that the Dagger terminal shows as tests."""
    cases = (
        samples.case("A"),
        samples.case("B", CaseStatus.FAILED, message="expected 1"),
        samples.case("C", CaseStatus.SKIPPED),
    )
    _tell(samples.result("api.test", cases=cases))
    *inner, step = told()
    assert {span.attributes["test.case.name"]: span.attributes["test.case.result.status"] for span in inner} == {
        "A": "pass",
        "B": "fail",
        "C": "skipped",
    }
    assert {span.parent.span_id for span in inner} == {step.context.span_id}
    assert {span.attributes["test.suite.name"] for span in inner} == {"Shop.CartTests"}


def test_a_failed_case_is_an_error_with_its_message(told):
    """Only failed cases are errors."""
    cases = (samples.case("A"), samples.case("B", CaseStatus.FAILED, message="expected 1"))
    _tell(samples.result(cases=cases))
    bad = [(s.name, s.status.description) for s in told() if s.status.status_code is StatusCode.ERROR]
    assert bad == [("B", "expected 1")]


def test_a_case_lasts_as_long_as_it_took(told):
    """The span of a case has the case's own duration."""
    _tell(samples.result(cases=(samples.case(duration=0.25),)))
    span = told()[0]
    assert span.end_time - span.start_time == 250_000_000


def test_a_case_without_a_suite_belongs_to_its_step(told):
    """A suite's name is never empty."""
    _tell(samples.result("spa.test", cases=(samples.case(suite=""),)))
    assert told()[0].attributes["test.suite.name"] == "spa.test"


def test_a_flood_of_cases_is_cut_but_no_failure_is(told):
    """A huge suite gives a bounded trace, and each failure is in it."""
    many = [samples.case(f"P{n}") for n in range(spans.MOST_CASES + 5)]
    bad = [samples.case(f"F{n}", CaseStatus.FAILED) for n in range(3)]
    _tell(samples.result(cases=(*many, *bad)))
    names = [span.name for span in told()][:-1]
    assert len(names) == spans.MOST_CASES
    assert {"F0", "F1", "F2"} <= set(names)


def test_an_exception_ends_the_span(told):
    """A bug inside a step leaves an ended span and is not swallowed."""

    def broken():
        with spans.step("x"):
            raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        broken()
    assert [span.name for span in told()] == ["x"]


def test_what_others_say_gives_no_orders(told):
    """Its name is printed by the engine, whose output a CI system reads."""
    spans.tell("flyctl | ##[error]x \x1b[2J\n::add-mask::y")
    (span,) = told()
    assert "\x1b" not in span.name
    assert "\n" not in span.name
    assert "##[" not in span.name
