"""Asks the public address of an app, as its users reach it."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING

import anyio
import httpx

from pipeline.release.model import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

# Seconds for one answer, all of it: a slow drip is no answer.
PATIENCE = 10.0
# A bundle of a SPA has some megabytes; what is longer is not read to its end.
MOST = 32 * 1024 * 1024
_SHOWN = 16_384


async def ask(http: httpx.AsyncClient, url: str, paths: Sequence[str]) -> tuple[Answer, ...]:
    """Ask each path at the same time and return the answers in the order of the paths."""
    found: dict[str, Answer] = {}

    async def one(path: str) -> None:
        found[path] = await _asked(http, url, path)

    async with anyio.create_task_group() as group:
        for path in paths:
            group.start_soon(one, path)
    return tuple(found[path] for path in paths)


async def _asked(http: httpx.AsyncClient, url: str, path: str) -> Answer:
    began = time.monotonic()
    # Nothing between us and the machines may answer for them.
    headers = {"Cache-Control": "no-cache", "Accept-Encoding": "identity", "User-Agent": "pipeline-release"}
    try:
        with anyio.fail_after(PATIENCE):
            async with http.stream("GET", f"{url.rstrip('/')}{path}", headers=headers) as answer:
                return await _read(answer, path, began)
    except TimeoutError:
        return Answer(path=path, problem=f"no whole answer in {PATIENCE:.0f} s", seconds=time.monotonic() - began)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        problem = str(error) or type(error).__name__
        return Answer(path=path, problem=problem, seconds=time.monotonic() - began)


async def _read(answer: httpx.Response, path: str, began: float) -> Answer:
    digest, start, size = hashlib.sha256(), bytearray(), 0
    async for piece in answer.aiter_bytes():
        digest.update(piece)
        size += len(piece)
        start += piece[: max(0, _SHOWN - len(start))]
        if size > MOST:
            break
    return Answer(
        path=path,
        status=answer.status_code,
        headers=tuple(answer.headers.items()),
        text=bytes(start).decode("utf-8", "replace"),
        sha256=digest.hexdigest(),
        seconds=time.monotonic() - began,
    )
