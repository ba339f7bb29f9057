"""One life of a machine: from its launch to the next update, stop or destruction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from tests.fly.behaviour import Behaviour, Moment, Page, moments

if TYPE_CHECKING:
    from collections.abc import Mapping

UNAVAILABLE, OK = 503, 200


class Life(Protocol):
    """What a machine runs."""

    behaviour: Behaviour

    def moments(self, now: float) -> list[Moment]:
        """Return what happened so far."""

    def probe(self, check: Mapping[str, Any], now: float) -> int:
        """Return the status that a check gets, 0 when nothing answers."""

    def answer(self, asked: Asked, now: float) -> Page | None:
        """Return what a visitor gets, or nothing when no one listens."""

    def end(self) -> None:
        """Stop it."""


class Asked:
    """A visitor's request to a machine."""

    def __init__(self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> None:
        self.method, self.target, self.headers, self.body = method, target, dict(headers or {}), body
        self.path = target.partition("?")[0]


class Script:
    """A life that follows its behaviour; nothing of the image runs."""

    def __init__(self, behaviour: Behaviour, machine: Any, began: float) -> None:
        self.behaviour, self._machine = behaviour, machine
        self._all = moments(behaviour, machine.config, began)
        self._health = {behaviour.health_path, *(one["path"] for one in definitions(machine.config) if one.get("path"))}

    def moments(self, now: float) -> list[Moment]:
        """Return what happened so far."""
        return [one for one in self._all if one.at <= now]

    def probe(self, check: Mapping[str, Any], now: float) -> int:
        """Return the status of a check at this time."""
        return self._status(check.get("path") or "/", now)

    def _status(self, path: str, now: float) -> int:
        told = self.moments(now)
        if not told or told[-1].state != "started" or self.behaviour.address in {"", "127.0.0.1"}:
            return 0
        since = now - told[-1].at
        if since < self.behaviour.healthy_after:
            return UNAVAILABLE
        if since >= self.behaviour.unhealthy_after:
            return self.behaviour.later
        if self.behaviour.health == OK and path in self.behaviour.pages:
            return self._page(path)[0]
        return self.behaviour.health

    def answer(self, asked: Asked, now: float) -> Page | None:
        """Return a page of the script; a health path answers as the health is."""
        status = self._status(self.behaviour.health_path, now)
        if not status:
            return None
        if asked.path in self._health:
            status = self._status(asked.path, now)
            if status != OK or asked.path not in self.behaviour.pages:
                more = {"Location": f"https://x.test{asked.path}"} if status in range(300, 400) else {}
                return status, more, f"scripted health {status}\n".encode()
        return self._page(asked.path)

    def _page(self, path: str) -> Page:
        pages = self.behaviour.pages
        found = pages.get(path, pages.get("*", (OK, {}, b"scripted\n") if path == "/" else (404, {}, b"not found\n")))
        return found(path, self._machine) if callable(found) else found

    def end(self) -> None:
        """Nothing runs."""


def definitions(config: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the checks of a machine's configuration, each with the name it has in the answers."""
    found = [{"name": name, **check} for name, check in (config.get("checks") or {}).items()]
    for index, service in enumerate(config.get("services") or []):
        for check in service.get("checks") or []:
            port = check.get("port") or service.get("internal_port")
            found.append({**check, "name": f"servicecheck-{index:02d}-{check.get('type', 'tcp')}-{port}"})
    return found
