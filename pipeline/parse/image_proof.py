"""The report of `pipeline.proof`: every check of an image, and what it found."""

from __future__ import annotations

from pipeline.parse import json_report
from pipeline.parse.model import Parsed

VERSION = 1
# Without it nothing was asked of the program.
LAST = "stop"
STARTS = ("release command", "start")
_REPORT = "the report on the image"


def parse(text: str, root: str, prefix: str = "") -> Parsed:  # noqa: ARG001  # a parser's arguments
    """Return what is wrong with the image; a proof that broke off proves nothing."""
    report = json_report.read_object(text, _REPORT)
    if isinstance(report, Parsed):
        return report
    if report.get("version") != VERSION:
        return Parsed(unavailable=(f"{_REPORT} has the unknown version {report.get('version')}",))
    checks = list(json_report.objects(report.get("checks")))
    wrong = tuple(_told(check) for check in checks if not _ok(check))
    if wrong:
        return Parsed(problems=wrong)
    if problem := json_report.text(report.get("problem")):
        return Parsed(unavailable=(f"the image could not be started here: {problem}",))
    if not checks or checks[-1].get("name") != LAST:
        return Parsed(unavailable=(f"{_REPORT} ends before the image was stopped",))
    return Parsed()


def _told(check: dict[str, object]) -> str:
    name, said = json_report.text(check.get("name")), json_report.text(check.get("said"))
    # A program without its settings is the usual cause, and nobody but its owner knows them.
    return f"{name}: {said}" + ("; image.env gives it settings" if name in STARTS else "")


def _ok(check: dict[str, object]) -> bool:
    return check.get("ok") is True
