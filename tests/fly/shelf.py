"""Images that are published once and released by many tests."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import anyio
import httpx

from pipeline.registry import attached
from pipeline.registry.attached import Document, File
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

    def keep(self, image: Published, kind: str, content: object) -> None:
        """Keep a document beside an image; `publish` makes such ones of projects that have what they tell of."""
        file = File(name="migrations.json", media_type=kind, content=json.dumps(content).encode())

        async def attach() -> None:
            async with httpx.AsyncClient() as http:
                repository = Access().to(parse(image.reference), http)
                top = await repository.manifest(image.digest)
                assert top
                await attached.attach(repository, top, Document(kind=kind, created="2026-01-01", files=(file,)))

        anyio.run(attach)
