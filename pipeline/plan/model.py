"""Steps and plans: plain values that say what will run, on what, and why."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from pipeline.plan.audit import AuditPlan
from pipeline.settings.places import PLACE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


# Why a runner without containers leaves a step out: that is no gap of the repository's own making.
NEEDS_CONTAINERS = "needs containers"


@dataclass(frozen=True, kw_only=True)
class Files:
    """Which files of the source a step sees: globs from the source root.

    `exclude` wins; in it, `!glob` takes files back that an earlier pattern excludes.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Output:
    """A file or folder that a step leaves. `path` is a glob below ${out}, or below the source when `tree`.

    Without a `required` report the step is not green; folders are always required.
    """

    path: str
    kind: str
    tree: bool = False
    required: bool = False

    def holds(self, path: str) -> bool:
        """Return whether a file, named below ${out}, belongs to this output; `**/` is any depth, none too."""
        return fnmatchcase(path, self.path) or fnmatchcase(path, self.path.removeprefix("**/"))


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """An output folder of another step, put where this one expects it (a path below the source).

    `include` and `exclude` are globs that choose files of it; without any all come along.
    """

    step: str
    path: str
    to: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Literal:
    """A small file written by the plan itself; `path` may use places, `text` too."""

    path: str
    text: str


@dataclass(frozen=True, kw_only=True)
class BaseImage:
    """The bare image of a tool for one platform, as an archive, put where the step expects it (below the source)."""

    tool: str
    image: str
    platform: str
    to: str


@dataclass(frozen=True, kw_only=True)
class DockerBuild:
    """The image of a Dockerfile (below its `context`, a folder of the source), as an archive put below ${out}."""

    file: str
    context: str
    platform: str
    to: str
    labels: tuple[tuple[str, str], ...] = ()
    env: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Step:
    """One unit of work.

    `start` is the id of the step whose end state it continues, or None for the tool's bare image.
    `commands` are argument lists; `workdir` is below the source root; `timeout` is in seconds.
    `path` are folders, with places, in which programs are looked for first.
    `caches` are pairs of an environment variable and the download cache it points to.
    `log` names the parser of the combined output; `fetches` marks steps that talk to a network.
    `wants_cases` means: green only when at least one test ran. `checks` means: red when the log holds an error,
    whatever the exit code says (`eslint . || true`). `fix` are the commands that mend what it finds.
    `builds` are Dockerfiles that are built for it, `bases` are images to build on; `roots` are archives of images that
    other steps left, unpacked for this one.
    `git` ones read the history; `privileged` ones may mount, and run nothing of the user's with that right.
    `scan` marks steps that look for weaknesses: whatever keeps one from looking makes it unavailable, never green.
    `live` ones ask a source that changes by itself: their answer counts for a while and is then asked for again.
    `unsure` says why an end without errors proves nothing, unless a report shows that something was looked at.
    `proves` says what a green result means, in the words of the summary; `leaves_open` what it does not show.
    """

    id: str
    tool: str
    proves: str
    commands: tuple[tuple[str, ...], ...]
    start: str | None = None
    needs: tuple[str, ...] = ()
    files: Files = field(default_factory=Files)
    artifacts: tuple[Artifact, ...] = ()
    builds: tuple[DockerBuild, ...] = ()
    bases: tuple[BaseImage, ...] = ()
    roots: tuple[Artifact, ...] = ()
    literals: tuple[Literal, ...] = ()
    workdir: str = "."
    env: tuple[tuple[str, str], ...] = ()
    path: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    caches: tuple[tuple[str, str], ...] = ()
    services: tuple[str, ...] = ()
    outputs: tuple[Output, ...] = ()
    timeout: int = 900
    log: str | None = None
    fetches: bool = False
    wants_cases: bool = False
    checks: bool = False
    fix: tuple[tuple[str, ...], ...] = ()
    scan: bool = False
    git: bool = False
    privileged: bool = False
    live: bool = False
    leaves_open: str = ""
    unsure: str = ""
    reason: str = ""

    @property
    def local(self) -> str:
        """Its id without the application that it belongs to: `api.build` of `shop/api.build`."""
        return self.id.rpartition("/")[2]

    @property
    def needs_containers(self) -> bool:
        """Whether it makes an image, which this machine's own tools cannot."""
        return bool(self.builds or self.bases)

    @property
    def after(self) -> tuple[str, ...]:
        """Every step that must be green before this one can run."""
        own = (self.start,) if self.start else ()
        others = (a.step for a in (*self.artifacts, *self.roots))
        return tuple(dict.fromkeys((*own, *self.needs, *others)))

    @property
    def folders(self) -> tuple[Output, ...]:
        """The folders that it leaves for others."""
        return tuple(output for output in self.outputs if output.kind == "directory")

    def digest(self, start: str, content: str) -> str:
        """Return what identifies this step's work.

        Args:
            start: digest of the step it continues, or of the tool's image reference.
            content: digest of the files it sees.

        """
        text = json.dumps([asdict(self), start, content], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:24]


@dataclass(frozen=True, kw_only=True)
class Off:
    """A step that will not run, and why; `absent` when the repository has nothing that it could look at."""

    id: str
    reason: str
    absent: bool = False


# How images of servers call what a client must know.
START_VALUES = (("user", "USER"), ("password", "PASSWORD"), ("database", "DB"))


@dataclass(frozen=True, kw_only=True)
class Service:
    """A server that tests talk to by its name. `env` configures it."""

    name: str
    image: str
    port: int
    env: tuple[tuple[str, str], ...] = ()

    def places(self, host: str, port: int) -> dict[str, str]:
        """Return what ${name.host} and its like stand for, where it answers at this host and port."""
        own = dict(self.env)
        start = {key: own.get(f"{self.name.upper()}_{word}") for key, word in START_VALUES}
        found = {"host": host, "port": str(port)} | {key: value for key, value in start.items() if value}
        return {f"{self.name}.{key}": value for key, value in found.items()}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Ordered steps: each comes after what it needs.

    `images` are references by tool; what one application wants otherwise stands there as `shop/dotnet`.
    """

    app: str
    steps: tuple[Step, ...]
    off: tuple[Off, ...] = ()
    services: tuple[Service, ...] = ()
    images: tuple[tuple[str, str], ...] = ()
    audit: AuditPlan = field(default_factory=AuditPlan)

    def __iter__(self) -> Iterator[Step]:
        """Iterate over the steps in order."""
        return iter(self.steps)

    def step(self, id_: str) -> Step:
        """Return one step by id."""
        return next(step for step in self.steps if step.id == id_)

    def image(self, tool: str) -> str:
        """Return the image reference of a tool."""
        return dict(self.images)[tool]

    def image_of(self, step: Step) -> str:
        """Return the image reference that a step runs on: its application's own, or the tool's."""
        owner = step.id.rpartition("/")[0]
        return dict(self.images).get(f"{owner}/{step.tool}") or self.image(step.tool)

    def only(self, wanted: frozenset[str]) -> Plan:
        """Return the plan of these steps and everything they need."""
        keep = set(wanted)
        for step in reversed(self.steps):
            if step.id in keep:
                keep.update(step.after)
        steps = tuple(s for s in self.steps if s.id in keep)
        return replace(self, steps=steps)


def fill(text: str, places: Mapping[str, str]) -> str:
    """Put the runner's places into a text; an unknown place stays as it is, `$(MSBuild)` too, `$${x}` becomes ${x}."""
    return PLACE.sub(lambda place: place[0][1:] if place[0][1] == "$" else places.get(place[1], place[0]), text)
