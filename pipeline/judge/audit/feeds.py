"""Feeds as their publishers write them: CISA's list of known exploited vulnerabilities, FIRST's EPSS scores."""

from __future__ import annotations

import csv
import json

from pipeline.errors import UNREADABLE, PipelineError
from pipeline.judge.audit.policy import Feeds


def read(kev: str = "", epss: str = "") -> Feeds:
    """Return what the given feeds say; an empty text is no feed.

    Raises:
        PipelineError: P108 for a text that is not such a feed.

    """
    return Feeds(exploited=_exploited(kev) if kev else frozenset(), probability=_scores(epss) if epss else {})


def _exploited(text: str) -> frozenset[str]:
    try:
        entries = json.loads(text)["vulnerabilities"]
        return frozenset(str(entry["cveID"]) for entry in entries)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise PipelineError(UNREADABLE, "--kev: not CISA's JSON (`vulnerabilities`, each with `cveID`)") from None


def _scores(text: str) -> dict[str, float]:
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    try:
        # Without a row nothing would say that these columns are not there.
        rows = list(csv.DictReader(lines)) or [{}]
        return {row["cve"]: float(row["epss"]) for row in rows}
    except (ValueError, KeyError, TypeError, csv.Error):
        raise PipelineError(UNREADABLE, "--epss: not FIRST's CSV (columns `cve` and `epss`)") from None
