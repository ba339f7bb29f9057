"""Signatures with a key, as `cosign sign --key` and `cosign verify --key` write and read them.

Source: github.com/sigstore/cosign, specs/SIGNATURE_SPEC.md; ECDSA over SHA-256 of a payload that names the digest.
"""

from __future__ import annotations

import base64
import json
from functools import partial
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.oci import layout
from pipeline.oci.layout import CONFIG, MANIFEST, Descriptor
from pipeline.registry.manifest import Manifest, notes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.registry.client import Repository

_KIND = "application/vnd.dev.cosign.simplesigning.v1+json"
_NOTE = "dev.cosignproject.cosign/signature"
_TYPE = "cosign container image signature"
# Bytes of what is signed: a digest, and what somebody adds to it.
_LARGEST = 1_000_000


def private_key(pem: str) -> EllipticCurvePrivateKey:
    """Return a key to sign with.

    Raises:
        PipelineError: P105, it is none; what was given is not repeated.

    """
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, EllipticCurvePrivateKey):
        problem = "--signing-key: expected an ECDSA key as PKCS #8 in PEM, without a password"
        raise PipelineError(errors.SETTINGS_INVALID, problem)
    return key


def public_key(pem: str, name: str) -> EllipticCurvePublicKey:
    """Return a key to check signatures with; `name` is the file that it stands in.

    Raises:
        PipelineError: P105, it is none.

    """
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, EllipticCurvePublicKey):
        raise PipelineError(errors.SETTINGS_INVALID, f"publish.public_key: {name} holds no ECDSA key in PEM")
    return key


async def sign(
    repository: Repository, digest: str, key: EllipticCurvePrivateKey, documents: Mapping[str, str] | None = None
) -> None:
    """Keep a signature of an image beside it; earlier ones stay.

    Args:
        repository: where it is.
        digest: of the image.
        key: signs.
        documents: digests of what belongs to it, by their kinds; the signature vouches for them too.

    """
    payload = layout.canonical(_payload(repository.where.repository, digest, documents))
    signature = base64.b64encode(key.sign(payload, ECDSA(SHA256()))).decode()
    blob = Descriptor.of(_KIND, payload)
    await repository.push(blob, partial(iter, (payload,)))
    known = await repository.manifest(tag_of(digest))
    layers = [*(known.layers if known else []), {**blob.as_json(), "annotations": {_NOTE: signature}}]
    await _keep(repository, digest, layers)


async def copy(signatures: Manifest, repository: Repository, digest: str) -> None:
    """Keep signatures whose blobs are there; those that another registry or key has given stay."""
    known = await repository.manifest(tag_of(digest))
    if not known:
        await repository.put(signatures, tag_of(digest))
    elif new := [layer for layer in signatures.layers if layer not in known.layers]:
        await _keep(repository, digest, [*known.layers, *new])


async def _keep(repository: Repository, digest: str, layers: list[dict[str, Any]]) -> None:
    config = layout.canonical(
        {
            "architecture": "",
            "os": "",
            "config": {},
            "rootfs": {"type": "layers", "diff_ids": [one["digest"] for one in layers]},
        }
    )
    described = Descriptor.of(CONFIG, config)
    await repository.push(described, partial(iter, (config,)))
    manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": described.as_json(), "layers": layers}
    await repository.put(Manifest(media_type=MANIFEST, content=layout.canonical(manifest)), tag_of(digest))


async def vouched(repository: Repository, digest: str, key: EllipticCurvePublicKey) -> frozenset[str] | None:
    """Return the digests of documents that signatures of an image by this key name; None without such a signature.

    One that cosign itself made names no document: it vouches for the image alone.
    """
    known = await repository.manifest(tag_of(digest))
    found = None
    for layer in known.layers if known else []:
        note = notes(layer).get(_NOTE, "")
        if not note or layer["size"] > _LARGEST:
            continue
        payload = await repository.pull(layer["digest"])
        if _holds(key, payload, note) and (named := _named(payload, digest)) is not None:
            found = (found or frozenset()) | named
    return found


def tag_of(digest: str) -> str:
    """Return the tag that holds the signatures of an image."""
    return f"{digest.replace(':', '-')}.sig"


def _payload(repository: str, digest: str, documents: Mapping[str, str] | None) -> dict[str, Any]:
    image = {"docker-manifest-digest": digest}
    critical = {"identity": {"docker-reference": repository}, "image": image, "type": _TYPE}
    return {"critical": critical, "optional": dict(documents) if documents else None}


def _holds(key: EllipticCurvePublicKey, payload: bytes, note: str) -> bool:
    try:
        key.verify(base64.b64decode(note, validate=True), payload, ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def _named(payload: bytes, digest: str) -> frozenset[str] | None:
    """Return the documents that the signature of an image names; None for that of another."""
    try:
        said = json.loads(payload)
        critical = said["critical"]
        if critical["type"] != _TYPE or critical["image"]["docker-manifest-digest"] != digest:
            return None
    except (ValueError, LookupError, TypeError):
        return None
    optional = said.get("optional")
    return frozenset(str(one) for one in optional.values()) if isinstance(optional, dict) else frozenset()
