"""The evidence folder: every rendering of one report, by file name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.render import as_json, cobertura, junit, markdown, summary

if TYPE_CHECKING:
    from pipeline.judge.model import Report


NAMES = ("report.json", "summary.md", "summary.txt", "junit.xml", "coverage.cobertura.xml")


def files(report: Report) -> dict[str, str]:
    """Return name and text of each file."""
    texts = (
        as_json.text(report),
        markdown.text(report),
        summary.text(report),
        junit.text(report),
        cobertura.text(report.coverage),
    )
    return dict(zip(NAMES, texts, strict=True))
