"""What the lines of settings files say beside their values: which fact one decided, and which holds a password.

Discovery gets values alone, and says `pipeline.yaml`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pipeline.app.remark_kinds.configuration import SETTINGS_PASSWORD
from pipeline.settings.files import SETTINGS
from pipeline.settings.redact import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.app.model import Fact, Remark
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


def passwords(entries: Iterable[Entry]) -> tuple[Remark, ...]:
    """Return a remark for each password that stands in a settings file as it is; it is looked at and never shown."""
    found = [(entry, origin) for entry in entries if (origin := _ORIGIN.fullmatch(entry.origin))]
    return tuple(
        SETTINGS_PASSWORD.at(f"`{entry.key}` holds a password", origin["file"], int(origin["line"]))
        for entry, origin in found
        if entry.key.startswith(("test.env.", "image.env.")) and HIDDEN in str(entry.value)
    )


def with_origins(facts: Iterable[Fact[Any]], entries: Iterable[Entry]) -> tuple[Fact[Any], ...]:
    """Return the facts; those that a setting decided with the file and line of that setting."""
    origins = {entry.key: found for entry in entries if (found := _ORIGIN.fullmatch(entry.origin))}
    return tuple(_placed(fact, origins.get(KEYS.get(fact.name, ""))) for fact in facts)


def _placed(fact: Fact[Any], origin: re.Match[str] | None) -> Fact[Any]:
    if fact.source != SETTINGS or origin is None:
        return fact
    return replace(fact, source=origin["file"], line=int(origin["line"]))
