"""What a release would change, as one value: what `release plan` shows, and what an approval is given for."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

from pipeline.release import decide
from pipeline.release.secrets import SecretsPlan
from pipeline.settings import forms

if TYPE_CHECKING:
    from pipeline.release.model import Goal, Live, Migration, Record

_DIGITS = 16
# Seconds that a machine is away when it gets another image: it is stopped and made anew, then its checks have to pass.
_AWAY = (5, 30)


@dataclass(frozen=True, kw_only=True)
class ReleasePlan:
    """A goal beside what is live.

    `last` is the last release that works, as far as anybody wrote it down; `config` are differences of the fly.toml.
    `refused` keeps it from being released, `warnings` do not.
    """

    goal: Goal
    live: Live
    last: Record | None = None
    config: tuple[str, ...] = ()
    secrets: SecretsPlan = field(default_factory=SecretsPlan)
    refused: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def hash(self) -> str:
        """What names exactly this: another goal, also in how it is proven, secret or live version gives another."""
        secrets = [(row.name, row.digest, row.change.value) for row in self.secrets.rows]
        # Where machines pull it from is known later.
        said = [asdict(replace(self.goal, image="")), self.live.mark, secrets]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:_DIGITS]

    @property
    def is_unchanged(self) -> bool:
        """Whether there is nothing to do."""
        unchanged = decide.is_unchanged(self.goal, self.last, self.live, self.secrets.digests)
        return unchanged and not self.secrets.to_set

    @property
    def migrations(self) -> tuple[Migration, ...]:
        """The migrations that it brings."""
        return decide.pending(self.goal, self.last.goal if self.last else None)

    @property
    def downtime(self) -> str:
        """What its users will see."""
        strategy, count = self.goal.strategy, len(self.live.machines)
        if not count:
            return "none: nothing serves yet"
        if strategy == forms.BLUEGREEN:
            return "none: new machines serve before the old ones go"
        if strategy == forms.IMMEDIATE or count == 1:
            which = "the only machine" if count == 1 else f"all {count} machines at once"
            tried = ", after one more was tried" if strategy == forms.CANARY else ""
            return f"about {_AWAY[0]} to {_AWAY[1]} s: {which} stops and starts again{tried}"
        return f"none while one of {count} machines serves; one after the other stops and starts again"
