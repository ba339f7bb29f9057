"""Keeps the log of an app's releases where it survives whoever wrote it: beside its images, under a tag of its own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.oci import layout
from pipeline.oci.layout import MANIFEST, Descriptor
from pipeline.registry import attached
from pipeline.registry.manifest import Manifest
from pipeline.release import records

if TYPE_CHECKING:
    from pipeline.registry.client import Repository
    from pipeline.release.model import Record

KIND = "application/vnd.pipeline.releases.v1+json"
_CONFIG = b"{}"


class Log:
    """The releases of an app.

    Only who holds the app's lock writes it, since a registry takes the last of two writers.

    Args:
        repository: where its images were published.
        app: the app on Fly.io; each has a log of its own.

    """

    def __init__(self, repository: Repository, app: str) -> None:
        self._repository, self._app = repository, app
        self.tag = f"releases.{app}"

    async def read(self) -> tuple[Record, ...]:
        """Return the releases, the newest first; none where nothing was ever released.

        Raises:
            PipelineError: P125 or P412 from the registry, P416 when the log cannot be read.

        """
        found = await self._repository.manifest(self.tag)
        if found is None:
            return ()
        files = await attached.files(self._repository, found)
        try:
            return records.read(next(iter(files.values()), b"").decode(), self._app)
        except ValueError as error:
            where = f"{self._repository.where.repository}:{self.tag}"
            raise PipelineError(errors.RELEASES_UNREADABLE, f"{where}: {error}") from None

    async def write(self, record: Record) -> None:
        """Put a record into its place.

        Raises:
            PipelineError: as `read` does.

        """
        content = records.text(records.with_record(await self.read(), record)).encode()
        blob = Descriptor.of(KIND, content)
        await self._repository.push(blob, partial(iter, (content,)))
        await self._repository.push(attached.EMPTY, partial(iter, (_CONFIG,)))
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "artifactType": KIND,
            "config": attached.EMPTY.as_json(),
            "layers": [{**blob.as_json(), "annotations": {"org.opencontainers.image.title": "releases.json"}}],
        }
        await self._repository.put(Manifest(media_type=MANIFEST, content=layout.canonical(manifest)), self.tag)
