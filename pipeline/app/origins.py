"""Which line of which settings file decided a fact: discovery gets values alone, and says `pipeline.yaml`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pipeline.settings.files import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.app.model import Fact
    from pipeline.settings.load import Entry

KEYS = {
    "web project": "dotnet.web",
    "sdk": "dotnet.sdk",
    "node": "spa.node",
    "node as written": "spa.node",
    "script build": "spa.build",
    "dockerfile of the web project": "docker.file",
    "docker context": "docker.context",
}
# `pipeline.yaml:3`, with the environment or the application behind it.
_ORIGIN = re.compile(r"(?P<file>.+):(?P<line>\d+)(?: \(.*\))?")


def with_origins(facts: Iterable[Fact[Any]], entries: Iterable[Entry]) -> tuple[Fact[Any], ...]:
    """Return the facts; those that a setting decided with the file and line of that setting."""
    origins = {entry.key: found for entry in entries if (found := _ORIGIN.fullmatch(entry.origin))}
    return tuple(_placed(fact, origins.get(KEYS.get(fact.name, ""))) for fact in facts)


def _placed(fact: Fact[Any], origin: re.Match[str] | None) -> Fact[Any]:
    if fact.source != SETTINGS or origin is None:
        return fact
    return replace(fact, source=origin["file"], line=int(origin["line"]))
