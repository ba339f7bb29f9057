"""The values of a release: what has to be true on Fly.io, and what was seen there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from pipeline.settings import forms

if TYPE_CHECKING:
    from pipeline.parse.machines import Machine


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where something is released to: an environment, its app on Fly.io and the public address."""

    environment: str
    app: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Live:
    """The machines that serve an app at one moment; `strangers` are those of no release that visitors meet too."""

    machines: tuple[Machine, ...] = ()
    strangers: tuple[Machine, ...] = ()

    @property
    def mark(self) -> tuple[tuple[str, str], ...]:
        """What changes as soon as anybody changes a machine."""
        return tuple(sorted((one.id, one.instance) for one in self.machines))

    @property
    def digests(self) -> frozenset[str]:
        """The images that they run."""
        return frozenset(one.digest for one in self.machines)

    @property
    def release(self) -> int:
        """The newest release that one of them is of."""
        return max((one.release for one in self.machines), default=0)


@dataclass(frozen=True, kw_only=True)
class Page:
    """A file of the SPA that the public address has to serve: byte by byte, or as a page that names others.

    A server may put something into its page, so that one is told by the scripts and styles that it names.
    """

    path: str
    sha256: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Migration:
    """One migration that an image brings; `because` are its statements that an older release does not survive."""

    id: str
    because: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What a release has to reach, in every word that is needed to reach it again.

    `source` is the image by digest where it was published, `image` the name under which machines pull it. `config` is
    the text of the fly.toml. Times are in seconds, memory in MB; 0 and empty texts are not looked at. `migrations` is
    None where nobody knows which ones the image brings. `may_sleep` says that the platform stops idle machines.
    """

    app: str
    environment: str
    source: str
    digest: str
    config: str
    config_digest: str
    image: str = ""
    revision: str = ""
    version: str = ""
    url: str = ""
    health: str = ""
    version_route: str = ""
    smoke: tuple[str, ...] = ()
    pages: tuple[Page, ...] = ()
    memory: int = 0
    region: str = ""
    volume: str = ""
    strategy: str = forms.ROLLING
    may_sleep: bool = False
    stable: float = 20
    wait: float = 120
    migration_wait: float = 300
    migrations: tuple[Migration, ...] | None = None


class Verdict(Enum):
    """How a release ended; `RUNNING` is written before anything changes, and stays where nobody lived to write more."""

    RUNNING = "running"
    VERIFIED = "verified"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    ROLLED_BACK = "rolled back"
    STUCK = "stuck"
    SUPERSEDED = "superseded"
    INTERRUPTED = "interrupted"

    @property
    def is_good(self) -> bool:
        """Whether the goal is what serves, and was seen to."""
        return self in {Verdict.VERIFIED, Verdict.UNCHANGED}


@dataclass(frozen=True, kw_only=True)
class Record:
    """One release as it is kept: its goal, who wanted it, and what came of it.

    `kind` is deploy or rollback; `started` and `ended` are seconds since the epoch, `phases` pairs of a name and
    seconds. `secrets` are pairs of a name and the digest that Fly shows, `of` is the record that it went back from.
    `migrated` is false only where it is sure that none of its migrations was begun. `seen` is what was
    seen of a red one, with what its machines wrote; it is told and not kept, since an application may write anything.
    """

    id: str
    goal: Goal
    kind: str = "deploy"
    verdict: Verdict = Verdict.RUNNING
    why: tuple[str, ...] = ()
    by: str = ""
    release: int = 0
    secrets: tuple[tuple[str, str], ...] = ()
    started: float = 0.0
    ended: float = 0.0
    phases: tuple[tuple[str, float], ...] = ()
    of: str = ""
    migrated: bool = True
    seen: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """How long it took; 0 while nobody knows."""
        return max(0.0, self.ended - self.started) if self.ended else 0.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the public address said to one question: the beginning of its body as text, and the digest of all of it."""

    path: str
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    text: str = ""
    sha256: str = ""
    seconds: float = 0.0
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What was seen in one look: the machines, and what the public address answers."""

    at: float
    live: Live
    answers: tuple[Answer, ...] = ()
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What a verification came to: the misses of its last look, empty when all of it held long enough.

    `blind` says that the machines could not be looked at in the end, so that nobody knows; `seen` is what those of the
    last looks saw that missed something.
    """

    ok: bool
    misses: tuple[str, ...] = ()
    superseded: bool = False
    blind: bool = False
    looks: int = 0
    seen: tuple[str, ...] = ()
