"""What files are called, where more than one part of the house has to know."""

from __future__ import annotations

import re

# Docker takes any name; these are the ones that people give. `Dockerfile.dockerignore` is the ignore file of one.
DOCKERFILES = (
    "**/Dockerfile",
    "**/dockerfile",
    "**/Dockerfile.*",
    "**/dockerfile.*",
    "**/Dockerfile_*",
    "**/*.Dockerfile",
    "**/*.dockerfile",
    "**/Containerfile",
)
# Of a whole path.
DOCKERFILE = r"(?:.*/)?(?:[Dd]ockerfile(?:[._][^/]+)?|[^/]+\.[Dd]ockerfile|Containerfile)(?<!\.dockerignore)"
_DOCKERFILE = re.compile(DOCKERFILE, re.DOTALL)


def is_dockerfile(path: str) -> bool:
    """Whether a path names a recipe for an image."""
    return bool(_DOCKERFILE.fullmatch(path))
