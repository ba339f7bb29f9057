from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import anyio
import pytest

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.fly import hands as module
from pipeline.fly.hands import FlyHands, Spoken
from pipeline.fly.veil import Veil
from pipeline.parse.machines import machine
from pipeline.release.model import Live
from pipeline.settings.model import ReleaseSettings
from tests.unit.release.world import goal

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


def deploying(flyctl, told: list[str]):
    """Return what becomes of a deployment by a flyctl."""
    known = {"settings": ReleaseSettings(), "veil": Veil("a token of a test", (), "x"), "tell": told.append}
    where = SimpleNamespace(where=SimpleNamespace(repository="registry.test/shop"))
    tools = SimpleNamespace(flyctl=flyctl, registry=where, **known)
    hands = FlyHands(cast("Tools", tools))
    return anyio.run(lambda: hands.deploy(goal("a", image="registry.test/shop:1"), migrate=True, back=False))


def test_while_flyctl_runs_there_are_signs_of_life(monkeypatch) -> None:
    """It may take minutes, and says nothing before its end; afterwards there are none."""
    monkeypatch.setattr(module, "SIGN", 0.01)
    told: list[str] = []

    async def slow(words, **_: object) -> Spoken:
        await anyio.sleep(0.1)
        return Spoken(code=0)

    deploying(slow, told)
    assert told
    assert all(line.endswith("flyctl still runs") for line in told)


def test_a_flyctl_that_is_not_there_is_told_as_such() -> None:
    """What waits beside it makes no group of the error."""

    async def missing(words, **_: object) -> Spoken:
        raise PipelineError(errors.TOOL_MISSING, "not on PATH: flyctl")

    with pytest.raises(PipelineError, match="not on PATH"):
        deploying(missing, [])


def test_the_copy_of_an_image_is_told(monkeypatch) -> None:
    """It is no short part of the first release of an app."""
    monkeypatch.setattr(module, "SIGN", 0.01)
    told: list[str] = []

    async def slow(name: str) -> None:
        await anyio.sleep(0.1)

    source = SimpleNamespace(manifest=slow, where=SimpleNamespace(repository="registry.test/shop"))
    tools = SimpleNamespace(origin=lambda _: source, tell=told.append, veil=Veil("a token of a test", (), "x"))
    with pytest.raises(PipelineError, match="P127"):
        anyio.run(FlyHands(cast("Tools", tools)).provide, goal("a"))
    assert told[0] == "bring the image ..."
    assert told[1].endswith("the image is on its way")
