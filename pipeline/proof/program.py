"""The image as a program: started as its user on a read-only root, asked over HTTP, and ended."""

from __future__ import annotations

import errno
import http.client
import os
import shlex
import signal
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from pipeline.proof.expected import ENV_PREFIX, Expected, fail

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.proof.files import Image

HOST = "127.0.0.1"
ANSWER_SECONDS = 10
MAX_BYTES = 2_000_000
# Where programs write however closed the rest is; a platform gives them memory for it.
SCRATCH = ("tmp", "run", "var/tmp")
NAMES = ("etc/hosts", "etc/resolv.conf")


def close(image: Image, volumes: tuple[str, ...]) -> None:
    """Make the root read-only, with memory where programs write, and with the host names that hold outside.

    The caller has a mount namespace of his own (`unshare --mount`).

    Raises:
        OSError: this container may not mount.

    """
    for name in NAMES:
        image.inside(name).parent.mkdir(parents=True, exist_ok=True)
        image.inside(name).touch()
    # A link would lead to a folder of this container; what it means inside is a space of its own or none.
    spaces = [name for name in (*SCRATCH, *volumes) if not image.inside(name).is_symlink()]
    for name in ("proc", "dev", *spaces):
        image.inside(name).mkdir(parents=True, exist_ok=True)
    _mount("--make-rprivate", "/")
    _mount("--rbind", str(image.root), str(image.root))
    _mount("-o", "remount,bind,ro", str(image.root))
    _mount("-t", "proc", "proc", str(image.inside("proc")))
    _mount("--rbind", "/dev", str(image.inside("dev")))
    for name in spaces:
        _mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", str(image.inside(name)))
    for name in NAMES:
        _mount("--bind", f"/{name}", str(image.inside(name)))


def _mount(*words: str) -> None:
    done = subprocess.run(["mount", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        what = f"mount {' '.join(words)}: {done.stderr.strip()}"
        raise OSError(what)


class Program:
    """What the image starts, with what the platform adds to its environment; `log` gets its words."""

    def __init__(self, image: Image, expected: Expected, log: Path) -> None:
        self.image, self.expected, self.log = image, expected, log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def ended(self) -> int | None:
        """The exit code, nothing while it runs."""
        return self._process.poll() if self._process else None

    def release(self) -> str:
        """Run the release command as the platform does: behind the entrypoint, before anything is started."""
        seconds = self.expected.start_seconds
        run = self._started([*self.image.entrypoint, *shlex.split(self.expected.release_command)], RELEASE_COMMAND="1")
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
                fail(f"nothing answers on port {self.expected.port} after {seconds} s")
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
            return self._get(path, ANSWER_SECONDS)
        except (OSError, http.client.HTTPException) as error:
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
            except (OSError, subprocess.SubprocessError) as error:
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

    def _listens(self) -> bool:
        try:
            self._get("/", 2)
        except (OSError, http.client.HTTPException):
            return False
        return True

    def _get(self, path: str, seconds: float) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection(HOST, self.expected.port, timeout=seconds)
        try:
            connection.request("GET", path, headers={"Accept": "text/html, */*", "Host": "localhost"})
            answer = connection.getresponse()
            kind = (answer.getheader("Content-Type") or "").partition(";")[0]
            return answer.status, kind, answer.read(MAX_BYTES)
        finally:
            connection.close()

    def _last_words(self) -> str:
        """Return the first line of the log's end that tells of an exception, or the last line."""
        text = self.log.read_bytes()[-8000:].decode("utf-8", "replace")
        lines = [line.strip()[:200] for line in text.splitlines() if line.strip()]
        told = (line for line in lines if "exception" in line.lower())
        return next(told, lines[-1] if lines else "it said nothing")
