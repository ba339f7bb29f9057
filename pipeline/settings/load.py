"""Settings from pipeline.yaml and overlays; every problem of every file is told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from pipeline.errors import SETTINGS_INVALID, PipelineError
from pipeline.settings.check import Checker
from pipeline.settings.document import compose
from pipeline.settings.model import Settings
from pipeline.settings.shape import Kind, keys_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FILE = "pipeline.yaml"
MAX_TOLD = 50


def load(text: str | None, overlays: Sequence[tuple[str, str]] = ()) -> Settings:
    """Return the settings: defaults, then pipeline.yaml, then each overlay over what is there.

    Sections and mappings are merged key by key; single values and lists replace the earlier ones.

    Args:
        text: the content of pipeline.yaml, None when there is none.
        overlays: origin and YAML text of each overlay, the last one wins.

    Raises:
        PipelineError: SETTINGS_INVALID, with one line for each problem.

    """
    merged: Mapping[str, Any] = {}
    problems: list[str] = []
    for origin, content in ([(FILE, text)] if text is not None else []) + list(overlays):
        checker = Checker(origin, problems)
        node = compose(origin, content, problems)
        merged = _merge(merged, checker.section(node, Settings, "") if node else {})
    if problems:
        what = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        more = [f"and {len(problems) - MAX_TOLD} more"] if len(problems) > MAX_TOLD else []
        raise PipelineError(SETTINGS_INVALID, what, (*problems[:MAX_TOLD], *more))
    return cast("Settings", _build(Settings, merged))


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> Mapping[str, Any]:
    result = dict(base)
    for key, value in over.items():
        before = result.get(key)
        result[key] = _merge(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return result


def _build(cls: type[Any], values: Mapping[str, Any]) -> Any:
    """Return the dataclass for checked values."""
    arguments: dict[str, Any] = {}
    shapes = keys_of(cls)
    for key, value in values.items():
        shape = shapes[key]
        if shape.kind is Kind.SECTION:
            arguments[key] = _build(shape.inner, value)
        elif shape.kind is Kind.NAMED:
            arguments[key] = tuple(_build(shape.inner, {"name": name} | inner) for name, inner in value.items())
        elif shape.kind is Kind.MAPPING:
            arguments[key] = tuple(value.items())
        else:
            arguments[key] = value
    return cls(**arguments)
