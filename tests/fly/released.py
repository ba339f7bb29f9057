"""A place to release to: the simulated platform, a real registry, an application's folder, the command line."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from pipeline import cli
from pipeline.release import records
from tests.apps import ROOT
from tests.fly import fly_toml, launch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.registry.publish import Published
    from tests.fly.simulator import Simulator

# What no output, record, file or argument may ever show; others who test at the same time look for another.
_PARTS = tuple(f"{text}-{uuid.uuid4().hex[:6]}" for text in ("c4n4ry", "t0ken-of-fly", "p4ss#w0rd"))
MARK = _PARTS[0]
TOKEN = f"{MARK}-{_PARTS[1]}"
VALUE = f"{MARK} {_PARTS[2]}"
CANARIES = [
    *_PARTS,
    *(base64.b64encode(text.encode()).decode().rstrip("=") for text in (TOKEN, VALUE, f"x:{TOKEN}")),
]
TIMES = {
    "term": 4.0,
    "patience": 20.0,
    "pipeline.fly.lock:PAUSE": 0.3,
    "pipeline.registry.trouble:FIRST_WAIT": 0.05,
    "pipeline.registry.trouble:LONGEST_WAIT": 0.2,
    "pipeline.release.attempts:BREATH": 0.5,
    "pipeline.release.attempts:PAUSE": 0.3,
    "pipeline.release.attempts:SILENCE": 2.0,
    "pipeline.release.verify:SILENCE": 2.0,
    "pipeline.release.verify:PAUSE": 0.2,
    "pipeline.release.rollout:GLANCE": 2.0,
    "pipeline.release.journal:RECORDING": 3.0,
    "pipeline.release.journal:PAUSE": 0.3,
}


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a call came to."""

    code: int
    out: str
    err: str
    seconds: float

    @property
    def text(self) -> str:
        """Return all of it."""
        return self.out + self.err


@dataclass(kw_only=True)
class Place:
    """Where one test releases to; nobody else knows its app."""

    sim: Simulator
    host: str
    folder: Path
    app: str = field(default_factory=lambda: f"shop-{uuid.uuid4().hex[:6]}")
    more: dict[str, object] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    times: dict[str, float] = field(default_factory=lambda: dict(TIMES))
    said: list[Said] = field(default_factory=list)
    shown: list[AssertionError] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make the app and its folder."""
        self.sim.tokens = {TOKEN}
        self.sim.world.started_ago = 11
        self.sim.app(self.app)
        (self.folder / "tmp").mkdir(parents=True)
        (self.folder / "app").mkdir()
        self.toml()
        self.write("Web.csproj", '<Project Sdk="Microsoft.NET.Sdk.Web"/>')
        self.configure()

    def write(self, name: str, text: str) -> None:
        """Write a file of the application."""
        (self.folder / "app" / name).write_text(text)

    def toml(self, more: str = "") -> None:
        """Write the fly.toml."""
        self.write("fly.toml", fly_toml.text(self.app, more))

    def configure(self, **release: object) -> None:
        """Write the settings; times are short."""
        self.more |= release
        own = {"app": self.app, "registry": self.host, "api": self.sim.url, "machines_api": self.sim.url}
        own |= {
            "url": self.sim.edge(self.app),
            "stable": "1 s",
            "wait": "5 s",
            "migration": "5 s",
            "config": "fly.toml",
        }
        environments = {"staging": {"release": own | self.more}}
        text = {"publish": {"repository": f"{self.host}/team/shop"}, "environments": environments}
        self.write("pipeline.yaml", json.dumps(text))

    def _env(self) -> dict[str, str]:
        own = {"PATH": os.environ["PATH"], "HOME": str(self.folder / "tmp"), "TMPDIR": str(self.folder / "tmp")}
        own |= {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "FLY_API_TOKEN": TOKEN}
        # LaunchDarkly, which flyctl asks whatever it is told, is refused at once.
        return own | {"HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1"} | self.env

    def __call__(self, *words: str) -> Said:
        """Run the command line here, and see that nothing shows a secret."""
        out, err, began = io.StringIO(), io.StringIO(), time.monotonic()
        signals = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        with contextlib.ExitStack() as stack:
            stack.enter_context(mock.patch.dict(os.environ, self._env(), clear=True))
            for place, value in self.times.items():
                if ":" in place:
                    stack.enter_context(mock.patch(place.replace(":", "."), value))
            limits = {name: self.times[name] for name in ("term", "patience")}
            stack.enter_context(mock.patch.object(launch.fly, "Caller", _limited(launch.fly.Caller, limits)))
            stack.enter_context(self._watched())
            stack.enter_context(contextlib.redirect_stdout(out))
            stack.enter_context(contextlib.redirect_stderr(err))
            code = cli.main([*words[:1], *words[1:], "--folder", str(self.folder / "app")])
        for number, answer in signals.items():
            signal.signal(number, answer)
        said = Said(code=code, out=out.getvalue(), err=err.getvalue(), seconds=time.monotonic() - began)
        self.said.append(said)
        self.shows_nothing(said.text)
        return said

    @contextlib.contextmanager
    def _watched(self) -> Iterator[None]:
        """See all the time that no argument of a process shows a secret."""
        over = threading.Event()

        def watch() -> None:
            while not over.wait(0.2):
                try:
                    self.processes()
                except AssertionError as error:
                    self.shown.append(error)

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()

    def begin(self, *words: str) -> subprocess.Popen[str]:
        """Start the command line as a process of its own."""
        command = [sys.executable, "-m", "tests.fly.launch", json.dumps(self.times)]
        return subprocess.Popen(
            [*command, *words, "--folder", str(self.folder / "app")],
            cwd=ROOT,
            env=self._env(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ended(self, run: subprocess.Popen[str], seconds: float = 60) -> Said:
        """Return what it came to."""
        began = time.monotonic()
        out, err = run.communicate(timeout=seconds)
        self.shows_nothing(out + err)
        return Said(code=run.returncode, out=out, err=err, seconds=time.monotonic() - began)

    def log(self) -> tuple[records.Record, ...]:
        """Return the releases as the registry keeps them, and see that they show nothing."""
        manifest = _get(f"http://{self.host}/v2/team/shop/manifests/releases.{self.app}")
        if manifest is None:
            return ()
        digest = json.loads(manifest)["layers"][0]["digest"]
        text = (_get(f"http://{self.host}/v2/team/shop/blobs/{digest}") or b"").decode()
        self.shows_nothing(text)
        return records.read(text)

    def deploy(self, image: Published, *words: str) -> Said:
        """Deploy an image."""
        return self("deploy", "staging", image.reference, *words)

    def verdicts(self) -> list[str]:
        """Return kind and verdict of each release, the newest first."""
        return [f"{one.kind} {one.verdict.value}" for one in self.log()]

    def serves(self) -> set[str]:
        """Return the digests that the machines of the app run; those that are no lock."""
        with self.sim.world.lock:
            now = self.sim.world.clock()
            found = self.sim.world.app(self.app).machines.values()
            return {one.image.digest for one in found if one.config.get("services") and one.state(now) == "started"}

    def soon_serves(self, seconds: float = 5) -> set[str]:
        """Return the same as soon as there is one: a machine that was just changed starts in a moment."""
        until = time.monotonic() + seconds
        while not (found := self.serves()) and time.monotonic() < until:
            time.sleep(0.02)
        return found

    def locks(self) -> list[str]:
        """Return the locks that are there."""
        with self.sim.world.lock:
            now = self.sim.world.clock()
            found = self.sim.world.app(self.app).machines.values()
            return [one.id for one in found if one.name == "pipeline-release-lock" and one.alive(now)]

    def deployments(self) -> int:
        """Return how many releases flyctl made."""
        return len(self.sim.world.app(self.app).releases)

    def shows_nothing(self, text: str) -> None:
        """See that a text holds no secret."""
        assert [one for one in CANARIES if one in text] == []

    def left_nothing(self) -> None:
        """See that no file, process or argument is left that holds one, and none of ours at all."""
        for file in (self.folder / "tmp").rglob("*"):
            if file.is_file():
                self.shows_nothing(file.read_bytes().decode("latin-1"))
        # Where flyctl's state lies; other tests may run at the same time.
        for toml in Path("/dev/shm").glob("pipeline-fly-*/fly.toml"):  # noqa: S108
            with contextlib.suppress(FileNotFoundError):
                assert self.app not in toml.read_text()
        assert (self.processes(), self.shown) == ([], [])

    def processes(self) -> list[str]:
        """Return the command lines of processes that release to this app; none may show a secret."""
        found = []
        for file in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                words = file.read_bytes().decode("latin-1")
                if self.app in words or str(self.folder) in words or self._is_ours(file.parent):
                    self.shows_nothing(words)
                    found.append(words.replace("\0", " "))
        return found

    def _is_ours(self, process: Path) -> bool:
        return f"FLY_FLAPS_BASE_URL={self.sim.url}\0".encode() in (process / "environ").read_bytes()

    def nobody(self, seconds: float = 5) -> None:
        """Wait until no process is left."""
        until = time.monotonic() + seconds
        while self.processes() and time.monotonic() < until:
            time.sleep(0.05)
        self.left_nothing()


def _limited(made: type, limits: dict[str, float]) -> object:
    return lambda **more: made(**more, **limits)


def _get(url: str) -> bytes | None:
    accept = {"Accept": "application/vnd.oci.image.manifest.v1+json"}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(url, headers=accept), timeout=10) as answer:  # noqa: S310  # our own
            return answer.read()
    except urllib.error.HTTPError:
        return None
