"""Runs flyctl on this machine, in a folder of its own that nothing of it outlives."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.fly.hands import STATE, TOKEN, Spoken
from pipeline.release.argv import CONFIG_DIR, KEPT
from pipeline.run import last_will, process

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# flyctl writes values of secrets into its logs, so they go where no disk keeps them, if there is such a place.
_MEMORY = Path("/dev/shm")  # noqa: S108  # a folder below it is made for each call, for us alone
_PREFIX = "pipeline-fly-"
# Seconds in which whoever has made a folder has long said that it is in use.
_NEW = 60.0


@dataclass(frozen=True, kw_only=True)
class HostFlyctl:
    """flyctl as it lies on PATH; `env` is the caller's environment."""

    token: str = field(repr=False)
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ), repr=False)

    def require(self) -> None:
        """See that there is one.

        Raises:
            PipelineError: P107.

        """
        if not shutil.which("flyctl", path=self.env.get("PATH")):
            raise PipelineError(
                errors.TOOL_MISSING, "not on PATH: flyctl, which https://fly.io/docs/flyctl/install brings"
            )

    async def __call__(
        self, words: Sequence[str], *, env: Mapping[str, str], files: Mapping[str, str], seconds: float
    ) -> Spoken:
        """Run it; a text in `files` is laid where flyctl finds it.

        Raises:
            PipelineError: P107.

        """
        self.require()
        near = _MEMORY if os.access(_MEMORY, os.W_OK) else None
        if near:
            sweep(near, time.time())
        with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=near) as made, _in_use(Path(made)):
            folder = Path(made)
            for name, text in files.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text(text, encoding="utf-8")
            own = {name: self.env[name] for name in KEPT if name in self.env}
            own |= {**env, "HOME": made, CONFIG_DIR: str(folder / STATE), TOKEN: self.token}
            out, err = folder / "out", folder / "err"
            ended = await process.run(
                _guarded(made, words), folder=folder, env=own, log=out, errors=err, timeout=seconds
            )
            said = [_text(path) for path in (out, err)]
        if ended.code is None:
            raise PipelineError(errors.TOOL_MISSING, ended.why)
        return Spoken(code=None if ended.timed_out else ended.code, out=said[0], err=said[1])


def sweep(place: Path, now: float) -> None:
    """Take away what is left of calls that were killed with all that watched them: the token stands in it."""
    for folder in place.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            told = folder.lstat()
            if told.st_uid == os.getuid() and now - told.st_mtime > _NEW:
                with _in_use(folder, by=fcntl.LOCK_EX | fcntl.LOCK_NB):
                    shutil.rmtree(folder)


@contextmanager
def _in_use(folder: Path, by: int = fcntl.LOCK_SH) -> Iterator[None]:
    """Hold a folder; whoever is killed lets it go.

    Raises:
        OSError: it is in use, or no folder.

    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, by)
        yield
    finally:
        os.close(handle)


def _guarded(folder: str, words: Sequence[str]) -> list[str]:
    """Return the call of a program that ends flyctl when we are killed, where the kernel can tell it."""
    if sys.platform != "linux":
        return list(words)
    return [sys.executable, "-I", last_will.__file__, str(os.getpid()), folder, *words]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
