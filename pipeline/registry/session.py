"""Publishing and promoting as a caller asks for it: names in, what is there now out."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import httpx

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.judge.promotion import Proof, refusals
from pipeline.registry import attached, promote, publish, reference
from pipeline.registry.client import TIMEOUT, Repository
from pipeline.registry.documents import PROVENANCE, REPORT, SBOM
from pipeline.registry.login import Credentials
from pipeline.render import as_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pipeline.registry.attached import Document
    from pipeline.registry.client import Manifest
    from pipeline.registry.publish import Published
    from pipeline.registry.reference import Reference
    from pipeline.settings.model import PublishSettings


@dataclass(frozen=True, kw_only=True)
class Access:
    """How registries are spoken to: by whom, and whether without encryption."""

    credentials: Credentials | None = None
    plain: bool = False

    @classmethod
    def of(cls, settings: PublishSettings, token: str | None) -> Access:
        """Return what the settings and the caller's token say together.

        Raises:
            PipelineError: P105 or P112, one lacks what the other has.

        """
        if settings.secret and token is None:
            raise PipelineError(errors.SECRET_MISSING, f"{settings.secret}: give it with --registry-token=env://NAME")
        if token is not None and not (settings.secret and settings.user):
            problem = "--registry-token: expected `publish.user` and `publish.secret` to say whose it is"
            raise PipelineError(errors.SETTINGS_INVALID, problem)
        credentials = Credentials(user=settings.user, secret=token) if token is not None else None
        return cls(credentials=credentials, plain=settings.plain_http)

    def to(self, where: Reference, http: httpx.AsyncClient) -> Repository:
        """Return a repository."""
        return Repository(where, http, credentials=self.credentials, plain=self.plain)


def target(settings: PublishSettings) -> Reference:
    """Return where images go.

    Raises:
        PipelineError: P105, the settings do not say it.

    """
    if not settings.repository:
        problem = "publish.repository: expected where the image goes, got nothing"
        raise PipelineError(errors.SETTINGS_INVALID, problem)
    return reference.parse(settings.repository)


async def publishing(
    access: Access, where: Reference, folder: Path, documents: Callable[[str], Sequence[Document]], tags: Sequence[str]
) -> Published:
    """Publish what `pipeline.oci` packed into a folder.

    Args:
        access: who publishes.
        where: the repository.
        folder: an archive for each platform, and the index where there are several.
        documents: gives what is kept beside the image of a digest.
        tags: its names.

    """
    archives, index = publish.packed(folder)
    digest = publish.digest_of(archives, index)
    async with httpx.AsyncClient(timeout=TIMEOUT) as http:
        repository = access.to(where, http)
        return await publish.publish(repository, archives, index=index, documents=documents(digest), tags=tags)


async def promoting(access: Access, image: Reference, to: Reference, *, now: float, max_age_days: int) -> Published:
    """Copy an image and its documents to where `to` says, if they prove it.

    Args:
        access: who reads and writes.
        image: by digest, or by a tag, which is looked up once.
        to: a repository with the tag that it gets there.
        now: seconds since the epoch.
        max_age_days: how old its report may be.

    Raises:
        PipelineError: P201 when it is not proven, P127 when there is none, P125 or P412 from the registry.

    """
    async with httpx.AsyncClient(timeout=TIMEOUT) as http:
        source, there = access.to(image, http), access.to(replace(to, tag=""), http)
        found = await promote.found(source)
        problems = refusals(await proof(source, found), now=now, max_age_days=max_age_days)
        if problems:
            raise PipelineError(errors.NOT_PROMOTED, image.at(found.descriptor.digest), tuple(problems))
        return await promote.copy(source, there, found, [to.tag] if to.tag else [])


async def proof(source: Repository, image: Manifest) -> Proof:
    """Return what is kept beside an image."""
    digest = image.descriptor.digest
    documents = await attached.newest(source, digest)
    texts = {kind: await attached.files(source, document) for kind, document in documents.items()}
    first = {kind: next(iter(files.values()), b"") for kind, files in texts.items()}
    try:
        report = as_json.read(first[REPORT].decode()) if REPORT in first else None
    except (ValueError, LookupError, TypeError):
        report = None
    return Proof(digest=digest, report=report, sbom=_object(first.get(SBOM)), provenance=_object(first.get(PROVENANCE)))


def _object(content: bytes | None) -> dict[str, Any] | None:
    try:
        found = json.loads(content or b"")
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
