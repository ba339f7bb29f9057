"""Weaknesses as SARIF 2.1.0, in the form that GitHub code scanning accepts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pipeline.judge.audit.model import Outcome
from pipeline.parse.weakness import Level, WeaknessKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.judge.audit.model import Judged
    from pipeline.judge.model import Report

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
# GitHub keeps so many results of a run, and refuses longer files.
MOST = 5_000
LEVEL = {
    Level.CRITICAL: "error",
    Level.HIGH: "error",
    Level.MEDIUM: "warning",
    Level.LOW: "note",
    Level.UNKNOWN: "note",
}
# GitHub shows critical, high, medium and low by this number.
SCORE = {Level.CRITICAL: "9.5", Level.HIGH: "8.0", Level.MEDIUM: "5.5", Level.LOW: "2.0", Level.UNKNOWN: "0.1"}
HELP = {
    WeaknessKind.VULNERABILITY: "Update to a version without it; each result names one where there is one.",
    WeaknessKind.SECRET: "Revoke it, then take it out; whoever could read the file has it.",
    WeaknessKind.MISCONFIGURATION: "Each result says what to change.",
    WeaknessKind.LICENCE: "Use another package, or change the lists of licences in the settings.",
}
FINGERPRINT = "pipelineAudit/v1"


def text(report: Report) -> str:
    """Return the SARIF; what lies in the image is shown at the audit's anchor, a file of the repository."""
    chosen = report.audit.weaknesses[:MOST]
    rules = {_rule_id(judged): _rule(judged) for judged in reversed(chosen)}
    driver = {
        "name": "pipeline audit",
        "informationUri": "https://docs.github.com/code-security",
        "rules": [rules[id_] for id_ in sorted(rules)],
    }
    order = {id_: at for at, id_ in enumerate(sorted(rules))}
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "pipeline-audit/"},
        "columnKind": "utf16CodeUnits",
        "results": list(_results(chosen, order, report.audit.anchor)),
    }
    if rest := len(report.audit.weaknesses) - len(chosen):
        said = {"level": "warning", "message": {"text": f"{rest} more findings stand in report.json alone"}}
        run["invocations"] = [{"executionSuccessful": True, "toolExecutionNotifications": [said]}]
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _rule_id(judged: Judged) -> str:
    weakness = judged.weakness
    return f"{weakness.kind.value}/{weakness.id}"


def _rule(judged: Judged) -> dict[str, Any]:
    weakness = judged.weakness
    # A rule stands for all its results: what is true of one of them alone is said there.
    of_licence = weakness.kind is WeaknessKind.LICENCE
    title = f"Package under the licence {weakness.id}" if of_licence else weakness.title or weakness.id
    rule: dict[str, Any] = {
        "id": _rule_id(judged),
        "name": weakness.id,
        "shortDescription": {"text": title},
        "fullDescription": {"text": title},
        "help": {"text": HELP[weakness.kind]},
        "properties": {
            "tags": ["security", weakness.kind.value],
            "precision": "high",
            "security-severity": SCORE[weakness.level],
        },
    }
    return rule | ({"helpUri": weakness.url} if weakness.url else {})


def _results(chosen: Iterable[Judged], order: dict[str, int], anchor: str) -> Iterable[dict[str, Any]]:
    for judged in chosen:
        weakness = judged.weakness
        result: dict[str, Any] = {
            "ruleId": _rule_id(judged),
            "ruleIndex": order[_rule_id(judged)],
            # Only what is red asks for attention beyond its listing.
            "level": "note" if judged.outcome is Outcome.REPORTED else LEVEL[weakness.level],
            "message": {"text": _message(judged)},
            "locations": [_location(judged, anchor)],
            "partialFingerprints": {FINGERPRINT: judged.fingerprint},
        }
        if judged.outcome is Outcome.ACCEPTED:
            result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": judged.why}]
        yield result


def _message(judged: Judged) -> str:
    weakness = judged.weakness
    package = f"{weakness.package.name} {weakness.package.version}: ".replace(" :", ":") if weakness.package else ""
    where = f" (in the image: {weakness.file or 'system package'})" if weakness.image else ""
    way = f" By way of {' > '.join(weakness.path)}." if len(weakness.path) > 1 else ""
    known = " Known to be exploited." if judged.exploited else ""
    fixed = f" Mended in {weakness.fixed}." if weakness.fixed else ""
    help_ = f" {weakness.help[:1].upper()}{weakness.help[1:].rstrip('.')}." if weakness.help else ""
    return f"{package}{weakness.title or weakness.id}{where}.{fixed}{help_}{way}{known}"


def _location(judged: Judged, anchor: str) -> dict[str, Any]:
    weakness = judged.weakness
    file = (anchor if weakness.image else weakness.file) or anchor or "."
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(file), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 1 if weakness.image else weakness.line or 1},
        }
    }
