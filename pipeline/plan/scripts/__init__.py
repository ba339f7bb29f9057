"""Files that steps bring along: scripts, rules, templates."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def text(name: str) -> str:
    """Return one of the files beside this one."""
    return resources.files(__name__).joinpath(name).read_text(encoding="utf-8")


@cache
def of_proof(name: str) -> str:
    """Return a file of the program that proves an image."""
    return resources.files("pipeline.proof").joinpath(name).read_text(encoding="utf-8")
