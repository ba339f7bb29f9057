"""Runs flyctl on this machine, in a folder of its own that nothing of it outlives."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.fly.hands import STATE, TOKEN, Spoken
from pipeline.release.argv import CONFIG_DIR, KEPT
from pipeline.run import last_will, process

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# flyctl writes values of secrets into its logs, so they go where no disk keeps them, if there is such a place.
_MEMORY = Path("/dev/shm")  # noqa: S108  # a folder below it is made for each call, for us alone


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
        with tempfile.TemporaryDirectory(prefix="pipeline-fly-", dir=near) as made:
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


def _guarded(folder: str, words: Sequence[str]) -> list[str]:
    """Return the call of a program that ends flyctl when we are killed, where the kernel can tell it."""
    if sys.platform != "linux":
        return list(words)
    return [sys.executable, "-I", last_will.__file__, str(os.getpid()), folder, *words]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
