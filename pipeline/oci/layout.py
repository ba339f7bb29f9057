"""An image in one file: the OCI image layout, version 1.1, as a tar archive.

Source: github.com/opencontainers/image-spec, image-layout.md, manifest.md and config.md.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
# Nobody needs the one of a base in the file that somebody else made; its layers are told by their digests.
_KNOWN = {"application/vnd.docker.image.rootfs.diff.tar.gzip": LAYER}


@dataclass(frozen=True, kw_only=True)
class Descriptor:
    """What one blob is: kind, `sha256:…`, bytes."""

    media_type: str
    digest: str
    size: int

    def as_json(self) -> dict[str, Any]:
        """Return it as it stands in a manifest."""
        return {"mediaType": self.media_type, "digest": self.digest, "size": self.size}

    @classmethod
    def of(cls, media_type: str, content: bytes) -> Descriptor:
        """Return the descriptor of a content."""
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        return cls(media_type=media_type, digest=digest, size=len(content))


def canonical(value: Any) -> bytes:
    """Return a JSON document that is the same bytes for the same value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Archive:
    """The first image of an archive; `content` is its manifest, byte by byte.

    Raises:
        ValueError: it is no image layout.

    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with tarfile.open(path) as tar:
                self.content = _bytes(tar, "index.json")
                self.manifest: dict[str, Any] = json.loads(self.content)
                while "manifests" in self.manifest:
                    self.content = _named(tar, self.manifest["manifests"][0]["digest"])
                    self.manifest = json.loads(self.content)
                self.config: dict[str, Any] = json.loads(_named(tar, self.manifest["config"]["digest"]))
                self._check(tar)
        except (LookupError, TypeError, ValueError, AttributeError, RecursionError, tarfile.TarError) as error:
            problem = f"{path.name} is no image in the layout of OCI: {error}"
            raise ValueError(problem) from None

    def _check(self, tar: tarfile.TarFile) -> None:
        """See that what the rest takes for granted is there.

        Raises:
            ValueError: it is not.

        """
        sizes = {member.name: member.size for member in tar if member.isreg()}
        problem = "" if isinstance(self.config, dict) else "its configuration is no object"
        for layer in self.layers:
            if sizes.get(_name(layer.digest)) != layer.size:
                problem = f"its layer {layer.digest[:19]} is not there as it says"
        diffs = [] if problem else (self.config.get("rootfs") or {}).get("diff_ids", [])
        if not problem and len(diffs) != len(self.layers):
            problem = f"it has {len(self.layers)} layers and names {len(diffs)}"
        if problem:
            raise ValueError(problem)

    @property
    def layers(self) -> tuple[Descriptor, ...]:
        """Its layers, the lowest first."""
        return tuple(
            Descriptor(
                media_type=_KNOWN.get(layer.get("mediaType", ""), layer.get("mediaType", "")),
                digest=layer["digest"],
                size=layer["size"],
            )
            for layer in self.manifest["layers"]
        )

    @property
    def blobs(self) -> tuple[Descriptor, ...]:
        """What its manifest names, each once: layers, and the configuration last."""
        own = self.manifest["config"]
        config = Descriptor(media_type=own.get("mediaType", CONFIG), digest=own["digest"], size=own["size"])
        return tuple({blob.digest: blob for blob in (*self.layers, config)}.values())

    @property
    def platform(self) -> str:
        """The system that it is made for: `linux/amd64`."""
        return f"{self.config.get('os')}/{self.config.get('architecture')}"

    def opened(self, blobs: Iterable[Descriptor]) -> Iterator[tuple[Descriptor, IO[bytes]]]:
        """Yield some of its blobs, each once, with a file to read it from until the next one is asked for."""
        with tarfile.open(self.path) as tar:
            for blob in {blob.digest: blob for blob in blobs}.values():
                if file := tar.extractfile(_name(blob.digest)):
                    yield blob, file


def write(target: Path, manifest: bytes, blobs: Iterable[tuple[Descriptor, IO[bytes]]], name: str) -> None:
    """Write an archive that OCI's tools and `docker load` read; the same input gives the same bytes."""
    described = Descriptor.of(MANIFEST, manifest)
    index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [described.as_json()]}
    whole = json.loads(manifest)
    docker = {
        "Config": _name(whole["config"]["digest"]),
        "RepoTags": [name],
        "Layers": [_name(layer["digest"]) for layer in whole["layers"]],
    }
    with tarfile.open(target, "w") as tar:
        _add(tar, "oci-layout", canonical({"imageLayoutVersion": "1.0.0"}))
        _add(tar, "index.json", canonical(index))
        _add(tar, "manifest.json", canonical([docker]))
        _add(tar, _name(described.digest), manifest)
        for blob, content in blobs:
            entry = tarfile.TarInfo(_name(blob.digest))
            entry.size = blob.size
            tar.addfile(entry, content)


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    tar.addfile(entry, io.BytesIO(content))


def _name(digest: str) -> str:
    return "blobs/" + digest.replace(":", "/")


def _named(tar: tarfile.TarFile, digest: str) -> bytes:
    """Return a document that is what its name says, so that none can name itself."""
    content = _bytes(tar, _name(digest))
    if Descriptor.of("", content).digest != digest:
        problem = f"{digest[:80]} holds something else"
        raise ValueError(problem)
    return content


def _bytes(tar: tarfile.TarFile, name: str) -> bytes:
    file = tar.extractfile(name)
    return file.read() if file else b""
