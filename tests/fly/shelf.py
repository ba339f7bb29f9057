"""Images that are published once and released by many tests."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import anyio

from pipeline.registry.reference import parse
from pipeline.registry.session import Access, publishing
from tests.registry import images

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.registry.publish import Published


@dataclass
class Shelf:
    """A registry with images in it."""

    host: str
    folder: Path
    made: dict[str, Published] = field(default_factory=dict)

    def __call__(self, name: str) -> Published:
        """Return an image by its name; its report is of today."""
        if name not in self.made:
            packed = images.packed(self.folder / hashlib.sha1(name.encode()).hexdigest(), name)  # noqa: S324
            where = parse(f"{self.host}/team/shop")
            self.made[name] = anyio.run(
                lambda: publishing(Access(), where, packed, images.documents, [name.replace(" ", "-")])
            )
        return self.made[name]
