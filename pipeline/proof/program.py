"""The image as a program: started as its user on a read-only root, asked over HTTP, and ended."""

from __future__ import annotations

import ctypes
import errno
import http.client
import os
import shlex
import signal
import socket
import subprocess
import time
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, NoReturn

from pipeline.proof.expected import ENV_PREFIX, Expected, fail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.proof.files import Image

LOOPBACK = "127.0.0.1"
# Nobody has it (RFC 5737); asked which address leads there, the system names the one that others reach us by.
ELSEWHERE = "192.0.2.1"
MAX_BYTES = 2_000_000
# Where programs write however closed the rest is; a platform gives them memory for it.
SCRATCH = ("tmp", "run", "var/tmp")
NAMES = ("etc/hosts", "etc/resolv.conf")
# The rest of /dev is that of the engine's machine, its disks among it.
DEVICES = ("full", "null", "random", "tty", "urandom", "zero")
STREAMS = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"}
_LIBC = ctypes.CDLL(None, use_errno=True)
_NO_NEW_PRIVS = 38
_KEPT_WORDS = 8000


def address() -> str:
    """Return the address that other machines reach this one by; a machine without one has none but its own."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect((ELSEWHERE, 9))
        except OSError:
            return LOOPBACK
        return str(asked.getsockname()[0])


def close(image: Image, volumes: tuple[str, ...]) -> None:
    """Make the root read-only, with memory where programs write, and with the host names that hold outside.

    The caller has a mount namespace of his own (`unshare --mount`).

    Raises:
        OSError: this container may not mount.

    """
    for name in NAMES:
        image.inside(name).parent.mkdir(parents=True, exist_ok=True)
        image.inside(name).touch()
    # Links may make one of several names.
    spaces = {image.inside(name): None for name in (*SCRATCH, *volumes)}
    for place in (image.inside("proc"), image.inside("dev"), *spaces):
        place.mkdir(parents=True, exist_ok=True)
    _mount("--make-rprivate", "/")
    _mount("--rbind", str(image.root), str(image.root))
    _mount("-o", "remount,bind,ro", str(image.root))
    _mount("-t", "proc", "proc", str(image.inside("proc")))
    for place in spaces:
        _mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", str(place))
    _devices(image.inside("dev"))
    for name in NAMES:
        _mount("--bind", f"/{name}", str(image.inside(name)))


def _devices(folder: Path) -> None:
    _mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", str(folder))
    for name in DEVICES:
        (folder / name).touch()
        _mount("--bind", f"/dev/{name}", str(folder / name))
    for name, target in STREAMS.items():
        (folder / name).symlink_to(target)
    (folder / "shm").mkdir()
    _mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", str(folder / "shm"))


def _mount(*words: str) -> None:
    done = subprocess.run(["mount", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        what = f"mount {' '.join(words)}: {done.stderr.strip()}"
        raise OSError(what)


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """End what takes longer: a byte now and then keeps every connection alive.

    Raises:
        TimeoutError: it did.

    """

    def late(*_: object) -> NoReturn:
        what = f"no end of the answer after {seconds} s"
        raise TimeoutError(what)

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class Program:
    """What the image starts, with what the platform adds to its environment; `log` gets its words."""

    def __init__(self, image: Image, expected: Expected, log: Path) -> None:
        self.image, self.expected, self.log = image, expected, log
        self.address = address()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def ended(self) -> int | None:
        """The exit code, nothing while it runs."""
        return self._process.poll() if self._process else None

    def release(self) -> str:
        """Run the release command as the platform does: behind the entrypoint, before anything is started."""
        seconds = self.expected.start_seconds
        try:
            words = shlex.split(self.expected.release_command)
        except ValueError as error:
            fail(f"`{self.expected.release_command}` cannot be read: {error}")
        run = self._started([*self.image.entrypoint, *words], RELEASE_COMMAND="1")
        try:
            code = run.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL)
            fail(f"did not end within {seconds} s")
        if code:
            fail(f"ended with {code}: {self._last_words()}")
        return "ended with 0"

    def start(self) -> str:
        """Start it and wait until it answers anything."""
        self._process = self._started(self.image.command)
        began, seconds = time.monotonic(), self.expected.start_seconds
        while not self._listens():
            if self.ended is not None:
                fail(f"it ended with {self.ended} at its start: {self._last_words()}")
            if time.monotonic() - began > seconds:
                alone = self.address != LOOPBACK and self._listens(LOOPBACK)
                why = f"; it listens on {LOOPBACK} alone, where no platform reaches it" if alone else ""
                fail(f"nothing answers on port {self.expected.port} after {seconds} s{why}")
            time.sleep(0.1)
        return f"answers after {time.monotonic() - began:.1f} s on a read-only root"

    def stop(self) -> str:
        """Ask it to end as a platform does, and see that nothing of it is left."""
        grace, began = self.expected.grace_seconds, time.monotonic()
        process = self._process
        if process is None or self.ended is not None:
            fail(f"it ended with {self.ended} before it was asked to: {self._last_words()}")
        process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(grace)
        except subprocess.TimeoutExpired:
            fail(f"it still runs {grace} s after SIGTERM; a platform would kill it")
        if self._listens():
            fail("it ended, and a program that it had started still answers")
        return f"ended with {code}, {time.monotonic() - began:.1f} s after SIGTERM"

    def kill(self) -> None:
        """End whatever is left of it."""
        if self._process:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def get(self, path: str) -> tuple[int, str, bytes]:
        """Return status, kind of content and body of an answer.

        Raises:
            Failed: there is none.

        """
        try:
            return self._get(path, self.expected.answer_seconds, self.address)
        except (OSError, http.client.HTTPException, ValueError) as error:
            fail(f"GET {path}: {type(error).__name__} {error}")

    def _started(self, words: list[str], **more: str) -> subprocess.Popen[bytes]:
        given = {name.removeprefix(ENV_PREFIX): os.environ[name] for name in os.environ if name.startswith(ENV_PREFIX)}
        env = {**self.image.env, **given, **more}
        with self.log.open("ab") as out:
            try:
                return subprocess.Popen(
                    words,
                    env=env,
                    preexec_fn=self._enter,  # noqa: PLW1509  # this process has one thread
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=out,
                    start_new_session=True,
                )
            except (OSError, ValueError, subprocess.SubprocessError) as error:
                if isinstance(error, OSError) and error.errno == errno.ENOEXEC:
                    raise
                fail(f"`{' '.join(words)}` cannot be started: {error}")

    def _enter(self) -> None:
        """Go into the image and become its user; runs in the new process."""
        uid, gid = self.image.ids
        os.chroot(self.image.root)
        os.chdir(self.image.config.get("WorkingDir") or "/")
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
        # This container may mount, which a file of the image that makes root of its user would get too.
        if _LIBC.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "prctl")

    def _listens(self, host: str = "") -> bool:
        try:
            self._get("/", 2, host or self.address)
        except (OSError, http.client.HTTPException, ValueError):
            return False
        return True

    def _get(self, path: str, seconds: float, host: str) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection(host, self.expected.port, timeout=seconds)
        with _within(seconds), closing(connection):
            connection.request("GET", path, headers={"Accept": "text/html, */*", "Host": "localhost"})
            answer = connection.getresponse()
            kind = (answer.getheader("Content-Type") or "").partition(";")[0]
            return answer.status, kind, answer.read(MAX_BYTES)

    def _last_words(self) -> str:
        """Return the first line of the log's end that tells of an exception, or the last line."""
        with self.log.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - _KEPT_WORDS))
            text = log.read().decode("utf-8", "replace").replace("\0", "")
        lines = [line.strip()[:200] for line in text.splitlines() if line.strip()]
        told = (line for line in lines if "exception" in line.lower())
        return next(told, lines[-1] if lines else "it said nothing")
