"""Small values of the audit: each helper builds a valid one, and every field can be named to differ."""

from __future__ import annotations

from datetime import date
from typing import Any

from pipeline.judge.audit.judge import audit as judge_audit
from pipeline.judge.model import Status, StepResult
from pipeline.parse.feeds import Feeds
from pipeline.parse.weakness import Component, Level, Looked, Package, Part, Weakness, WeaknessKind
from pipeline.plan.audit import AuditPlan, Expected
from pipeline.settings.model import SecuritySettings
from pipeline.settings.waivers import Waiver

TODAY = date(2026, 3, 1)
LOCK = "client/package-lock.json"


def package(name: str = "lodash", version: str = "4.17.20", ecosystem: str = "npm") -> Package:
    return Package(ecosystem=ecosystem, name=name, version=version)


def vulnerability(**more: Any) -> Weakness:
    fields: dict[str, Any] = {
        "kind": WeaknessKind.VULNERABILITY,
        "id": "CVE-2021-23337",
        "aliases": ("GHSA-35jh-r3h4-6jhm",),
        "level": Level.HIGH,
        "title": "Command Injection",
        "tool": "trivy",
        "package": package(),
        "fixed": "4.17.21",
        "file": LOCK,
        "dev": False,
    }
    return Weakness(**(fields | more))


def secret(**more: Any) -> Weakness:
    fields: dict[str, Any] = {
        "kind": WeaknessKind.SECRET,
        "id": "fly-token",
        "level": Level.CRITICAL,
        "title": "Fly.io token",
        "tool": "trivy",
        "file": "src/appsettings.json",
        "line": 3,
        "mark": "a1",
    }
    return Weakness(**(fields | more))


def misconfiguration(**more: Any) -> Weakness:
    fields: dict[str, Any] = {
        "kind": WeaknessKind.MISCONFIGURATION,
        "id": "DS-0002",
        "level": Level.HIGH,
        "title": "Image user should not be root",
        "tool": "trivy",
        "file": "Dockerfile",
    }
    return Weakness(**(fields | more))


def licence(**more: Any) -> Weakness:
    fields: dict[str, Any] = {
        "kind": WeaknessKind.LICENCE,
        "id": "GPL-3.0-only",
        "level": Level.HIGH,
        "title": "restricted",
        "tool": "trivy",
        "package": package(),
        "file": LOCK,
        "dev": False,
    }
    return Weakness(**(fields | more))


OF_PART = {
    WeaknessKind.VULNERABILITY: Part.NPM,
    WeaknessKind.SECRET: Part.SECRETS,
    WeaknessKind.MISCONFIGURATION: Part.CONFIGURATION,
    WeaknessKind.LICENCE: Part.LICENCES,
}


def looked(part: Part, target: str = LOCK, tool: str = "trivy", **more: Any) -> Looked:
    return Looked(part=part, target=target, tool=tool, **more)


def scan(*found: Weakness, id_: str = "audit.x", **more: Any) -> StepResult:
    fields: dict[str, Any] = {
        "status": Status.PASSED,
        "weaknesses": found,
        "looked": tuple(looked(part) for part in OF_PART.values()),
    }
    return StepResult(id=id_, **(fields | more))


def expected(part: Part, target: str = LOCK, tool: str = "trivy", step: str = "audit.x", **more: Any) -> Expected:
    return Expected(part=part, target=target, tool=tool, step=step, **more)


def plan(**more: Any) -> AuditPlan:
    # `dev` is a setting that is true or false, and the folders of test projects.
    of_settings = {k for k, v in more.items() if k in SecuritySettings.__dataclass_fields__ and not isinstance(v, list)}
    fields: dict[str, Any] = {
        "settings": SecuritySettings(**{k: more[k] for k in of_settings}),
        "expected": tuple(expected(part) for part in OF_PART.values()),
    }
    lists = {k: tuple(v) if isinstance(v, list) else v for k, v in more.items() if k not in of_settings}
    return AuditPlan(**(fields | lists))


def waiver(**more: Any) -> Waiver:
    fields: dict[str, Any] = {
        "id": "CVE-2021-23337",
        "scope": "lodash",
        "reason": "the function is not called",
        "owner": "team-web",
        "expires": "2026-05-01",
        "line": 2,
    }
    return Waiver(**(fields | more))


def audit(*results: StepResult, feeds: Feeds | None = None, **more: Any) -> Any:
    return judge_audit(plan(**more), results, TODAY, feeds or Feeds())


def component(**more: Any) -> Component:
    return Component(**({"package": package(), "file": LOCK} | more))


def gates(report: Any) -> dict[str, str]:
    return {gate.name: gate.state.value for gate in report.gates}
