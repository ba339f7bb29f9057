"""Any report that can happen, for hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from pipeline.app.model import Level, Remark
from pipeline.errors import ExitCode
from pipeline.judge.audit.model import Audit, Covered, Gate, GateState, Judged, Outcome
from pipeline.judge.model import Report, Status, StepResult
from pipeline.parse.model import CaseResult, CaseStatus, Coverage, FileCoverage, Finding, Severity
from pipeline.parse.weakness import Component, Package, Part, Place, Weakness, WeaknessKind
from pipeline.parse.weakness import Level as LevelOfWeakness

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
    explained=st.booleans(),
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
kinds = st.sampled_from(WeaknessKind)
packages = st.builds(Package, ecosystem=words, name=words, version=words)
weaknesses = st.builds(
    Weakness,
    kind=kinds,
    id=words,
    level=st.sampled_from(LevelOfWeakness),
    title=words,
    tool=words,
    aliases=st.lists(words, max_size=2).map(tuple),
    package=st.none() | packages,
    fixed=st.none() | words,
    file=st.none() | words,
    line=st.none() | st.integers(1, 10**6),
    also=st.lists(st.builds(Place, file=words, line=st.none() | st.integers(1, 9)), max_size=2).map(tuple),
    path=st.lists(words, max_size=3).map(tuple),
    mark=words,
    help=words,
    url=words,
    published=words,
    dev=st.none() | st.booleans(),
    image=st.booleans(),
)
judged = st.builds(
    Judged,
    weakness=weaknesses,
    tools=st.lists(words, max_size=2).map(tuple),
    fingerprint=words,
    outcome=st.sampled_from(Outcome),
    why=words,
    exploited=st.booleans(),
    probability=st.none() | st.floats(0, 1),
)
audits = st.builds(
    Audit,
    gates=st.lists(
        st.builds(
            Gate,
            name=words,
            state=st.sampled_from(GateState),
            blocking=st.integers(0, 9),
            total=st.integers(0, 9),
            why=st.lists(words, max_size=2).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    weaknesses=st.lists(judged, max_size=3).map(tuple),
    coverage=st.lists(
        st.builds(
            Covered,
            part=st.sampled_from(Part),
            target=words,
            tool=words,
            count=st.none() | st.integers(0, 9),
            data=words,
            missing=words,
            open=words,
        ),
        max_size=3,
    ).map(tuple),
    components=st.lists(
        st.builds(
            Component,
            package=packages,
            purl=words,
            licences=st.lists(words, max_size=2).map(tuple),
            file=words,
            dev=st.booleans(),
            direct=st.booleans(),
            image=st.booleans(),
        ),
        max_size=2,
    ).map(tuple),
    anchor=words,
)
reports = st.builds(
    Report,
    audit=st.just(Audit()) | audits,
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
