"""One repository at a registry: blobs, manifests, tags and what is attached to an image.

Source: OCI distribution specification, version 1.1.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any, TypeVar

import httpx

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.oci.layout import INDEX, MANIFEST
from pipeline.registry import login, trouble
from pipeline.registry.manifest import INDEXES, Manifest
from pipeline.registry.trouble import Again, again

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping

    from pipeline.oci.layout import Descriptor
    from pipeline.registry.login import Credentials
    from pipeline.registry.reference import Reference

T = TypeVar("T")

ACCEPTED = ", ".join([MANIFEST, *INDEXES, "application/vnd.docker.distribution.manifest.v2+json"])
# Seconds for a connection, and for each piece of a transfer.
TIMEOUT = httpx.Timeout(60.0, connect=10.0)
# More than any manifest or document has; a layer is saved, and not held in memory.
MAX_ANSWER = trouble.MAX_ANSWER
# Of a transfer.
PIECE = 1 << 20
# What a connection ends with; the second and third where a registry names a port that no machine has.
_UNREACHED = (httpx.RequestError, OverflowError, ExceptionGroup)
_OK, _CREATED, _ACCEPTED, _MISSING, _UNKNOWN = 200, 201, 202, 404, 401


class Repository:
    """A repository, to somebody or to anybody.

    Args:
        where: it; tag and digest count for nothing here.
        http: the connections; the caller closes them.
        credentials: who asks.
        plain: speak plain HTTP; a registry on this machine always does.

    Every call raises PipelineError: P125 when it is refused, P412 when the registry does not do it after all attempts.

    """

    def __init__(
        self, where: Reference, http: httpx.AsyncClient, *, credentials: Credentials | None = None, plain: bool = False
    ) -> None:
        self.where = where
        self._http, self._credentials = http, credentials
        self._scheme = "http" if plain or where.is_near else "https"
        self._base = httpx.URL(f"{self._scheme}://{where.address}/v2/{where.name}/")
        self._proof: Mapping[str, str] = {}

    async def has(self, digest: str) -> bool:
        """Return whether a blob is there."""
        answer = await self._ask("HEAD", f"blobs/{digest}", "asking for a blob", _OK, _MISSING)
        return answer.status_code == _OK

    async def push(self, blob: Descriptor, content: Callable[[], Iterator[bytes]]) -> int:
        """Bring a blob there unless it is there; return how many bytes that took.

        Args:
            blob: what it is.
            content: opens it; once for each attempt.

        """

        async def attempt() -> int:
            if await self.has(blob.digest):
                return 0
            opened = await self._once("POST", "blobs/uploads/", "starting an upload", _ACCEPTED)
            await self._send(blob, content, opened)
            return blob.size

        return await self._retrying(attempt)

    async def admit(self) -> None:
        """See that whoever asks may write: an upload is opened, and ended without content."""
        await self._end(await self._ask("POST", "blobs/uploads/", "starting an upload", _ACCEPTED))

    async def mount(self, digest: str, source: str) -> bool:
        """Take a blob over from another repository of this registry, if it lets us."""
        params = {"mount": digest, "from": source}
        answer = await self._ask("POST", "blobs/uploads/", "taking a blob over", _CREATED, _ACCEPTED, params=params)
        if answer.status_code == _ACCEPTED:
            # It opened an upload instead, which nobody will use.
            await self._end(answer)
        return answer.status_code == _CREATED

    async def _end(self, opened: httpx.Response) -> None:
        # A registry that does not hear of it forgets the upload by itself.
        if opened.headers.get("Location"):
            with suppress(Again):
                await self._sent("DELETE", self._place(opened), "ending an upload")

    async def _send(self, blob: Descriptor, content: Callable[[], Iterator[bytes]], opened: httpx.Response) -> None:
        target = self._place(opened)

        async def pieces() -> AsyncIterator[bytes]:
            for piece in content():
                yield piece

        headers = {"Content-Length": str(blob.size), "Content-Type": "application/octet-stream"}
        doing = f"sending {blob.digest[:19]} ({blob.size} bytes)"
        target = target.copy_merge_params({"digest": blob.digest})
        await self._once("PUT", target, doing, _CREATED, content=pieces(), headers=headers)

    def _place(self, opened: httpx.Response) -> httpx.URL:
        location = opened.headers.get("Location", "")
        try:
            found = opened.request.url.join(location) if location else None
        except httpx.InvalidURL:
            found = None
        if not found or not found.host or found.scheme not in {"http", "https"}:
            again(f"{self.where.host} opened an upload and does not say where")
        return found

    async def pull(self, digest: str) -> bytes:
        """Return a small blob.

        Raises:
            PipelineError: P412, it is not what its digest says.

        """
        answer = await self._ask("GET", f"blobs/{digest}", "reading a blob", _OK)
        if f"sha256:{hashlib.sha256(answer.content).hexdigest()}" != digest:
            raise PipelineError(errors.REGISTRY_FAILED, f"{self.where.host} answers with another blob than {digest}")
        return answer.content

    async def save(self, blob: Descriptor, target: IO[bytes]) -> None:
        """Write a blob into a file, from its start.

        Raises:
            PipelineError: P412, it is not what its digest says.

        """
        digest = blob.digest
        await self.has(digest)  # so that whoever asks is known to the registry

        async def attempt() -> None:
            target.seek(0)
            target.truncate()
            seen = hashlib.sha256()
            url, doing = self._base.join(f"blobs/{digest}"), "reading a blob"
            try:
                async with self._http.stream("GET", url, headers=dict(self._proof), follow_redirects=True) as answer:
                    if answer.status_code != _OK:
                        await answer.aread()
                        trouble.refuse(answer, doing, _OK)
                    async for piece in answer.aiter_raw(PIECE):
                        seen.update(piece)
                        target.write(piece)
                        if target.tell() > blob.size:
                            break
            except _UNREACHED as error:
                again(f"{doing}: {self.where.host}: {said(error)}")
            if f"sha256:{seen.hexdigest()}" != digest:
                again(f"{self.where.host} answers with another blob than {digest}")

        await self._retrying(attempt)

    async def manifest(self, name: str) -> Manifest | None:
        """Return what a tag or a digest means there, nothing when it means nothing.

        Raises:
            PipelineError: P412, it is not what its digest says.

        """
        answer = await self._ask(
            "GET", f"manifests/{name}", "reading a manifest", _OK, _MISSING, headers={"Accept": ACCEPTED}
        )
        if answer.status_code == _MISSING:
            return None
        kind = answer.headers.get("Content-Type", "").partition(";")[0]
        found = Manifest(media_type=kind, content=answer.content)
        if name.startswith("sha256:") and found.descriptor.digest != name:
            raise PipelineError(errors.REGISTRY_FAILED, f"{self.where.host} answers with another image than {name}")
        return found

    async def put(self, manifest: Manifest, name: str = "") -> bool:
        """Keep a manifest under a tag, or under its digest; return whether the registry lists what is attached."""
        content, headers = manifest.content, {"Content-Type": manifest.media_type}
        place, doing = f"manifests/{name or manifest.descriptor.digest}", f"writing {name or 'a manifest'}"
        answer = await self._ask("PUT", place, doing, _CREATED, content=content, headers=headers)
        return "OCI-Subject" in answer.headers

    async def listed(self, digest: str) -> list[dict[str, Any]] | None:
        """Return what the registry says is attached to an image, nothing where it keeps no such list."""
        answer = await self._ask("GET", f"referrers/{digest}", "asking what is attached", _OK, _MISSING, 400, 405)
        kind = answer.headers.get("Content-Type", "").partition(";")[0]
        if answer.status_code != _OK or kind != INDEX:
            return None
        return Manifest(media_type=INDEX, content=answer.content).entries

    async def _ask(self, method: str, place: str, doing: str, *expected: int, **more: Any) -> httpx.Response:
        async def attempt() -> httpx.Response:
            return await self._once(method, place, doing, *expected, **more)

        return await self._retrying(attempt)

    async def _retrying(self, attempt: Callable[[], Awaitable[T]]) -> T:
        try:
            return await trouble.attempts()(attempt)
        except Again as error:
            raise PipelineError(errors.REGISTRY_FAILED, f"{error}, in each of {trouble.ATTEMPTS} attempts") from None

    async def _once(
        self, method: str, place: str | httpx.URL, doing: str, *expected: int, **more: Any
    ) -> httpx.Response:
        """Ask once, and once more when the registry wants to know who asks."""
        answer = await self._sent(method, place, doing, **more)
        # Where an upload or a redirection leads to has no business with who asks here: it could name any token service.
        own = self._is_own(answer.request.url)
        if answer.status_code == _UNKNOWN and own and (challenge := answer.headers.get("WWW-Authenticate")):
            try:
                self._proof = await login.answer_to(challenge, self._credentials, self._http, scheme=self._scheme)
            except _UNREACHED as error:
                again(f"asking for a token: {said(error)}")
            if not isinstance(more.get("content", b""), bytes):
                again(f"{doing}: {self.where.host} asks who it is after all")
            answer = await self._sent(method, place, doing, **more)
        trouble.refuse(answer, doing, *expected)
        return answer

    def _is_own(self, url: httpx.URL) -> bool:
        """Return whether this is the registry itself, and no less protected."""
        return (url.scheme, url.host, url.port) == (self._base.scheme, self._base.host, self._base.port)

    async def _sent(self, method: str, place: str | httpx.URL, doing: str, **more: Any) -> httpx.Response:
        url = self._base.join(place)
        headers = {**more.pop("headers", {}), **(self._proof if self._is_own(url) else {})}
        request = self._http.build_request(method, url, headers=headers, **more)
        try:
            answer = await self._http.send(request, stream=True, follow_redirects=method == "GET")
            try:
                body = await trouble.body(answer, MAX_ANSWER)
            finally:
                await answer.aclose()
        except _UNREACHED as error:
            again(f"{doing}: {self.where.host}: {said(error)}")
        return httpx.Response(answer.status_code, headers=_plain(answer.headers), content=body, request=answer.request)


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """Read a file from its start, a piece at a time."""
    file.seek(0)
    while piece := file.read(PIECE):
        yield piece


def _plain(headers: httpx.Headers) -> list[tuple[str, str]]:
    """Return headers without those of the transfer, which is over."""
    return [(name, value) for name, value in headers.items() if name not in {"content-encoding", "transfer-encoding"}]


def said(error: Exception) -> str:
    """Return what went wrong with a connection, without what was sent."""
    return str(error) or type(error).__name__
