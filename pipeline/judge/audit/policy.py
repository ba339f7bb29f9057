"""Which weaknesses are red: levels, fixes, time of grace, licences, exceptions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from pipeline.judge.audit import licences
from pipeline.judge.audit.model import Outcome
from pipeline.parse.trivy import UNKNOWN_LICENCE
from pipeline.parse.weakness import Level, Weakness, WeaknessKind
from pipeline.settings import forms

if TYPE_CHECKING:
    from pipeline.settings.model import SecuritySettings

NEVER = "never"
# Of a licence that no list is against: no finding at all.
ALLOWED = "allowed"
NOT_UNDERSTOOD = "licence text not understood"


def threshold(kind: WeaknessKind, settings: SecuritySettings) -> str:
    """Return the level from which on a kind is red."""
    if kind is WeaknessKind.LICENCE:
        return Level.UNKNOWN.value if settings.allow_licences or settings.deny_licences else NEVER
    return {
        WeaknessKind.VULNERABILITY: settings.vulnerabilities,
        WeaknessKind.SECRET: settings.secrets,
        WeaknessKind.MISCONFIGURATION: settings.misconfiguration,
    }[kind]


def outcome(weakness: Weakness, settings: SecuritySettings, today: date, *, exploited: bool) -> tuple[Outcome, str]:
    """Return what a weakness means before any exception, and why when it is not red."""
    limit = threshold(weakness.kind, settings)
    if limit == NEVER:
        return Outcome.REPORTED, "this gate is off"
    of_package = weakness.kind in {WeaknessKind.VULNERABILITY, WeaknessKind.LICENCE}
    if weakness.dev and not settings.dev and of_package:
        return Outcome.REPORTED, "used by tests and builds only"
    if weakness.kind is WeaknessKind.LICENCE:
        return _licence(weakness, settings)
    if exploited:
        return Outcome.BLOCKS, "known to be exploited"
    why = f"below {limit}" if weakness.level.rank < Level(limit).rank else _lenient(weakness, settings, today)
    return (Outcome.REPORTED, why) if why else (Outcome.BLOCKS, "")


def _lenient(weakness: Weakness, settings: SecuritySettings, today: date) -> str:
    """Return why a vulnerability at or above the level is not red yet, or an empty text."""
    if weakness.kind is not WeaknessKind.VULNERABILITY:
        return ""
    # The mend of malware is to take it out, which can be done at once.
    if settings.fixable_only and weakness.fixed == "" and not weakness.malware:
        return "no version without it"
    until = _grace(weakness, settings)
    return f"new, red from {until.isoformat()} on" if until and today < until else ""


def _licence(weakness: Weakness, settings: SecuritySettings) -> tuple[Outcome, str]:
    why = licences.problem(weakness.id, settings.allow_licences, settings.deny_licences)
    if why:
        return Outcome.BLOCKS, why
    understood = weakness.id != UNKNOWN_LICENCE and licences.is_understood(weakness.id)
    return Outcome.REPORTED, ALLOWED if understood else NOT_UNDERSTOOD


def _grace(weakness: Weakness, settings: SecuritySettings) -> date | None:
    """Return the day from which on it is red; None when it is red at once or nobody knows its age."""
    try:
        published = date.fromisoformat(weakness.published)
    except ValueError:
        return None
    days = forms.number(settings.grace) if settings.grace else 0
    return published + timedelta(days=days)
