"""How often a call may be made, as Fly documents it: https://fly.io/docs/machines/api/working-with-machines-api/."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fly.call import Call

ONE_MACHINE = re.compile(r"/v1/apps/[^/]+/machines/[^/]+")
OFTEN, SELDOM = (5.0, 10.0), (1.0, 3.0)


@dataclass
class Bucket:
    """What is left of a burst, and when that was counted."""

    left: float
    at: float


class Limits:
    """One call a second for each action on a machine or an app, three at once; reading a machine: five, and ten."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, str], Bucket] = {}

    def allow(self, call: Call) -> bool:
        """Count a call and return whether it is allowed; only the Machines API has limits."""
        if not call.path.startswith("/v1/"):
            return True
        reads = call.method == "GET" and ONE_MACHINE.fullmatch(call.path)
        pace, burst = OFTEN if reads else SELDOM
        bucket = self._buckets.setdefault((call.method, call.path), Bucket(burst, call.at))
        bucket.left = min(burst, bucket.left + (call.at - bucket.at) * pace)
        bucket.at = call.at
        if bucket.left < 1:
            return False
        bucket.left -= 1
        return True
