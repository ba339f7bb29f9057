"""Brings a packed image to a registry: blobs, then what names them, then its documents, and its tags last.

Whatever breaks on the way leaves no tag that means half an image, and the same call again goes on where it stopped.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import anyio

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.oci.layout import INDEX, MANIFEST, Archive
from pipeline.registry import attached, signature
from pipeline.registry.client import pieces
from pipeline.registry.manifest import Manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    from pipeline.oci.layout import Descriptor
    from pipeline.registry.attached import Document
    from pipeline.registry.client import Repository

AT_ONCE = 3


@dataclass(frozen=True, kw_only=True)
class Published:
    """What is at the registry now: `sent` and `whole` are bytes that went there, and that the image has."""

    reference: str
    digest: str
    tags: tuple[str, ...] = ()
    sent: int = 0
    whole: int = 0
    documents: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> str:
        """Return it for machines."""
        told = {"image": self.reference, "tags": self.tags, "sent": self.sent, "documents": self.documents}
        return json.dumps({"schema": 1, **told}, indent=1) + "\n"


async def publish(
    repository: Repository,
    folder: Path,
    *,
    documents: Callable[[str], Sequence[Document]],
    tags: Sequence[str] = (),
    key: EllipticCurvePrivateKey | None = None,
) -> Published:
    """Publish an image.

    Args:
        repository: where it goes.
        folder: what `pipeline.oci` packed: an archive for each platform, and the index where there are several.
        documents: gives what is kept beside the image of a digest.
        tags: its names there; each means the whole image as soon as it means anything.
        key: signs it.

    Raises:
        PipelineError: P125 or P412.

    """
    archives, index = _packed(folder)
    manifests = [Manifest(media_type=MANIFEST, content=archive.content) for archive in archives]
    top = Manifest(media_type=INDEX, content=index) if index else manifests[0]
    digest = top.descriptor.digest
    # First of all: it also sees whether this is the image that was proven.
    belonging = documents(digest)
    sent = 0
    for archive, manifest in zip(archives, manifests, strict=True):
        sent += await _blobs(repository, archive)
        await repository.put(manifest)
    if index:
        await repository.put(top)
    await _read_back(repository, top)
    kept = {one.kind: await attached.attach(repository, top, one) for one in belonging}
    if key:
        await signature.sign(repository, digest, key, kept)
    for tag in tags:
        await repository.put(top, tag)
    whole = sum(blob.size for archive in archives for blob in archive.blobs)
    return Published(
        reference=repository.where.at(digest), digest=digest, tags=tuple(tags), sent=sent, whole=whole, documents=kept
    )


def _packed(folder: Path) -> tuple[list[Archive], bytes]:
    index = folder / "index.json"
    archives = [Archive(path) for path in sorted(folder.glob("*.tar"))]
    return archives, index.read_bytes() if index.exists() else b""


async def _blobs(repository: Repository, archive: Archive) -> int:
    """Send what the registry does not have; return how many bytes that were."""
    sent: list[int] = []
    limit = anyio.Semaphore(AT_ONCE)

    async def one(blob: Descriptor) -> None:
        async with limit:
            sent.append(await repository.push(blob, lambda: _pieces(archive, blob)))

    try:
        async with anyio.create_task_group() as group:
            for blob in archive.blobs:
                group.start_soon(one, blob)
    except BaseExceptionGroup as group:
        # The first is the reason; the others were waiting.
        raise next((e for e in group.exceptions if isinstance(e, PipelineError)), group.exceptions[0]) from None
    return sum(sent)


def _pieces(archive: Archive, blob: Descriptor) -> Iterator[bytes]:
    for _, content in archive.opened((blob,)):
        yield from pieces(content)


async def _read_back(repository: Repository, image: Manifest) -> None:
    """See that the registry has what was sent.

    Raises:
        PipelineError: P412.

    """
    found = await repository.manifest(image.descriptor.digest)
    if not found or found.content != image.content:
        raise PipelineError(errors.REGISTRY_FAILED, f"{repository.where.host} took the image and does not have it")
