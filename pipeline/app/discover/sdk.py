"""Which .NET SDK builds the application."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.app.discover import remarks
from pipeline.app.discover.choice import absent
from pipeline.app.discover.markup import json_of, section, string
from pipeline.app.discover.tree import line_of
from pipeline.app.model import Confidence, Fact
from pipeline.errors import SETTINGS_INVALID, PipelineError
from pipeline.settings.files import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.app.discover.project import ProjectFile
    from pipeline.app.discover.tree import Tree
    from pipeline.app.model import Remark

# The newest one builds every older target framework.
DEFAULT = "10.0"

_VERSION = re.compile(r"([1-9]\d?)(?:\.(\d))?(?:\.[\w.-]*)?")
_FRAMEWORK = re.compile(r"net(?:coreapp)?([1-9]\d?)\.(\d)(?:-.*)?", re.IGNORECASE)


def major_minor(version: str) -> str | None:
    """Return `10.0` for `10`, `10.0` and `10.0.100`."""
    found = _VERSION.fullmatch(version.strip())
    return f"{found[1]}.{found[2] or 0}" if found else None


def sdk_of(tree: Tree, setting: str, folder: str, files: Iterable[ProjectFile]) -> tuple[Fact[str], tuple[Remark, ...]]:
    """Return the SDK: setting, else global.json above the build target, else the highest target framework."""
    if setting:
        value = major_minor(setting)
        if value is None:
            raise PipelineError(SETTINGS_INVALID, f'dotnet.sdk: {setting!r} is no SDK version such as "10.0"')
        return Fact(name="sdk", value=value, source=SETTINGS), ()
    pinned = pins(tree, folder)
    value = major_minor(pinned.version)
    found = [(highest, one.framework_source) for one in files for highest in _versions(one)]
    highest = max(found, key=lambda pair: pair[0], default=((0, 0), ""))
    if pinned.file and value and not (_gives_way(pinned) and highest[0] > _numbers(value)):
        return Fact(name="sdk", value=value, source=pinned.file, line=pinned.line), ()
    if not found:
        guess = Fact(name="sdk", value=DEFAULT, source="default", confidence=Confidence.GUESSED)
        return guess, (remarks.sdk_guessed(DEFAULT),)
    (major, minor), source = highest
    return Fact(name="sdk", value=f"{major}.{minor}", source=source, confidence=Confidence.DERIVED), ()


def _gives_way(pin: Pin) -> bool:
    """Whether an SDK of a later major may stand in for the one that is named, which is then the oldest one allowed."""
    return pin.roll_forward.lower() in ("major", "latestmajor")


def _numbers(version: str) -> tuple[int, int]:
    major, _, minor = version.partition(".")
    return int(major), int(minor)


@dataclass(frozen=True, kw_only=True)
class Pin:
    """What global.json says: SDK version, what else may stand in for it, who runs the tests."""

    file: str | None = None
    version: str = ""
    roll_forward: str = ""
    runner: str = ""
    line: int | None = None


def pins(tree: Tree, folder: str) -> Pin:
    """Return what the nearest global.json at or above a folder says."""
    file = tree.nearest(folder, "global.json")
    if file is None:
        return Pin()
    content = json_of(tree, file, lenient=True)
    sdk = section(content, "sdk")
    version = string(sdk, "version")
    return Pin(
        file=file,
        version=version,
        roll_forward=string(sdk, "rollForward"),
        runner=string(section(content, "test"), "runner"),
        line=line_of(tree.read(file), version) if version else None,
    )


def pin_facts(tree: Tree, folder: str) -> tuple[Fact[Any], ...]:
    """Return global.json's own words."""
    pin = pins(tree, folder)
    if pin.file is None:
        return tuple(
            absent(name, "no global.json above") for name in ("global.json", "sdk version", "sdk roll forward")
        )
    roll = Fact(name="sdk roll forward", value=pin.roll_forward, source=pin.file) if pin.roll_forward else None
    version = Fact(name="sdk version", value=pin.version, source=pin.file, line=pin.line) if pin.version else None
    return (
        Fact(name="global.json", value=pin.file, source=pin.file),
        version or absent("sdk version", pin.file),
        roll or absent("sdk roll forward", pin.file),
    )


def _versions(file: ProjectFile) -> list[tuple[int, int]]:
    matches = (_FRAMEWORK.fullmatch(name) for name in file.project.frameworks)
    return [(int(found[1]), int(found[2])) for found in matches if found]
