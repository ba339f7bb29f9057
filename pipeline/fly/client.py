"""One app on Fly.io, through its Machines API: what runs there, its secrets, its logs.

Reading and small changes only; releases go through flyctl. Source: docs.machines.dev.
"""

from __future__ import annotations

import email.utils
import ipaddress
import time
from typing import TYPE_CHECKING, Any

import httpx

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.fly.token import header
from pipeline.parse import machines as parse
from pipeline.parse.json_report import mapping
from pipeline.registry import trouble
from pipeline.release.model import Live

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.parse.machines import Machine

TIMEOUT = httpx.Timeout(20.0, connect=5.0)
# Of a log: a stack trace of .NET and what was before it.
LINES = 40
# Seconds: the time of an answer is told in whole ones, and is as old as the way it came.
_EXACT = 5.0
_OK, _CREATED, _MISSING, _CONFLICT, _UNPROCESSABLE = 200, 201, 404, 409, 422


class FlyApp:
    """An app, to somebody who holds a token of it.

    Args:
        name: the app.
        api: the address of the Machines API.
        token: the token; it is never shown.
        http: the connections; the caller closes them.
        logs_api: the address of the API for logs, where it is another one.

    Every call raises PipelineError: P132 when the token is refused, P133 when there is no such app, P413 when the API
    does not answer after all attempts. What can be no token is P132 at once, and an address to which token and values
    of secrets would go in clear P105.

    """

    def __init__(self, name: str, *, api: str, token: str, http: httpx.AsyncClient, logs_api: str = "") -> None:
        self.name = name
        self._base = _closed("machines_api", f"{api.rstrip('/')}/v1/apps/{name}/")
        self._logs = _closed("api", f"{(logs_api or api).rstrip('/')}/api/v1/apps/{name}/logs")
        self._http, self._said = http, {"Authorization": header(token)}
        self._time = (time.time(), time.monotonic())

    def now(self) -> float:
        """Return the time at Fly.io as its last answer told it: clocks of two who release may differ by minutes."""
        told, at = self._time
        return told + time.monotonic() - at

    async def machines(self) -> tuple[Machine, ...]:
        """Return every machine of the app, those of nobody's release too."""
        answer = await self._ask("GET", "machines", "asking for its machines", _OK, read=parse.machines)
        return parse.machines(answer.text)

    async def live(self) -> Live:
        """Return the machines that serve."""
        found = await self.machines()
        return Live(
            machines=tuple(one for one in found if one.serves), strangers=tuple(one for one in found if one.is_strange)
        )

    async def secrets(self, version: int = 0) -> dict[str, str]:
        """Return the digest of each secret by its name, at least those of a version; Fly tells no values."""
        place = f"secrets?version={version}" if version else "secrets"
        answer = await self._ask("GET", place, "asking for its secrets", _OK, read=parse.secrets)
        return parse.secrets(answer.text)[0]

    async def set_secrets(self, values: Mapping[str, str | None]) -> int:
        """Set secrets, and take away those without a value, all at once; return the version that machines have to have.

        They reach a machine with its next change. No error says what the API says: that may repeat a value.
        """
        body, doing = {"values": dict(values)}, "setting its secrets"
        answer = await self._ask("POST", "secrets", doing, _OK, _CREATED, read=parse.secrets, mute=True, json=body)
        return parse.secrets(answer.text)[1]

    async def logs(self, machine: str) -> tuple[str, ...]:
        """Return the last lines that a machine wrote; a deploy token may not read them."""
        where = f"{self._logs}?instance={machine}&next_token="
        answer = await self._ask("GET", where, "asking for its logs", _OK, read=parse.logs)
        return parse.logs(answer.text)[-LINES:]

    async def start(self, machine: str) -> None:
        """Start a machine that is stopped."""
        await self._ask("POST", f"machines/{machine}/start", "starting a machine", _OK)

    async def create(self, body: Mapping[str, Any]) -> Machine | None:
        """Make a machine; nothing where the app has one of that name, which may be this very one."""
        # One attempt in doubt is enough: the second would find the machine that the first made.
        answer = await self._ask(
            "POST", "machines", "making a machine", _OK, _CREATED, _CONFLICT, _UNPROCESSABLE, json=body
        )
        if answer.status_code in {_CONFLICT, _UNPROCESSABLE}:
            if "unique" in answer.text or "already" in answer.text:
                return None
            raise PipelineError(errors.FLY_SILENT, f"making a machine: {trouble.words(answer)}")
        try:
            made = parse.machine(mapping(answer.json()))
        except (ValueError, RecursionError):
            return None
        return made if made.id else None

    async def destroy(self, machine: str) -> None:
        """Take a machine away; one that is gone already is fine."""
        await self._ask("DELETE", f"machines/{machine}?force=true", "taking a machine away", _OK, _MISSING)

    async def note(self, machine: str, name: str, value: str) -> bool:
        """Write into the metadata of a machine; return whether there still is one."""
        place, body = f"machines/{machine}/metadata/{name}", {"value": value}
        answer = await self._ask("POST", place, "writing metadata", _OK, 204, _MISSING, json=body)
        return answer.status_code != _MISSING

    async def _ask(
        self, method: str, place: str, doing: str, *expected: int, read: Any = None, mute: bool = False, **more: Any
    ) -> httpx.Response:
        """Ask until an answer can be used; `read` raises ValueError for one that cannot. `mute` repeats none."""

        async def attempt() -> httpx.Response:
            try:
                answer = await self._http.request(method, self._base.join(place), headers=self._said, **more)
            except httpx.TransportError as error:
                trouble.again(f"{doing}: {self._base.host}: {str(error) or type(error).__name__}")
            self._time = (_told(answer.headers.get("Date", "")), time.monotonic())
            if mute and answer.status_code not in expected:
                asked = answer.headers.get("Retry-After", "")
                answer = httpx.Response(answer.status_code, headers={"Retry-After": asked}, request=answer.request)
            if answer.status_code == _MISSING not in expected:
                raise PipelineError(errors.FLY_UNKNOWN, f"{self.name}: {trouble.words(answer)}")
            trouble.refuse(answer, doing, *expected, denied=errors.FLY_DENIED, failed=errors.FLY_SILENT)
            if read:
                try:
                    read(answer.text)
                except (ValueError, RecursionError):
                    trouble.again(f"{doing}: {self._base.host} answers with something else")
            return answer

        try:
            return await trouble.attempts()(attempt)
        except trouble.Again as error:
            raise PipelineError(errors.FLY_SILENT, f"{error}, in each of {trouble.ATTEMPTS} attempts") from None


def _closed(key: str, text: str) -> httpx.URL:
    """Return an address on the way to which nobody reads along: encrypted, on this machine or in a private network."""
    address = httpx.URL(text)
    try:
        is_near = ipaddress.ip_address(address.host).is_private
    except ValueError:
        is_near = "." not in address.host
    if address.scheme != "https" and not is_near:
        problem = f"release.{key}: expected an https address, since the token goes there; got one of {address.host}"
        raise PipelineError(errors.SETTINGS_INVALID, problem)
    return address


def _told(date: str) -> float:
    """Return the time of an answer; our own where they are the same, or none is told."""
    own = time.time()
    try:
        told = email.utils.parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):
        return own
    return told if abs(told - own) > _EXACT else own
