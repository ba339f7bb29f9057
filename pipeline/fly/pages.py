"""Which files of the SPA an image holds: what its public address serves has to be these."""

from __future__ import annotations

import hashlib
import lzma
import tarfile
import tempfile
import zlib
from typing import IO, TYPE_CHECKING

from pipeline.proof.questions import ASSET
from pipeline.release.model import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.oci.layout import Descriptor
    from pipeline.registry.client import Repository
    from pipeline.registry.manifest import Manifest

INDEX = "wwwroot/index.html"
# The SPA lies in one of the upper layers; the base of an image is never looked into.
_LAYERS = 3
_MOST = 512 * 1024 * 1024
_IN_MEMORY = 8_000_000
_LONGEST = 64 * 1024 * 1024
# A script and a style stand for all; each look asks for them again.
_COMPARED = 2


async def pages(repository: Repository, image: Manifest) -> tuple[Page, ...]:
    """Return the page of the SPA and what it names, nothing where the image holds none.

    Raises:
        PipelineError: P125 or P412.

    """
    for layer in _upper(image):
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as held:
            await repository.save(layer, held)
            if found := tuple(_read(held)):
                return found
    return ()


def _upper(image: Manifest) -> list[Descriptor]:
    layers = [blob for blob in image.blobs if "layer" in blob.media_type or "diff.tar" in blob.media_type]
    return [layer for layer in reversed(layers) if layer.size <= _MOST][:_LAYERS]


def _read(held: IO[bytes]) -> Iterator[Page]:
    held.seek(0)
    try:
        with tarfile.open(fileobj=held) as tar:
            files = {one.name.removeprefix("./"): one for one in tar if one.isfile() and one.size <= _LONGEST}
            index = next((name for name in sorted(files, key=len) if f"/{name}".endswith(f"/{INDEX}")), "")
            if not index:
                return
            content = _content(tar, files[index])
            root = index.removesuffix("index.html")
            named = dict.fromkeys(ASSET.findall(content.decode("utf-8", "replace")))
            inside = [name for name in named if root + name.lstrip("/") in files][:_COMPARED]
            yield Page(path="/", names=tuple(inside)) if inside else Page(path="/", sha256=_sha256(content))
            for name in inside:
                path = name.lstrip("/")
                yield Page(path=f"/{path}", sha256=_sha256(_content(tar, files[root + path])))
    except (tarfile.TarError, lzma.LZMAError, zlib.error, EOFError, OSError):
        # Of a compression that Python does not read, or cut; the report says that no file was compared.
        return


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    opened = tar.extractfile(member)
    return opened.read() if opened else b""


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
