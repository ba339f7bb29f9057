"""One request to the simulator, and which function serves it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NONCE = "fly-machine-lease-nonce"


@dataclass(kw_only=True)
class Call:
    """What was asked, and what was answered; `status` 0: the connection was reset. `app`: it was asked at its edge."""

    at: float
    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = b""
    status: int = 0
    answer: bytes = b""
    app: str = ""

    @property
    def path(self) -> str:
        """Return the target without its query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> dict[str, list[str]]:
        """Return the values of the query."""
        return parse_qs(self.target.partition("?")[2])

    @property
    def json(self) -> Any:
        """Return the body, which is an object when there is none."""
        return json.loads(self.body or b"{}")

    @property
    def nonce(self) -> str:
        """Return the lease that the caller holds."""
        return self.headers.get(NONCE, "")

    def one(self, name: str, default: str = "") -> str:
        """Return one value of the query."""
        return self.query.get(name, [default])[0]


@dataclass(frozen=True, kw_only=True)
class Route:
    """A served call. `free`: it waits, so it takes the lock by itself."""

    method: str
    pattern: re.Pattern[str]
    serve: Callable[..., Any]
    free: bool = False


class Routes(list[Route]):
    """Served calls of one API."""

    def add(self, method: str, path: str, *, free: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Serve a path, in which `:x` stands for one part that the function gets."""
        pattern = re.compile(re.sub(r":\w+", "([^/]+)", path))

        def keep(serve: Callable[..., Any]) -> Callable[..., Any]:
            self.append(Route(method=method, pattern=pattern, serve=serve, free=free))
            return serve

        return keep
