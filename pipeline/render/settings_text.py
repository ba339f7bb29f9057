"""The settings that hold, each with its origin, for people and for machines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.settings.check import Plain
    from pipeline.settings.load import Resolved

MAX_VALUE = 60


def text(resolved: Resolved) -> str:
    """Return one line per key: the key, its value, who says so."""
    rows = [(entry.key, _flow(entry.value), entry.origin) for entry in resolved.entries]
    keys = max(len(key) for key, _, _ in rows)
    values = min(max(len(value) for _, value, _ in rows), MAX_VALUE)
    which = f"environment {resolved.environment}" if resolved.environment else "no environment chosen"
    which += f" ({', '.join(resolved.environments)})" if resolved.environments else ""
    if resolved.apps:
        which += f", {f'app {resolved.app}' if resolved.app else 'no app chosen'} ({', '.join(resolved.apps)})"
    lines = [f"  {key:<{keys}}  {value:<{values}}  {origin}" for key, value, origin in rows]
    return "\n".join([f"Settings, {which}:", "", *lines, ""])


def as_json(resolved: Resolved) -> str:
    """Return the same as JSON."""
    settings: list[dict[str, object]] = [
        {"key": entry.key, "value": {} if entry.value is None else entry.value, "origin": entry.origin}
        for entry in resolved.entries
    ]
    content = {
        "environment": resolved.environment,
        "environments": list(resolved.environments),
        "app": resolved.app,
        "apps": list(resolved.apps),
        "settings": settings,
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _flow(value: Plain) -> str:
    """Return the value as one would write it in YAML."""
    if isinstance(value, tuple):
        return json.dumps(list(value), ensure_ascii=False)
    return "{}" if value is None else json.dumps(value, ensure_ascii=False)
