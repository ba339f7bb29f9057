"""OpenTelemetry spans: one per step, one per test case, in the form the Dagger terminal shows as tests."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from opentelemetry import trace
from opentelemetry.trace import Status as SpanStatus
from opentelemetry.trace import StatusCode

from pipeline.judge.model import Status
from pipeline.parse.model import CaseStatus
from pipeline.render import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.judge.model import StepResult
    from pipeline.parse.model import CaseResult

# A trace of a hundred thousand cases helps nobody; failures always get a span.
MOST_CASES = 2000
WORD = {CaseStatus.PASSED: "pass", CaseStatus.FAILED: "fail", CaseStatus.SKIPPED: "skipped"}


@contextmanager
def step(id_: str) -> Iterator[trace.Span]:
    """Open the span of one step."""
    with trace.get_tracer("pipeline").start_as_current_span(id_, attributes={"pipeline.step": id_}) as span:
        yield span


def tell(text: str) -> None:
    """Show a line among the steps; it may be what a program of others said."""
    trace.get_tracer("pipeline").start_span(harmless.text(harmless.line(text))).end()


def describe(span: trace.Span, result: StepResult) -> None:
    """Put a result on its span, and its test cases below it."""
    span.set_attribute("pipeline.status", result.status.value)
    span.set_attribute("pipeline.cached", result.cached)
    if result.status is not Status.PASSED:
        span.set_status(SpanStatus(StatusCode.ERROR, result.reason))
    failed = [case for case in result.cases if case.status is CaseStatus.FAILED]
    others = [case for case in result.cases if case.status is not CaseStatus.FAILED]
    end = time.time_ns()
    for case in [*failed, *others[: max(0, MOST_CASES - len(failed))]]:
        _case(case, result.id, end)


def _case(case: CaseResult, step_id: str, end: int) -> None:
    attributes = {
        "test.suite.name": case.suite or step_id,
        "test.case.name": case.name,
        "test.case.result.status": WORD[case.status],
    }
    start = end - int(case.duration * 1e9)
    span = trace.get_tracer("pipeline").start_span(case.name, start_time=start, attributes=attributes)
    if case.status is CaseStatus.FAILED:
        span.set_status(SpanStatus(StatusCode.ERROR, case.message))
    span.end(end)
