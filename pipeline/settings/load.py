"""Settings from pipeline.yaml and overlays, each value with its origin; every problem of every file at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from pipeline.errors import SETTINGS_INVALID, PipelineError
from pipeline.settings import places
from pipeline.settings.check import Checker, Path, Value
from pipeline.settings.document import compose
from pipeline.settings.files import SETTINGS
from pipeline.settings.forms import guess
from pipeline.settings.model import Document, Settings
from pipeline.settings.redact import shown
from pipeline.settings.shape import Kind, keys_of, paths

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.settings.check import Plain

MAX_TOLD = 50
ENVIRONMENTS = "environments"
APPS = "apps"
DEFAULT = "default"

# What says where an application goes: the first of these keys that has a value.
_APART: tuple[tuple[Path, ...], ...] = ((("publish", "repository"),), (("release", "app"), ("release", "config")))


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One key as it holds now: its value, as far as it may be shown, and who says so. None is a mapping, empty."""

    key: str
    value: Plain
    origin: str


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """The settings that hold, and for each key where its value comes from; and what could be chosen.

    `differences` are the keys of each application that are not those of all, where no application is chosen.
    """

    settings: Settings
    entries: tuple[Entry, ...]
    environment: str = ""
    environments: tuple[str, ...] = ()
    app: str = ""
    apps: tuple[str, ...] = ()
    differences: tuple[tuple[str, tuple[Entry, ...]], ...] = ()


def resolve(
    text: str | None, overlays: Sequence[tuple[str, str]] = (), environment: str = "", app: str = ""
) -> Resolved:
    """Return the settings: defaults, then pipeline.yaml, then each overlay over what is there.

    Sections and mappings are merged key by key; single values and lists replace the earlier ones. In each file what
    it says for the environment lies over what it says for all, and what it says for the application over both.

    Args:
        text: the content of pipeline.yaml, None when there is none.
        overlays: origin and YAML text of each overlay, the last one wins.
        environment: the name of an entry of `environments`, or empty.
        app: the name of an entry of `apps`, or empty.

    Raises:
        PipelineError: SETTINGS_INVALID, with one line for each problem.

    """
    files: list[Mapping[Path, Value]] = []
    names: dict[str, dict[str, None]] = {ENVIRONMENTS: {}, APPS: {}}
    problems: list[str] = []
    for origin, content in ([(SETTINGS, text)] if text is not None else []) + list(overlays):
        checker = Checker(origin, problems)
        if node := compose(origin, content, problems):
            checker.section(node, Document)
        problems += places.problems(checker.values)
        for section, known in names.items():
            known.update(dict.fromkeys(path[1] for path in checker.values if path[0] == section))
        files.append(checker.values)
    if not problems:
        problems += _unknown("environment", environment, ENVIRONMENTS, tuple(names[ENVIRONMENTS]))
        problems += _unknown("--app", app, APPS, tuple(names[APPS]))
        problems += _shared(files, environment, tuple(names[APPS]))
    if problems:
        what = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        more = [f"and {len(problems) - MAX_TOLD} more"] if len(problems) > MAX_TOLD else []
        raise PipelineError(SETTINGS_INVALID, what, (*problems[:MAX_TOLD], *more))
    merged = _merged(files, environment, app)
    return Resolved(
        settings=cast("Settings", _build(Settings, merged)),
        entries=_entries(merged),
        environment=environment,
        environments=tuple(names[ENVIRONMENTS]),
        app=app,
        apps=tuple(names[APPS]),
        differences=() if app else tuple((one, _differing(files, environment, one)) for one in names[APPS]),
    )


def _merged(files: Sequence[Mapping[Path, Value]], environment: str, app: str) -> dict[Path, Value]:
    merged: dict[Path, Value] = {}
    for values in files:
        for part in (_of_all(values), _of_one(values, ENVIRONMENTS, environment), _of_app(values, app)):
            # Who adds a key below a name that is there did not bring the name.
            merged |= {path: value for path, value in part.items() if value.value is not None or path not in merged}
    return merged


def _shared(files: Sequence[Mapping[Path, Value]], environment: str, apps: tuple[str, ...]) -> Iterator[str]:
    """Tell which applications publish or release to where another one does.

    Their images of one commit would have one tag, and of two that are one app on Fly.io the last one would serve.
    """
    for keys in _APART:
        first: dict[object, str] = {}
        for app in apps:
            said = _merged(files, environment, app)
            found = next((one.value for key in keys if (one := said.get(key)) and one.value), None)
            if found and (other := first.setdefault(found, app)) != app:
                yield f"apps.{app}.{'.'.join(keys[0])}: expected one of its own, got {found}, that of {other}"


def _differing(files: Sequence[Mapping[Path, Value]], environment: str, app: str) -> tuple[Entry, ...]:
    """Return the keys that hold for one application and not for all."""
    common = _entries(_merged(files, environment, ""))
    return tuple(entry for entry in _entries(_merged(files, environment, app)) if entry not in common)


def _of_all(values: Mapping[Path, Value]) -> dict[Path, Value]:
    return {path: value for path, value in values.items() if path[0] not in {ENVIRONMENTS, APPS}}


def _of_one(values: Mapping[Path, Value], section: str, name: str) -> dict[Path, Value]:
    return {
        path[2:]: replace(value, origin=f"{value.origin} ({name})")
        for path, value in values.items()
        if path[:2] == (section, name) and path[2:]
    }


def _of_app(values: Mapping[Path, Value], name: str) -> dict[Path, Value]:
    """Return what holds for one application; it is called as its entry is, unless it says otherwise."""
    here = values.get((APPS, name))
    return ({("name",): Value(name, f"{here.origin} ({name})")} if here else {}) | _of_one(values, APPS, name)


def _unknown(flag: str, wanted: str, section: str, names: tuple[str, ...]) -> list[str]:
    if not wanted or wanted in names:
        return []
    if not names:
        here = f"`{section}` in pipeline.yaml names none; write `{section}: {{{wanted}: {{}}}}` there if it is meant"
        return [f"{flag}: expected nothing, got {wanted}: {here}"]
    close = guess(wanted, names)
    hint = f"; did you mean {close}?" if close else ""
    return [f"{flag}: expected one of {', '.join(names)}, got {wanted}{hint}"]


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
