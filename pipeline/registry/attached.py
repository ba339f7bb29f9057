"""Documents that belong to an image, kept beside it: its bill of materials, its report, where it is from.

Source: OCI distribution specification 1.1, "Listing Referrers", with its tag for registries without such lists.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from pipeline.oci import layout
from pipeline.oci.layout import INDEX, MANIFEST, Descriptor
from pipeline.registry.manifest import Manifest, notes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.registry.client import Repository

_EMPTY = b"{}"
EMPTY = Descriptor.of("application/vnd.oci.empty.v1+json", _EMPTY)
CREATED, _TITLE = "org.opencontainers.image.created", "org.opencontainers.image.title"


@dataclass(frozen=True, kw_only=True)
class File:
    """One file of a document."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document of a kind, with the date that it was made (RFC 3339)."""

    kind: str
    created: str
    files: tuple[File, ...]


async def attach(repository: Repository, image: Manifest, document: Document) -> str:
    """Keep a document beside an image and return its digest; what is there already stays there."""
    about = {"subject": image.descriptor.as_json(), "annotations": {CREATED: document.created}}
    return await keep(repository, image, await sent(repository, document.kind, document.files, **about))


async def sent(repository: Repository, kind: str, files: Iterable[File], **more: Any) -> Manifest:
    """Send the files of a document and return its manifest, which has yet to be put; `more` are keys of it."""
    layers = []
    for file in files:
        blob = Descriptor.of(file.media_type, file.content)
        await repository.push(blob, partial(iter, (file.content,)))
        layers.append({**blob.as_json(), "annotations": {_TITLE: file.name}})
    await repository.push(EMPTY, partial(iter, (_EMPTY,)))
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "artifactType": kind,
        "config": EMPTY.as_json(),
        "layers": layers,
        **more,
    }
    return Manifest(media_type=MANIFEST, content=layout.canonical(manifest))


async def keep(repository: Repository, image: Manifest, document: Manifest) -> str:
    """Write the manifest of a document whose blobs are there, and list it where the registry does not."""
    if not await repository.put(document):
        await _list(repository, image.descriptor.digest, document)
    return document.descriptor.digest


async def _list(repository: Repository, image: str, document: Manifest) -> None:
    known = await listed(repository, image)
    said = document.json
    entry = {
        **document.descriptor.as_json(),
        "artifactType": said["artifactType"],
        "annotations": said.get("annotations", {}),
    }
    if entry["digest"] not in {one["digest"] for one in known}:
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [*known, entry]}
        await repository.put(Manifest(media_type=INDEX, content=layout.canonical(index)), tag_of(image))


def tag_of(image: str) -> str:
    """Return the tag under which an image's documents are listed where the registry lists none."""
    return image.replace(":", "-")


async def listed(repository: Repository, image: str) -> list[dict[str, Any]]:
    """Return the descriptors of an image's documents, by whichever way the registry has."""
    found = await repository.listed(image) or []
    by_tag = await repository.manifest(tag_of(image))
    if by_tag and by_tag.is_index:
        known = {one["digest"] for one in found}
        found += [one for one in by_tag.entries if one["digest"] not in known]
    return found


async def documents(repository: Repository, image: str) -> list[Manifest]:
    """Return an image's documents: those that say so themselves, since a list can name the ones of another image."""
    found = [await repository.manifest(entry["digest"]) for entry in await listed(repository, image)]
    return [one for one in found if one and _subject(one) == image]


def newest(every: Iterable[Manifest]) -> dict[str, Manifest]:
    """Return the latest document of each kind, by the date that stands in it."""
    dated = sorted(every, key=lambda one: (notes(one.json).get(CREATED, ""), one.descriptor.digest))
    return {kind_of(document): document for document in dated}


def kind_of(document: Manifest) -> str:
    """Return the kind of a document."""
    return str(document.json.get("artifactType", ""))


def _subject(document: Manifest) -> str:
    said = document.json.get("subject")
    return str(said.get("digest", "")) if isinstance(said, dict) else ""


async def files(repository: Repository, document: Manifest) -> Mapping[str, bytes]:
    """Return the files of a document by name."""
    return {
        notes(layer).get(_TITLE, layer["digest"]): await repository.pull(layer["digest"]) for layer in document.layers
    }


def text(document: dict[str, Any]) -> bytes:
    """Return a document as it is kept: for people to read, and the same bytes for the same content."""
    return json.dumps(document, indent=1, sort_keys=True).encode()
