"""What a registry's answer means: try again, give up, and with which words."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, NoReturn

import anyio
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_exponential_jitter

from pipeline import errors
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    import httpx
    from tenacity import RetryCallState

ATTEMPTS = 5
FIRST_WAIT, LONGEST_WAIT = 0.5, 8.0
# A registry may ask for more patience than that, up to here.
PATIENCE = 60.0
# Bytes of an answer that is held in memory, and seconds that it may take to come.
MAX_ANSWER = 64 * 1024 * 1024
LONGEST_ANSWER = 300.0
_DENIED = {401, 403}
_PASSING = {408, 425, 429, 500, 502, 503, 504}
# What arrived is not what was sent.
_DAMAGED = "DIGEST_INVALID"


class Again(Exception):  # noqa: N818  # an answer that another attempt may change
    """No answer, or one that says nothing about the image; `after` are seconds that the registry asked for."""

    def __init__(self, what: str, after: float = 0.0) -> None:
        super().__init__(what)
        self.after = after


def again(what: str) -> NoReturn:
    """End an attempt.

    Raises:
        Again: always.

    """
    raise Again(what) from None


def attempts() -> AsyncRetrying:
    """Return the attempts at something that may be done twice."""
    return AsyncRetrying(
        retry=retry_if_exception_type(Again), stop=stop_after_attempt(ATTEMPTS), wait=_wait, reraise=True
    )


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = min(error.after, PATIENCE) if isinstance(error, Again) else 0.0
    return max(asked, wait_exponential_jitter(multiplier=FIRST_WAIT, max=LONGEST_WAIT)(state))


def refuse(
    answer: httpx.Response,
    doing: str,
    *expected: int,
    denied: errors.Kind = errors.REGISTRY_DENIED,
    failed: errors.Kind = errors.REGISTRY_FAILED,
) -> None:
    """Let an answer pass that was expected.

    Raises:
        Again: it may be another one the next time.
        PipelineError: `denied` or `failed`, it never will.

    """
    if answer.status_code in expected:
        return
    said = words(answer)
    what = f"{doing}: {answer.request.url.host} answers {answer.status_code}{f' {said}' if said else ''}"
    if answer.status_code in _PASSING or _DAMAGED in said:
        raise Again(what, _after(answer))
    if answer.status_code in _DENIED:
        raise PipelineError(denied, what)
    raise PipelineError(failed, what)


async def body(answer: httpx.Response, most: int) -> bytes:
    """Return what is answered, up to a limit.

    Raises:
        Again: it does not come to an end in time.
        PipelineError: P412, it is too long.

    """
    held, host = bytearray(), answer.request.url.host
    with anyio.move_on_after(LONGEST_ANSWER) as time:
        async for piece in answer.aiter_bytes():
            held += piece
            if len(held) > most:
                what = f"{host} answers with more than {most // 1024 // 1024} MB"
                raise PipelineError(errors.REGISTRY_FAILED, what)
    if time.cancelled_caught:
        again(f"{host} does not come to the end of an answer in {LONGEST_ANSWER:.0f} s")
    return bytes(held)


def words(answer: httpx.Response) -> str:
    """Return what the registry says of its error, in one line; never headers, in which there may be tokens."""
    try:
        told = answer.json()["errors"]
        found = "; ".join(f"{one.get('code', '')} {one.get('message', '')}".strip() for one in told)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        found = answer.text
    # A proxy may answer with what it was asked.
    for secret in _secrets(answer.request.headers.get("Authorization", "")):
        found = found.replace(secret, "***")
    return " ".join(found.split())[:200]


def _secrets(given: str) -> list[str]:
    """Return what proves who asks, as it was sent and as somebody may have decoded it, the longest first."""
    kind, _, proof = given.partition(" ")
    try:
        pair = base64.b64decode(proof, validate=True).decode() if kind == "Basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        pair = ""
    return [one for one in (proof, pair, pair.partition(":")[2]) if one]


def _after(answer: httpx.Response) -> float:
    given = answer.headers.get("Retry-After", "")
    return float(given) if given.isdecimal() else 0.0
