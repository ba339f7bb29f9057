"""Feeds as their publishers write them: CISA's list of known exploited vulnerabilities, FIRST's EPSS scores."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.errors import UNREADABLE, PipelineError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Feeds:
    """What is known about vulnerabilities beyond their level, by CVE id."""

    exploited: frozenset[str] = frozenset()
    probability: Mapping[str, float] = field(default_factory=dict)


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
        raise PipelineError(
            UNREADABLE, "--kev: expected CISA's JSON (`vulnerabilities`, each with `cveID`), got something else"
        ) from None


def _scores(text: str) -> dict[str, float]:
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    try:
        # Without a row nothing would say that these columns are not there.
        rows = list(csv.DictReader(lines)) or [{}]
        return {row["cve"]: float(row["epss"]) for row in rows}
    except (ValueError, KeyError, TypeError, csv.Error):
        raise PipelineError(
            UNREADABLE, "--epss: expected FIRST's CSV (columns `cve` and `epss`), got something else"
        ) from None
