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
# Names that only `docker build -f` takes. A file of code or text may be about Dockerfiles.
_LIKE_DOCKERFILE = re.compile(
    r"(?:.*/)?(?:(?:docker|container)file(?:[._-][^/]*)?|[^/]+\.(?:docker|dockerfile|containerfile))"
    r"(?<!\.dockerignore)(?<!\.md)(?<!\.cs)(?<!\.js)(?<!\.ts)(?<!\.py)(?<!\.sh)",
    re.DOTALL | re.IGNORECASE,
)


def is_dockerfile(path: str) -> bool:
    """Whether a path names a recipe for an image."""
    return bool(_DOCKERFILE.fullmatch(path))


def is_like_dockerfile(path: str) -> bool:
    """Whether a path seems to name a recipe for an image, in a form that no scanner looks for."""
    return bool(_LIKE_DOCKERFILE.fullmatch(path)) and not is_dockerfile(path)
