"""The evidence folder: every rendering of one report, by file name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.render import as_json, cobertura, harmless, junit, markdown, sarif, summary

if TYPE_CHECKING:
    from pipeline.judge.model import Report


_ALWAYS = ("report.json", "summary.md", "summary.txt", "junit.xml", "coverage.cobertura.xml")
_AUDIT = "security.sarif"
NAMES = (*_ALWAYS, _AUDIT)
# Beside them, where it was to be published: the image, or what kept it from that.
PUBLISHED = "publish.json"


def files(report: Report) -> dict[str, str]:
    """Return name and text of each file."""
    texts = (
        as_json.text(report),
        harmless.text(markdown.text(report)),
        summary.text(report),
        junit.text(report),
        cobertura.text(report.coverage),
    )
    found = dict(zip(_ALWAYS, texts, strict=True))
    return found | {_AUDIT: sarif.text(report)} if report.audit.gates else found
