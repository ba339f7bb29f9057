"""The report as JSON, and back: the form that other tools read. `schema` grows when a field changes its meaning."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import Enum
from typing import Any

from pipeline.app.model import Level, Remark
from pipeline.errors import ExitCode
from pipeline.judge.model import SCHEMA, Report, Status, StepResult
from pipeline.parse.model import CaseResult, CaseStatus, Coverage, FileCoverage, Finding, Severity
from pipeline.render import audit_json, remarks
from pipeline.render.summary import WORD


def text(report: Report) -> str:
    """Return the JSON of a report."""
    said = [remarks.as_data(remark) for remark in report.remarks]
    data = {"schema": SCHEMA, "verdict_text": WORD[report.verdict], **asdict(report), "remarks": said}
    return json.dumps(data, indent=1, default=_plain) + "\n"


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    raise TypeError(type(value).__name__)


def read(text_: str) -> Report:
    """Return the report that `text` wrote.

    Raises:
        ValueError: another schema, or not a report.

    """
    data: dict[str, Any] = json.loads(text_)
    if data.get("schema") != SCHEMA:
        message = f"schema {data.get('schema')} of the report is not {SCHEMA}"
        raise ValueError(message)
    return Report(
        app=data["app"],
        where=data["where"],
        verdict=ExitCode(data["verdict"]),
        steps=tuple(_step(step) for step in data["steps"]),
        not_proven=tuple(data["not_proven"]),
        remarks=tuple(_remark(remark) for remark in data["remarks"]),
        coverage=_coverage(data["coverage"]),
        started=data["started"],
        duration=data["duration"],
        audit=audit_json.read(data["audit"]),
    )


def _remark(data: dict[str, Any]) -> Remark:
    # The title is that of its kind.
    own = {name: value for name, value in data.items() if name != "title"}
    return Remark(**(own | {"level": Level(data["level"])}))


def _step(data: dict[str, Any]) -> StepResult:
    special = {
        "status": Status(data["status"]),
        "command": tuple(data["command"]),
        "findings": tuple(Finding(**(f | {"severity": Severity(f["severity"])})) for f in data["findings"]),
        "cases": tuple(CaseResult(**(c | {"status": CaseStatus(c["status"])})) for c in data["cases"]),
        "coverage": _coverage(data["coverage"]),
        "notes": tuple(data["notes"]),
        # What scans found stands once, under `audit`.
        **dict.fromkeys(("weaknesses", "components", "looked"), ()),
    }
    return StepResult(**(data | special))


def _coverage(data: dict[str, Any]) -> Coverage:
    files = tuple(
        FileCoverage(file=f["file"], lines=tuple((number, hits) for number, hits in f["lines"])) for f in data["files"]
    )
    return Coverage(files=files)
