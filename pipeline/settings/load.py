"""Settings from pipeline.yaml and overlays, each value with its origin; every problem of every file at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from pipeline.errors import SETTINGS_INVALID, PipelineError
from pipeline.settings import places
from pipeline.settings.check import Checker, Path, Value
from pipeline.settings.document import compose
from pipeline.settings.forms import guess
from pipeline.settings.model import Document, Settings
from pipeline.settings.redact import shown
from pipeline.settings.shape import Kind, keys_of, paths

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.settings.check import Plain

FILE = "pipeline.yaml"
MAX_TOLD = 50
ENVIRONMENTS = "environments"
DEFAULT = "default"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One key as it holds now: its value, as far as it may be shown, and who says so. None is a mapping, empty."""

    key: str
    value: Plain
    origin: str


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """The settings that hold, and for each key where its value comes from."""

    settings: Settings
    entries: tuple[Entry, ...]
    environment: str = ""
    environments: tuple[str, ...] = ()


def resolve(text: str | None, overlays: Sequence[tuple[str, str]] = (), environment: str = "") -> Resolved:
    """Return the settings: defaults, then pipeline.yaml, then each overlay over what is there.

    Sections and mappings are merged key by key; single values and lists replace the earlier ones. What a file says
    for the environment lies over what the same file says for all.

    Args:
        text: the content of pipeline.yaml, None when there is none.
        overlays: origin and YAML text of each overlay, the last one wins.
        environment: the name of an entry of `environments`, or empty.

    Raises:
        PipelineError: SETTINGS_INVALID, with one line for each problem.

    """
    merged: dict[Path, Value] = {}
    names: dict[str, None] = {}
    problems: list[str] = []
    for origin, content in ([(FILE, text)] if text is not None else []) + list(overlays):
        checker = Checker(origin, problems)
        if node := compose(origin, content, problems):
            checker.section(node, Document)
        problems += places.problems(checker.values)
        names |= dict.fromkeys(path[1] for path in checker.values if path[0] == ENVIRONMENTS)
        merged |= _of_all(checker.values) | _of_one(checker.values, environment)
    if environment and environment not in names and not problems:
        problems.append(_no_environment(environment, tuple(names)))
    if problems:
        what = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        more = [f"and {len(problems) - MAX_TOLD} more"] if len(problems) > MAX_TOLD else []
        raise PipelineError(SETTINGS_INVALID, what, (*problems[:MAX_TOLD], *more))
    return Resolved(
        settings=cast("Settings", _build(Settings, merged)),
        entries=_entries(merged),
        environment=environment,
        environments=tuple(names),
    )


def _of_all(values: Mapping[Path, Value]) -> dict[Path, Value]:
    return {path: value for path, value in values.items() if path[0] != ENVIRONMENTS}


def _of_one(values: Mapping[Path, Value], environment: str) -> dict[Path, Value]:
    mine = (ENVIRONMENTS, environment)
    return {
        path[2:]: replace(value, origin=f"{value.origin} ({environment})")
        for path, value in values.items()
        if path[:2] == mine and path[2:]
    }


def _no_environment(wanted: str, names: tuple[str, ...]) -> str:
    if not names:
        return f"--environment: expected no environment, since `environments` names none, got {wanted}"
    close = guess(wanted, names)
    return f"--environment: expected one of {', '.join(names)}, got {wanted}" + (
        f"; did you mean {close}?" if close else ""
    )


def _build(cls: type[Any], values: Mapping[Path, Value], above: Path = (), **given: str) -> Any:
    """Return the dataclass for checked values."""
    arguments: dict[str, Any] = dict(given)
    for key, shape in keys_of(cls).items():
        path = (*above, key)
        if shape.kind is Kind.SECTION:
            arguments[key] = _build(shape.inner, values, path)
        elif shape.kind is Kind.NAMED:
            arguments[key] = tuple(
                _build(shape.inner, values, (*path, name), name=name) for name in _names(values, path)
            )
        elif shape.kind is Kind.MAPPING:
            arguments[key] = tuple((name, values[*path, name].value) for name in _names(values, path))
        elif path in values:
            arguments[key] = values[path].value
    return cls(**arguments)


def _names(values: Mapping[Path, Value], path: Path) -> list[str]:
    return [found[-1] for found in values if found[:-1] == path]


def _entries(values: Mapping[Path, Value]) -> tuple[Entry, ...]:
    """Return each key in the order of the reference; mappings name what is in them."""
    entries: list[Entry] = []
    for path, shape in paths(Settings).items():
        found = {place: value for place, value in values.items() if place[: len(path)] == path}
        if not found:
            plain = None if shape.kind in {Kind.MAPPING, Kind.NAMED} else shape.default
            entries.append(Entry(key=".".join(path), value=plain, origin=DEFAULT))
        for place, value in found.items():
            variable = place[-1] if shape.kind is Kind.MAPPING else ""
            plain = shown(variable, value.value) if isinstance(value.value, str) else value.value
            entries.append(Entry(key=".".join(place), value=plain, origin=value.origin))
    return tuple(entries)
