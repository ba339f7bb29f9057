"""A scan is passed only when it has looked; whatever kept it from looking makes it unavailable."""

from __future__ import annotations

import json

import pytest

from pipeline.errors import ExitCode
from pipeline.judge.audit.model import GateState
from pipeline.judge.model import Status
from pipeline.judge.step import judge
from pipeline.judge.verdict import judge as verdict
from pipeline.parse.weakness import Part
from pipeline.plan.audit import AuditPlan, Expected
from pipeline.plan.model import Output, Plan
from tests import samples

CLEAN = '{"auditReportVersion": 2, "vulnerabilities": {}, "metadata": {"vulnerabilities": {"total": 0}}}'
REFUSED = '{"message": "405 Method Not Allowed - POST https://npm.test/x", "error": {"summary": ""}}'
SCAN = samples.step("audit.npm", scan=True, wants_cases=False, outputs=(Output(path="audit.json", kind="npm-audit"),))


def judged(step=SCAN, **more):
    fields = {"step": step.id, "exit_code": 0, "files": (("audit.json", CLEAN),)}
    return judge(step, samples.execution(**(fields | more)))


def test_an_answer_is_passed():
    """Its findings are for the gates; the step has done what it is for."""
    result = judged()

    assert (result.status, [one.part for one in result.looked]) == (Status.PASSED, [Part.NPM])


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"files": (("audit.json", REFUSED),)}, "npm audit: 405 Method Not Allowed - POST https://npm.test/x"),
        ({"files": (("audit.json", REFUSED),), "exit_code": 5}, "npm audit: 405 Method Not Allowed"),
        ({"files": (("audit.json", CLEAN[:40]),)}, "npm's audit report holds no complete JSON object"),
        ({"files": ()}, "the tool left no audit.json"),
        ({"exit_code": 137}, "exit code 137"),
        ({"timed_out": True, "exit_code": 124}, "did not end within"),
        ({"exit_code": None}, "could not be started"),
        ({"infra": "P402 no such image"}, "no such image"),
    ],
)
def test_anything_else_is_unavailable(more, why):
    """Refused, cut off, killed, timed out, without a tool or an image: with the cause, and never passed."""
    result = judged(**more)

    assert (result.status, why in result.reason) == (Status.UNAVAILABLE, True), result.reason
    assert result.weaknesses == ()


@pytest.mark.parametrize(("files", "code", "expected"), [((("audit.json", REFUSED),), 5, True), ((), 137, False)])
def test_what_a_scanner_says_of_itself_needs_no_log(files, code, expected):
    """A page of npm's answer beside its reason helps nobody; where nothing was said, the last lines are all."""
    assert judged(files=files, exit_code=code).explained is expected


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"files": (("audit.json", REFUSED),), "exit_code": 5}, "P411"),
        ({"files": (), "exit_code": 1, "log": "npm error code ECONNREFUSED"}, "P411"),
        ({"files": (), "exit_code": 137}, ""),
    ],
)
def test_a_silent_source_has_an_error_of_its_own(more, kind):
    """What mends it is another setting than what mends a fetch of packages; a killed scanner is not silent."""
    step = samples.step("audit.npm", scan=True, live=True, fetches=True, wants_cases=False, outputs=SCAN.outputs)
    assert judged(step, **more).error_id == kind


def test_a_mistake_of_ours_is_one():
    """It is not hidden behind an incomplete run."""
    assert judged(infra="P700 KeyError: x").status is Status.BROKEN


def report(result, *, scan=True):
    step = SCAN if scan else samples.step()
    expected = (Expected(part=Part.NPM, target="package-lock.json", step=SCAN.id, tool="npm audit"),)
    plan = Plan(app="shop", steps=(step,), audit=AuditPlan(expected=expected))
    return verdict(samples.app(), plan, (result,), where="here", started=1_772_000_000.0, ended=1_772_000_001.0)


def test_the_verdict_counts_the_gates():
    """A gap is incomplete although every step is passed."""
    assert report(judged()).verdict is ExitCode.GREEN
    gap = samples.result("audit.npm", status=Status.PASSED)
    assert report(gap).verdict is ExitCode.INCOMPLETE
    assert report(judged(files=())).verdict is ExitCode.INCOMPLETE


def test_a_red_gate_beats_everything():
    """Red is what the user can mend now."""
    url = "https://x.test/GHSA-35jh-r3h4-6jhm"
    advisory = {"source": 1, "title": "t", "severity": "high", "url": url, "range": "<2"}
    answer = {"auditReportVersion": 2, "vulnerabilities": {"a": {"via": [advisory]}}}
    vulnerable = json.dumps(answer | {"metadata": {"vulnerabilities": {"total": 1}}})
    found = report(judged(files=(("audit.json", vulnerable),)))

    assert found.verdict is ExitCode.RED
    assert [gate.name for gate in found.audit.gates if gate.state is GateState.FAILED] == ["vulnerabilities"]
    assert [step.status for step in found] == [Status.PASSED]
    assert found.steps[0].weaknesses == (), "what was found stands once, in the audit"


def test_a_run_without_scans_has_no_audit():
    """It claims nothing about security."""
    assert report(samples.result(), scan=False).audit.gates == ()
