from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.app.model import Remark
from pipeline.errors import ExitCode
from pipeline.judge.model import Status
from pipeline.judge.verdict import judge, verdict
from pipeline.parse.model import CaseStatus
from pipeline.plan.model import Off
from tests import samples

P, F, B, U, S = Status.PASSED, Status.FAILED, Status.BROKEN, Status.UNAVAILABLE, Status.SKIPPED


def _results(*statuses: Status):
    return tuple(samples.result(f"s{n}", status, reason="why") for n, status in enumerate(statuses))


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ((P,), ExitCode.GREEN),
        ((P, P, P), ExitCode.GREEN),
        ((P, S), ExitCode.GREEN),
        ((F,), ExitCode.RED),
        ((P, F), ExitCode.RED),
        ((F, B), ExitCode.RED),
        ((F, B, U, S, P), ExitCode.RED),
        ((B,), ExitCode.INFRA),
        ((P, B), ExitCode.INFRA),
        ((B, U, S, P), ExitCode.INFRA),
        ((U,), ExitCode.INCOMPLETE),
        ((P, U), ExitCode.INCOMPLETE),
        ((P, U, S), ExitCode.INCOMPLETE),
        ((S,), ExitCode.INCOMPLETE),
        ((S, S), ExitCode.INCOMPLETE),
        ((), ExitCode.INCOMPLETE),
    ],
)
def test_precedence(statuses, expected):
    """Red beats infrastructure beats incomplete beats green; nothing proven is never green."""
    assert verdict(_results(*statuses)) is expected


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (("P107",), ExitCode.CONFIG),
        (("P402",), ExitCode.INFRA),
        (("P107", "P402"), ExitCode.INFRA),
        (("P700", "P402", "P107"), ExitCode.BUG),
        (("",), ExitCode.INFRA),
    ],
)
def test_a_fault_ends_with_the_exit_code_of_its_error(ids, expected):
    """docs/errors.md has an exit code for each id; of several faults the least expected one counts."""
    broken = tuple(samples.result(f"s{n}", B, reason="why", error_id=id_) for n, id_ in enumerate(ids))
    assert verdict(broken) is expected
    assert verdict((*broken, samples.result("t", F, reason="why"))) is ExitCode.RED


@settings(deadline=None)
@given(st.lists(st.sampled_from(Status), max_size=4))
def test_the_order_of_steps_does_not_matter(statuses):
    """The verdict depends on what happened, not on the order."""
    assert len({verdict(_results(*order)) for order in itertools.permutations(statuses)}) == 1


@settings(deadline=None)
@given(st.lists(st.sampled_from(Status), max_size=6))
def test_green_needs_a_pass_and_nothing_worse_than_a_skip(statuses):
    """No combination is green that holds a failure, a fault or something that could not be looked at."""
    assert (verdict(_results(*statuses)) is ExitCode.GREEN) == (P in statuses and not {F, B, U} & set(statuses))


def _judge(*results, off=(), app=None):
    plan = samples.plan(samples.plain_step(), off=off)
    return judge(app or samples.app(), plan, results, where="dagger", started=10.0, ended=12.5)


def test_a_report_holds_what_happened():
    """Name, place, times, steps and coverage reach the report."""
    step = samples.result(coverage=samples.coverage(cart=((1, 1),)), cases=(samples.case(),))
    report = _judge(step)
    assert (report.app, report.where, report.verdict) == ("shop", "dagger", ExitCode.GREEN)
    assert (report.started, report.duration) == (10.0, 2.5)
    assert (report.steps, report.coverage.percent) == ((step,), 100.0)
    assert report.cases == (samples.case(),)


def test_everything_proven_leaves_no_line():
    """A full green run has nothing under `not proven`."""
    assert _judge(samples.result()).not_proven == ()


@pytest.mark.parametrize("status", [S, U])
def test_a_step_that_did_not_run_is_not_proven(status):
    """What was skipped or could not be looked at is listed by what it would have proven, with the reason."""
    report = _judge(samples.result("image", status, proves="it can be packed", reason="needs containers"))
    assert report.not_proven == ("it can be packed: needs containers",)


@pytest.mark.parametrize("status", [F, B])
def test_a_red_step_is_told_elsewhere(status):
    """A step that ran and is red is no line of `not proven`."""
    assert _judge(samples.result("api.build", status, reason="exit code 1")).not_proven == ()


def test_a_step_without_a_proof_is_listed_by_its_id():
    """A line never starts with nothing."""
    assert _judge(samples.result("x", S, proves="", reason="why")).not_proven == ("x: why",)


def test_a_step_that_is_off_is_not_proven():
    """What the plan left out is listed with its reason."""
    off = (Off(id="spa.lint", reason="no script"), Off(id="spa", reason="no SPA found", absent=True))
    assert _judge(samples.result(), off=off).not_proven == ("spa.lint: no script",)


@pytest.mark.parametrize(
    ("id_", "remark"), [("spa.lint", "R105"), ("spa.test", "R112"), ("api.test", "R102"), ("shop/api.publish", "R106")]
)
def test_what_is_off_is_not_remarked_once_more(id_, remark):
    """One line tells that there is no step for it; the others stay."""
    remarks = (Remark(id=remark, message="the same again"), Remark(id="R118", message="another matter"))
    report = _judge(samples.result(), app=samples.app(remarks=remarks), off=(Off(id=id_, reason="none"),))
    assert [one.id for one in report.remarks] == ["R118"]
    assert _judge(samples.result(), app=samples.app(remarks=remarks)).remarks == remarks


def test_a_cause_is_told_without_its_first_word():
    """`because` belongs to a row of the table."""
    report = _judge(samples.result("image", S, proves="it can be packed", reason="because api.build failed"))
    assert report.not_proven == ("it can be packed: api.build failed",)


def test_skipped_tests_of_a_green_step_are_not_proven():
    """A green step with skipped tests says how many, and the reason of the first."""
    skipped = samples.case(status=CaseStatus.SKIPPED, message="needs Windows")
    report = _judge(samples.result("api.test", cases=(samples.case(), skipped, skipped)))
    assert report.not_proven == ("2 skipped tests of api.test: needs Windows",)


def test_skipped_tests_without_a_reason_say_so():
    """No reason is a fact worth reading."""
    skipped = samples.case(status=CaseStatus.SKIPPED)
    report = _judge(samples.result("api.test", cases=(samples.case(), skipped)))
    assert report.not_proven == ("1 skipped test of api.test: no reason given",)


def test_skipped_tests_of_a_red_step_are_not_listed():
    """A red step is told with all its cases; its skips are the smaller matter."""
    skipped = samples.case(status=CaseStatus.SKIPPED)
    assert _judge(samples.result("api.test", F, reason="x", cases=(skipped,))).not_proven == ()


@pytest.mark.parametrize(("status", "expected"), [(P, ("spa.test: no report",)), (F, ())])
def test_what_a_green_step_leaves_open_is_not_proven(status, expected):
    """A step whose green shows less than one would think says so; when it is red there are other worries."""
    plan = samples.plan(samples.plain_step("spa.test", leaves_open="no report"))
    report = judge(samples.app(), plan, (samples.result("spa.test", status),), where="dagger", started=10.0, ended=12.5)
    assert report.not_proven == expected


def test_remarks_are_told_with_their_place():
    """What discovery found worth knowing stands in the report as it was found: id, weight, file and line."""
    remarks = (
        Remark(id="D1", message="no lock file", file="src/A.csproj"),
        Remark(id="D2", message="no global.json"),
    )
    assert _judge(samples.result(), app=samples.app(remarks=remarks)).remarks == remarks
