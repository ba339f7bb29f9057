"""Manifests as a registry gives them: whoever can write into a repository can put anything there.

Source: github.com/opencontainers/image-spec, manifest.md and image-index.md.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.oci.layout import INDEX, Descriptor

DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
INDEXES = (INDEX, DOCKER_LIST)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A document that a registry keeps, byte by byte."""

    media_type: str
    content: bytes

    @property
    def descriptor(self) -> Descriptor:
        """What names it."""
        return Descriptor.of(self.media_type, self.content)

    @property
    def is_index(self) -> bool:
        """Whether it names images, one for each platform."""
        return self.media_type in INDEXES

    @property
    def json(self) -> dict[str, Any]:
        """What it says.

        Raises:
            PipelineError: P412, it says nothing; whoever can write into a repository can put anything there.

        """
        try:
            found = json.loads(self.content)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise PipelineError(errors.REGISTRY_FAILED, f"{self.descriptor.digest} is no manifest")
        return found

    @property
    def entries(self) -> list[dict[str, Any]]:
        """The images or documents that an index names, each with a digest; P412 as above."""
        return self._parts(self.json.get("manifests"))

    @property
    def layers(self) -> list[dict[str, Any]]:
        """The layers that it names, each with a digest and a size; P412 as above."""
        return self._parts(self.json.get("layers"))

    @property
    def blobs(self) -> tuple[Descriptor, ...]:
        """The blobs that it needs, each once; an index needs none of its own; P412 as above."""
        parts = [] if self.is_index else [*self.layers, *self._parts([self.json.get("config")])]
        found = (
            Descriptor(media_type=str(p.get("mediaType") or ""), digest=p["digest"], size=p["size"]) for p in parts
        )
        return tuple({one.digest: one for one in found}.values())

    def _parts(self, given: object) -> list[dict[str, Any]]:
        parts = given or []
        if not isinstance(parts, list) or not all(_is_descriptor(part) for part in parts):
            raise PipelineError(errors.REGISTRY_FAILED, f"{self.descriptor.digest} is no manifest of an image")
        return parts


def _is_descriptor(part: object) -> bool:
    """Return whether it names something by a digest that can be compared; every other name could be any address."""
    if not isinstance(part, dict) or not isinstance(part.get("annotations") or {}, dict):
        return False
    digest, size = part.get("digest"), part.get("size")
    return isinstance(digest, str) and _DIGEST.fullmatch(digest) is not None and isinstance(size, int) and size >= 0


def notes(part: dict[str, Any]) -> dict[str, str]:
    """Return the annotations of a manifest, or of what one names."""
    said = part.get("annotations") or {}
    return {str(name): str(value) for name, value in said.items()} if isinstance(said, dict) else {}
