"""Publishing and promoting as a caller asks for it: names in, what is there now out."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import httpx

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.judge.promotion import Proof, refusals
from pipeline.registry import attached, promote, publish, reference, signature
from pipeline.registry.client import TIMEOUT, Repository
from pipeline.registry.documents import MIGRATIONS, PROVENANCE, REPORT, SBOM
from pipeline.registry.login import Credentials
from pipeline.render import as_json
from pipeline.settings import forms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from pipeline.judge.model import Report
    from pipeline.registry.attached import Document
    from pipeline.registry.manifest import Manifest
    from pipeline.registry.publish import Published
    from pipeline.registry.reference import Reference
    from pipeline.settings.model import PublishSettings

PROOFS = (REPORT, SBOM, PROVENANCE, MIGRATIONS)


@dataclass(frozen=True, kw_only=True)
class Access:
    """How registries are spoken to: by whom, whether without encryption, and with which key images are signed (PEM).

    The credentials are those of one registry, `host`: another one, of a mistyped name perhaps, would ask for them too.
    """

    credentials: Credentials | None = None
    host: str = ""
    plain: bool = False
    signing_key: str = field(default="", repr=False)

    @classmethod
    def of(cls, settings: PublishSettings, token: str | None, signing_key: str | None = None) -> Access:
        """Return what the settings and the caller's secrets say together.

        Raises:
            PipelineError: P105 or P112, one lacks what the other has.

        """
        if settings.secret and token is None:
            raise PipelineError(errors.SECRET_MISSING, f"{settings.secret}: give it with --registry-token=env://NAME")
        if token is not None and not (settings.secret and settings.user):
            problem = "--registry-token: expected `publish.user` and `publish.secret` to say whose it is"
            raise PipelineError(errors.SETTINGS_INVALID, problem)
        if token is not None and not settings.repository:
            problem = "publish.secret: expected `publish.repository` to say which registry it is for, got nothing"
            raise PipelineError(errors.SETTINGS_INVALID, problem)
        if signing_key is not None and not settings.signing_secret:
            problem = "--signing-key: expected `publish.signing_secret` to name it, got no such name in the settings"
            raise PipelineError(errors.SETTINGS_INVALID, problem)
        credentials = Credentials(user=settings.user, secret=token) if token is not None else None
        host = reference.parse(settings.repository).host if credentials else ""
        return cls(credentials=credentials, host=host, plain=settings.plain_http, signing_key=signing_key or "")

    def to(self, where: Reference, http: httpx.AsyncClient) -> Repository:
        """Return a repository."""
        credentials = self.credentials if where.host == self.host else None
        return Repository(where, http, credentials=credentials, plain=self.plain)


def target(settings: PublishSettings, access: Access, key: tuple[str, str] | None = None) -> Reference:
    """Return where images go.

    Args:
        settings: what the repository says.
        access: who publishes.
        key: the public key that `promote` will ask for, in PEM, and the file that it stands in.

    Raises:
        PipelineError: P105 or P112, the settings do not say it, or want a signature that nobody can give. A run takes
            minutes: what could only fail after it is refused before.

    """
    if access.signing_key:
        own = signature.private_key(access.signing_key).public_key()
        if key and signature.public_key(*key) != own:
            problem = f"publish.public_key: {key[1]} holds the public half of another key than --signing-key brings"
            raise PipelineError(errors.SETTINGS_INVALID, problem)
    elif settings.signing_secret:
        what = f"{settings.signing_secret}: give it with --signing-key=env://NAME"
        raise PipelineError(errors.SECRET_MISSING, what)
    if not settings.repository:
        problem = "publish.repository: expected where the image goes, got nothing"
        raise PipelineError(errors.SETTINGS_INVALID, problem)
    return reference.parse(settings.repository)


async def admitted(access: Access, where: Reference) -> None:
    """See, before anything runs for it, that images can be brought to a repository.

    Raises:
        PipelineError: P125 or P412.

    """
    async with httpx.AsyncClient(timeout=TIMEOUT) as http:
        await access.to(where, http).admit()


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
    key = signature.private_key(access.signing_key) if access.signing_key else None
    async with httpx.AsyncClient(timeout=TIMEOUT) as http:
        return await publish.publish(access.to(where, http), folder, documents=documents, tags=tags, key=key)


def days(settings: PublishSettings) -> int:
    """Return how old a report may be."""
    return forms.number(settings.max_age or type(settings)().max_age)


async def promoting(
    access: Access,
    image: Reference,
    to: Reference,
    *,
    now: float,
    max_age_days: int,
    key: tuple[str, str] | None = None,
) -> Published:
    """Copy an image and its documents to where `to` says, if they prove it.

    Args:
        access: who reads and writes.
        image: by digest, or by a tag, which is looked up once.
        to: a repository with the tag that it gets there.
        now: seconds since the epoch.
        max_age_days: how old its report may be.
        key: the public key that has to have signed it, in PEM, and the file that it stands in; nothing asks for none.

    Raises:
        PipelineError: P201 when it is not proven, P127 when there is none, P125 or P412 from the registry.

    """
    async with httpx.AsyncClient(timeout=TIMEOUT) as http:
        source, there = access.to(image, http), access.to(replace(to, tag=""), http)
        found = await promote.found(source)
        await require_proof(source, found, now=now, max_age_days=max_age_days, key=key)
        return await promote.copy(source, there, found, [to.tag] if to.tag else [])


async def require_proof(
    source: Repository, image: Manifest, *, now: float, max_age_days: int, key: tuple[str, str] | None = None
) -> dict[str, Manifest]:
    """See that what is kept beside an image proves it, and return that by its kinds.

    The arguments are those of `promoting`.

    Raises:
        PipelineError: P201, with what is missing.

    """
    digest = image.descriptor.digest
    vouched = await signature.vouched(source, digest, signature.public_key(*key)) if key else frozenset()
    every = await attached.documents(source, digest)
    counting = [one for one in every if not vouched or one.descriptor.digest in vouched]
    documents = attached.newest(counting)
    problems = refusals(await _proof(source, digest, documents), now=now, max_age_days=max_age_days)
    if key and vouched is None:
        problems.append(f"no signature by the key in {key[1]} is kept beside it")
    if key and problems and len(counting) < len(every):
        problems.append(f"{len(every) - len(counting)} documents beside it do not count: its signature names others")
    if problems:
        raise PipelineError(errors.NOT_PROMOTED, source.where.at(digest), tuple(problems))
    return documents


async def _proof(source: Repository, digest: str, documents: Mapping[str, Manifest]) -> Proof:
    # Others may keep documents of their own there, of any size.
    texts = {kind: await attached.files(source, documents[kind]) for kind in PROOFS if kind in documents}
    first = {kind: next(iter(files.values()), b"") for kind, files in texts.items()}
    return Proof(
        digest=digest,
        report=_report(first.get(REPORT)),
        sbom=_object(first.get(SBOM)),
        provenance=_object(first.get(PROVENANCE)),
        migrations=_object(first.get(MIGRATIONS)),
    )


def _report(content: bytes | None) -> Report | None:
    try:
        found = as_json.read(content.decode()) if content else None
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return found if found and isinstance(found.started, int | float) else None


def _object(content: bytes | None) -> dict[str, Any] | None:
    try:
        found = json.loads(content or b"")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
