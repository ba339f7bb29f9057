"""Tool images: read from run/images/Dockerfile, the only file that names them."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

FROM = re.compile(r"^FROM (\S+) AS (\S+)$", re.MULTILINE)


@cache
def images() -> dict[str, str]:
    """Return each image reference by its stage name."""
    text = resources.files("pipeline.run").joinpath("images/Dockerfile").read_text(encoding="utf-8")
    return {name: reference for reference, name in FROM.findall(text)}
