"""The lock of an app: one release at a time, whoever runs it and wherever.

flyctl has none, so that of two releases the older one can win. Names of machines are unique within an app, so the lock
is a machine that never starts; of two who make it Fly refuses one. It holds for a minute, and its owner renews it.
"""

from __future__ import annotations

import secrets
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import anyio

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.fly.beside import beside

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from pipeline.fly.client import FlyApp
    from pipeline.parse.machines import Machine

NAME = "pipeline-release-lock"
# Seconds.
TERM = 60.0
RENEWED = 15.0
PAUSE = 3.0
_OWNER, _UNTIL, _BY = "pipeline_lock", "pipeline_lock_until", "pipeline_lock_by"


class Lock:
    """The lock, held or not.

    Args:
        app: what it is of.
        image: any image that machines of the app can pull; it is never started.
        by: who holds it, for the others to read.
        term: seconds after which it ends when nobody renews it.
        now: the clock; that of Fly.io where none is given, since all who want the lock have that one.

    """

    def __init__(
        self, app: FlyApp, image: str, *, by: str = "", term: float = TERM, now: Callable[[], float] | None = None
    ) -> None:
        self._app, self._image, self._by, self._term, self._now = app, image, by, term, now or app.now
        self._owner, self._machine, self._until = secrets.token_hex(8), "", 0.0
        self._is_lost = False

    def require(self) -> None:
        """See that it is still ours.

        Raises:
            PipelineError: P414.

        """
        self.require_no_other()
        if not self._machine or self._now() >= self._until:
            raise PipelineError(errors.RELEASE_LOCKED, f"{self._app.name}: the lock could not be renewed")

    def require_no_other(self) -> None:
        """See that nobody took it over, as far as is known; it may have run out, since Fly.io does not answer.

        Raises:
            PipelineError: P414.

        """
        if self._is_lost:
            raise PipelineError(errors.RELEASE_LOCKED, f"{self._app.name}: the lock was taken over")

    @asynccontextmanager
    async def held(self, patience: float, tell: Callable[[str], None] | None = None) -> AsyncIterator[Lock]:
        """Hold it; wait so many seconds for whoever has it, and tell that.

        Raises:
            PipelineError: P414.

        """
        await self._take(patience, tell)
        try:
            async with beside(self._renewing):
                yield self
        finally:
            # What came of the release counts; a lock that cannot be given back ends by itself.
            with anyio.CancelScope(shield=True), anyio.move_on_after(RENEWED), suppress(PipelineError):
                await self._app.destroy(self._machine)

    async def _take(self, patience: float, tell: Callable[[str], None] | None = None) -> None:
        deadline = self._now() + patience
        while True:
            until = self._now() + self._term
            made = await self._app.create(self._body(until)) or await self._mine()
            if made:
                self._machine, self._until = made.id, until
                return
            holder = await self._holder()
            if holder and _OWNER not in dict(holder.metadata):
                problem = f"{self._app.name}: machine {holder.id} has the name of the lock, {NAME}, and is none"
                raise PipelineError(errors.RELEASE_LOCKED, problem)
            if holder and _left(holder, self._now()) <= 0:
                # By its id: should another have been faster, his is a new machine.
                await self._app.destroy(holder.id)
                continue
            named = dict(holder.metadata).get(_BY, "") if holder else ""
            if self._now() >= deadline:
                said = named if holder else "Fly.io makes no machine for it, and shows none"
                raise PipelineError(errors.RELEASE_LOCKED, f"{self._app.name}{f': {said}' if said else ''}")
            if holder and tell:
                who = f"another release{f' by {named}' if named else ''}"
                tell(f"{who} is running; waiting, for {patience:.0f} s at most")
                tell = None
            await anyio.sleep(PAUSE)

    async def _holder(self) -> Machine | None:
        return next((one for one in await self._app.machines() if one.name == NAME and one.state != "destroyed"), None)

    async def _mine(self) -> Machine | None:
        """Return the machine that an attempt without an answer made."""
        holder = await self._holder()
        return holder if holder and dict(holder.metadata).get(_OWNER) == self._owner else None

    async def _renewing(self) -> None:
        while True:
            await anyio.sleep(min(RENEWED, self._term / 4))
            until = self._now() + self._term
            try:
                # A machine that is gone may still be written on, so that alone is no proof.
                noted = await self._app.note(self._machine, _UNTIL, f"{until:.0f}")
                if not noted or not await self._mine():
                    self._is_lost = True
                    return
            except PipelineError:
                # `require` tells when it has run out.
                continue
            self._until = until

    def _body(self, until: float) -> dict[str, object]:
        metadata = {_OWNER: self._owner, _UNTIL: f"{until:.0f}", _BY: self._by}
        config = {
            "image": self._image,
            "metadata": metadata,
            "guest": {"cpu_kind": "shared", "cpus": 1, "memory_mb": 256},
            "restart": {"policy": "no"},
            "auto_destroy": True,
            "dns": {"skip_registration": True},
        }
        return {"name": NAME, "skip_launch": True, "skip_service_registration": True, "config": config}


def _left(holder: Machine, now: float) -> float:
    """Return the seconds until a lock ends by itself; one that says nothing has ended."""
    until = dict(holder.metadata).get(_UNTIL, "")
    return float(until) - now if until.isdecimal() else 0.0
