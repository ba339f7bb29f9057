"""Any report that can happen, for hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from pipeline.app.model import Level, Remark
from pipeline.errors import ExitCode
from pipeline.judge.model import Report, Status, StepResult
from pipeline.parse.model import CaseResult, CaseStatus, Coverage, FileCoverage, Finding, Severity

words = st.text(max_size=30)
times = st.floats(0, 1e9, allow_nan=False)
findings = st.builds(
    Finding,
    rule=words,
    severity=st.sampled_from(Severity),
    message=words,
    tool=words,
    file=st.none() | words,
    line=st.none() | st.integers(1, 10**6),
    column=st.none() | st.integers(1, 10**6),
    help=words,
)
cases = st.builds(
    CaseResult,
    suite=words,
    name=words,
    status=st.sampled_from(CaseStatus),
    duration=times,
    message=words,
    details=words,
    file=st.none() | words,
    line=st.none() | st.integers(1, 10**6),
)
coverages = st.builds(
    Coverage,
    files=st.lists(
        st.builds(
            FileCoverage,
            file=words,
            lines=st.lists(st.tuples(st.integers(1, 999), st.integers(0, 9)), max_size=3).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
)
steps = st.builds(
    StepResult,
    id=words,
    status=st.sampled_from(Status),
    proves=words,
    reason=words,
    duration=times,
    cached=st.booleans(),
    ran_at=times,
    attempts=st.integers(1, 3),
    command=st.lists(words, max_size=3).map(tuple),
    folder=words,
    exit_code=st.none() | st.integers(-64, 255),
    findings=st.lists(findings, max_size=3).map(tuple),
    cases=st.lists(cases, max_size=3).map(tuple),
    coverage=coverages,
    tail=words,
    error_id=words,
)
remarks = st.builds(
    Remark,
    id=words,
    message=words,
    file=st.none() | words,
    line=st.none() | st.integers(1, 10**6),
    level=st.sampled_from(Level),
)
reports = st.builds(
    Report,
    app=words,
    where=words,
    verdict=st.sampled_from(ExitCode),
    steps=st.lists(steps, max_size=3).map(tuple),
    not_proven=st.lists(words, max_size=3).map(tuple),
    remarks=st.lists(remarks, max_size=3).map(tuple),
    coverage=coverages,
    started=times,
    duration=times,
)
