"""Files that steps bring along: scripts, rules, templates."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def text(name: str) -> str:
    """Return one of the files beside this one."""
    return resources.files(__name__).joinpath(name).read_text(encoding="utf-8")


@cache
def program(package: str) -> tuple[tuple[str, str], ...]:
    """Return the files of a package that runs beside a step's files: path below `pipeline/`, and text."""
    folder = resources.files(f"pipeline.{package}")
    files = sorted(file.name for file in folder.iterdir() if file.name.endswith(".py"))
    return tuple((f"{package}/{name}", folder.joinpath(name).read_text(encoding="utf-8")) for name in files)
