from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import anyio

from pipeline.fly.hands import FlyHands
from pipeline.parse.machines import machine
from pipeline.release.model import Live

if TYPE_CHECKING:
    from pipeline.fly.hands import Tools


def test_a_standby_is_not_started() -> None:
    """It would do the work of a machine that runs a second time."""
    started: list[str] = []

    async def start(name: str) -> None:
        started.append(name)

    hands = FlyHands(cast("Tools", SimpleNamespace(app=SimpleNamespace(start=start))))
    standby = machine({"id": "waits", "state": "stopped", "config": {"standbys": ["works"]}})
    asleep = machine({"id": "sleeps", "state": "stopped", "config": {}})
    anyio.run(hands.wake, Live(machines=(standby, asleep)))
    assert started == ["sleeps"]
