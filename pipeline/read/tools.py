"""Tool images: read from run/images/Dockerfile, the only file that names them."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

FROM = re.compile(r"^FROM (\S+) AS (\S+)$", re.MULTILINE)


@cache
def images() -> dict[str, str]:
    """Return each image reference by its stage name."""
    text = resources.files("pipeline.run").joinpath("images/Dockerfile").read_text(encoding="utf-8")
    return {name: reference for reference, name in FROM.findall(text)}


def images_with(own: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the same, those of the settings over the pipeline's own."""
    return {**images(), **dict(own)}
