"""What goes wrong on purpose, call by call."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fly.call import Call

KINDS = {"reset", "lost", "slow", "malformed", "truncated", "hold"}


@dataclass(kw_only=True)
class Fault:
    """One thing that goes wrong `times` times, with calls that fit, `after` so many of them went well.

    `kind` is a status (with `body`), `reset` (nothing is done, the connection is reset), `lost` (it is done, then
    reset), `slow` (done after `seconds`), `malformed` (no JSON), `truncated` (half of the answer), or `hold` (it
    waits until `release`). `operation` is a text in the GraphQL request.
    `app`: it happens to the visitors of that app and not to the APIs.
    """

    method: str
    path: str
    kind: int | str
    times: float = 1
    after: int = 0
    body: str | None = None
    seconds: float = 0
    operation: str = ""
    app: str = ""
    seen: int = 0
    done: int = 0
    reached: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        if not isinstance(self.kind, int) and self.kind not in KINDS:
            message = f"no such fault: {self.kind}"
            raise ValueError(message)

    def fits(self, call: Call) -> bool:
        """Return whether it is about a call."""
        said = not self.operation or self.operation in call.body.decode(errors="replace")
        return self.app == call.app and self.method in {call.method, "*"} and said and self._found(call)

    def _found(self, call: Call) -> bool:
        return bool(re.search(self.path, call.target))

    def wait(self, seconds: float = 20) -> None:
        """Wait until a call is held."""
        if not self.reached.wait(seconds):
            message = f"nothing asked for {self.method} {self.path}"
            raise AssertionError(message)

    def release(self) -> None:
        """Let the call that is held go on."""
        self.go.set()


class Faults:
    """All faults, in the order they were given; the first that is due happens."""

    def __init__(self) -> None:
        self.all: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> Fault:
        """Let it happen from now on."""
        with self._lock:
            self.all.append(fault)
        return fault

    def due(self, call: Call) -> Fault | None:
        """Return what goes wrong with a call, and count it."""
        found = None
        with self._lock:
            for fault in self.all:
                if not fault.fits(call):
                    continue
                fault.seen += 1
                if found is None and fault.seen > fault.after and fault.done < fault.times:
                    fault.done += 1
                    found = fault
        return found

    def end(self) -> None:
        """Let nothing go wrong any more, and nothing be held."""
        with self._lock:
            for fault in self.all:
                fault.times = -inf
                fault.release()
