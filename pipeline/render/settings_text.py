"""The settings that hold, each with its origin, for people and for machines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.settings.load import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.settings.check import Plain
    from pipeline.settings.load import Entry, Resolved

SCHEMA = 1
# A longer key or value costs its own line the alignment, not the table.
MAX_KEY, MAX_VALUE = 40, 40


def text(resolved: Resolved) -> str:
    """Return one line per key: the key, its value, who says so. What was set comes first, then defaults."""
    said = [entry for entry in resolved.entries if entry.origin != DEFAULT]
    which = f"environment {resolved.environment}" if resolved.environment else "no environment chosen"
    which += f" ({', '.join(resolved.environments)})" if resolved.environments else ""
    if resolved.apps:
        which += f", {f'app {resolved.app}' if resolved.app else 'no app chosen'} ({', '.join(resolved.apps)})"
    parts = [("Set", said), *((f"Set for {app}", list(entries)) for app, entries in resolved.differences)]
    parts.append(("Defaults", [entry for entry in resolved.entries if entry.origin == DEFAULT]))
    lines = [f"Settings, {which}:"]
    for title, entries in parts:
        lines += ["", f"{title}:", *(_rows(entries) or ["  nothing"])]
    return "\n".join(lines) + "\n"


def _rows(entries: Sequence[Entry]) -> list[str]:
    rows = [(entry.key, _flow(entry.value), entry.origin) for entry in entries]
    keys = min(max((len(key) for key, _, _ in rows), default=0), MAX_KEY)
    values = min(max((len(value) for _, value, _ in rows), default=0), MAX_VALUE)
    return [f"  {key:<{keys}}  {value:<{values}}  {origin}" for key, value, origin in rows]


def as_json(resolved: Resolved) -> str:
    """Return the same as JSON."""
    content = {
        "schema": SCHEMA,
        "environment": resolved.environment,
        "environments": list(resolved.environments),
        "app": resolved.app,
        "apps": list(resolved.apps),
        "settings": [_row(entry) for entry in resolved.entries],
        "differences": {app: [_row(entry) for entry in entries] for app, entries in resolved.differences},
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _row(entry: Entry) -> dict[str, object]:
    return {"key": entry.key, "value": {} if entry.value is None else entry.value, "origin": entry.origin}


def _flow(value: Plain) -> str:
    """Return the value as one would write it in YAML."""
    if isinstance(value, tuple):
        return json.dumps(list(value), ensure_ascii=False)
    return "{}" if value is None else json.dumps(value, ensure_ascii=False)
