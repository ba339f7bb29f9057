"""Keeps the log of an app's releases where it survives whoever wrote it: beside its images, under a tag of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.registry import attached
from pipeline.release import records

if TYPE_CHECKING:
    from pipeline.registry.client import Repository
    from pipeline.release.model import Record

KIND = "application/vnd.pipeline.releases.v1+json"


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
        file = attached.File(name="releases.json", media_type=KIND, content=content)
        await self._repository.put(await attached.sent(self._repository, KIND, [file]), self.tag)
