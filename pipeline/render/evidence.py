"""The evidence folder: every rendering of one report, by file name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.render import as_json, cobertura, junit, markdown, summary

if TYPE_CHECKING:
    from pipeline.judge.model import Report


def files(report: Report) -> dict[str, str]:
    """Return name and text of each file."""
    return {
        "report.json": as_json.text(report),
        "summary.md": markdown.text(report),
        "summary.txt": summary.text(report),
        "junit.xml": junit.text(report),
        "coverage.cobertura.xml": cobertura.text(report.coverage),
    }
