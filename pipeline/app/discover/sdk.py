"""Which .NET SDK builds the application."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.app.discover import remarks
from pipeline.app.discover.markup import json_of, section, string
from pipeline.app.model import Fact
from pipeline.errors import SETTINGS_INVALID, PipelineError

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


def sdk_of(tree: Tree, setting: str, folder: str, files: Iterable[ProjectFile]) -> tuple[Fact, tuple[Remark, ...]]:
    """Return the SDK: setting, else global.json above the build target, else the highest target framework."""
    if setting:
        value = major_minor(setting)
        if value is None:
            raise PipelineError(SETTINGS_INVALID, f'dotnet.sdk: {setting!r} is no SDK version such as "10.0"')
        return Fact(name="sdk", value=value, source="pipeline.yaml"), ()
    file = tree.nearest(folder, "global.json")
    pinned = string(section(json_of(tree, file, lenient=True), "sdk"), "version") if file else ""
    value = major_minor(pinned)
    if file and value:
        return Fact(name="sdk", value=value, source=file), ()
    found = [(highest, one.framework_source) for one in files for highest in _versions(one)]
    if not found:
        return Fact(name="sdk", value=DEFAULT, source="default"), (remarks.sdk_guessed(DEFAULT),)
    (major, minor), source = max(found, key=lambda pair: pair[0])
    return Fact(name="sdk", value=f"{major}.{minor}", source=source), ()


def _versions(file: ProjectFile) -> list[tuple[int, int]]:
    matches = (_FRAMEWORK.fullmatch(name) for name in file.project.frameworks)
    return [(int(found[1]), int(found[2])) for found in matches if found]
