"""Whether an image may be promoted: what is kept beside it has to prove it, and lately."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import ExitCode
from pipeline.judge.model import Status
from pipeline.parse.weakness import Part
from pipeline.plan.steps.dotnet_migrations import ID as MIGRATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.judge.model import Report

DAY = 24 * 3600.0
SCANNED = (Part.IMAGE, Part.OS)


@dataclass(frozen=True, kw_only=True)
class Proof:
    """The documents that are kept beside an image; what is not there, or cannot be read, is nothing."""

    digest: str
    report: Report | None = None
    sbom: Mapping[str, object] | None = None
    provenance: Mapping[str, object] | None = None
    migrations: Mapping[str, object] | None = None


def refusals(proof: Proof, *, now: float, max_age_days: int) -> list[str]:
    """Return why an image is not promoted; nothing when all that proves it is there.

    Args:
        proof: what is kept beside it.
        now: seconds since the epoch.
        max_age_days: how old its report may be.

    """
    found = _of_report(proof.report, now, max_age_days)
    return [*found, *_of_sbom(proof), *_of_provenance(proof), *_of_migrations(proof)]


def _of_report(report: Report | None, now: float, max_age_days: int) -> Iterator[str]:
    if report is None:
        yield "no report of the run that proved it is kept beside it"
        return
    if report.verdict is not ExitCode.GREEN:
        yield f"its report is not green: {report.verdict.name}"
    looked = {one.part for one in report.audit.coverage if not one.missing and not one.open}
    if unseen := [part.value for part in SCANNED if part not in looked]:
        yield f"its report holds no scan of the image ({', '.join(unseen)})"
    days = (now - report.started) / DAY
    if days > max_age_days:
        yield f"its report is {days:.3g} days old, `publish.max_age` allows {max_age_days}"
    elif not days >= -1:  # a date that is no number is neither
        yield f"its report is dated {-days:.0f} days from now"


def _of_sbom(proof: Proof) -> Iterator[str]:
    sbom = proof.sbom
    if sbom is None:
        yield "no bill of materials is kept beside it"
    elif sbom.get("bomFormat") != "CycloneDX" or not sbom.get("components"):
        yield "its bill of materials names no component"


def _of_provenance(proof: Proof) -> Iterator[str]:
    if proof.provenance is None:
        yield "no provenance is kept beside it"
        return
    subjects = proof.provenance.get("subject")
    named = [one.get("digest") for one in subjects if isinstance(one, dict)] if isinstance(subjects, list) else []
    if {"sha256": proof.digest.removeprefix("sha256:")} not in named:
        yield "its provenance is that of another image"


def _of_migrations(proof: Proof) -> Iterator[str]:
    """Yield what is wrong with the list of migrations; whoever goes back to an older release has to know them."""
    steps = proof.report or ()
    if proof.migrations is None and any(one.id == MIGRATIONS and one.status is Status.PASSED for one in steps):
        yield "its report tells of migrations, and no list of them is kept beside it"
