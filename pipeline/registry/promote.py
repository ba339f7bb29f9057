"""Copies an image, byte by byte, to another repository or tag, with every document that belongs to it."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.registry import attached, signature
from pipeline.registry.client import pieces
from pipeline.registry.publish import Published

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.oci.layout import Descriptor
    from pipeline.registry.client import Repository
    from pipeline.registry.manifest import Manifest

# A blob on its way from one registry to another waits on disk when it is larger.
IN_MEMORY = 8_000_000


async def found(source: Repository) -> Manifest:
    """Return the image that a reference means.

    Raises:
        PipelineError: P127, it means none.

    """
    name = source.where.digest or source.where.tag or "latest"
    image = await source.manifest(name)
    if image is None:
        raise PipelineError(errors.IMAGE_UNKNOWN, f"{source.where.repository} has no {name}")
    return image


async def copy(source: Repository, target: Repository, image: Manifest, tags: Sequence[str]) -> Published:
    """Copy an image and its documents; the tags come last.

    Raises:
        PipelineError: P125 or P412.

    """
    sent, whole = await bring(source, target, image)
    kept = {}
    for document in await attached.documents(source, image.descriptor.digest):
        for blob in document.blobs:
            await _blob(source, target, blob)
        kept[attached.kind_of(document)] = await attached.keep(target, image, document)
    digest = image.descriptor.digest
    await _signatures(source, target, digest)
    for tag in tags:
        await target.put(image, tag)
    reference = target.where.at(digest)
    return Published(reference=reference, digest=digest, tags=tuple(tags), sent=sent, whole=whole, documents=kept)


async def bring(source: Repository, target: Repository, image: Manifest) -> tuple[int, int]:
    """Copy an image alone; return the bytes that were sent, and those that it has.

    Raises:
        PipelineError: P125 or P412.

    """
    sent = whole = 0
    for manifest in [*(await _children(source, image)), image]:
        for blob in manifest.blobs:
            whole += blob.size
            sent += await _blob(source, target, blob)
        await target.put(manifest)
    return sent, whole


async def _signatures(source: Repository, target: Repository, digest: str) -> None:
    signatures = await source.manifest(signature.tag_of(digest))
    if signatures:
        for blob in signatures.blobs:
            await _blob(source, target, blob)
        await signature.copy(signatures, target, digest)


async def _children(source: Repository, image: Manifest) -> list[Manifest]:
    """Return the images that an index names.

    Raises:
        PipelineError: P412, it names one that is not there.

    """
    if not image.is_index:
        return []
    children = [await source.manifest(entry["digest"]) for entry in image.entries]
    if any(child is None for child in children):
        raise PipelineError(errors.REGISTRY_FAILED, f"{source.where.repository} lacks an image that its index names")
    return [child for child in children if child]


async def _blob(source: Repository, target: Repository, blob: Descriptor) -> int:
    """Let the target's registry take a blob from its own shelves, or bring it there; return the bytes sent."""
    if await target.has(blob.digest):
        return 0
    if source.where.host == target.where.host and await target.mount(blob.digest, source.where.name):
        return 0
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as held:
        await source.save(blob, held)
        return await target.push(blob, lambda: pieces(held))
