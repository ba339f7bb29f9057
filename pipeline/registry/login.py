"""How a registry learns who asks: Basic, or a token of the service that it names.

Source: distribution.github.io/distribution, spec/auth/token.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.registry import trouble

if TYPE_CHECKING:
    from collections.abc import Mapping

# What fits into a header; and more bytes than any answer with a token has.
_TOKEN = re.compile(r"[!-~]+")
MAX_ANSWER = 1024 * 1024
_PAIR = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """A user and what proves it; the secret is never shown."""

    user: str
    secret: str = field(repr=False)


async def answer_to(
    challenge: str, credentials: Credentials | None, http: httpx.AsyncClient, *, scheme: str
) -> Mapping[str, str]:
    """Return the headers that a registry asks for.

    Args:
        challenge: its `WWW-Authenticate`.
        credentials: who asks; anybody when there are none.
        http: what asks the token service.
        scheme: that of the registry; a service that is less protected gets nothing.

    Raises:
        PipelineError: P125, there is no way to say who asks.
        Again: the token service does not answer.

    """
    kind, _, rest = challenge.partition(" ")
    if kind.lower() == "basic" and credentials:
        return {"Authorization": _basic(credentials)}
    said = dict(_PAIR.findall(rest))
    realm = said.pop("realm", "")
    if kind.lower() != "bearer" or not realm:
        raise PipelineError(errors.REGISTRY_DENIED, "the registry asks who it is, and no user was given")
    try:
        where = httpx.URL(realm)
    except httpx.InvalidURL:
        raise PipelineError(errors.REGISTRY_DENIED, "the registry names no address of its token service") from None
    if where.scheme not in {"https", scheme}:
        raise PipelineError(errors.REGISTRY_DENIED, f"its token service {where.host} is not reached by https")
    headers = {"Authorization": _basic(credentials)} if credentials else {}
    query = {name: said[name] for name in ("service", "scope") if name in said}
    answer = await _asked(http, http.build_request("GET", where, params=query, headers=headers))
    trouble.refuse(answer, "asking for a token", httpx.codes.OK)
    try:
        given = answer.json()
        token = given.get("token") or given["access_token"]
    except (ValueError, LookupError, AttributeError, RecursionError):
        token = ""
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise PipelineError(errors.REGISTRY_DENIED, f"the token service {where.host} gives no token")
    return {"Authorization": f"Bearer {token}"}


async def _asked(http: httpx.AsyncClient, request: httpx.Request) -> httpx.Response:
    answer = await http.send(request, stream=True)
    try:
        body = await trouble.body(answer, MAX_ANSWER)
    finally:
        await answer.aclose()
    return httpx.Response(answer.status_code, content=body, request=request)


def _basic(credentials: Credentials) -> str:
    pair = f"{credentials.user}:{credentials.secret}".encode()
    return f"Basic {base64.b64encode(pair).decode()}"
