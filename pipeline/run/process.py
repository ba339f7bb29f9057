"""Runs one process in a group of its own, so that a timeout or an interrupt ends its children too."""

from __future__ import annotations

import os
import signal
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import anyio

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

GRACE = 5.0


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a process ended; `code` is None when it could not be started."""

    code: int | None
    timed_out: bool = False
    why: str = ""


async def run(command: list[str], *, folder: Path, env: Mapping[str, str], log: Path, timeout: float) -> Ended:  # noqa: ASYNC109  # the deadline ends the process group, not this task
    """Run a command with its output in `log`; `timeout` is in seconds."""
    with log.open("ab") as out:
        try:
            process = await anyio.open_process(
                command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
            )
        except OSError as error:
            return Ended(code=None, why=f"{command[0]}: {error.strerror}")
        try:
            with anyio.move_on_after(timeout) as scope:
                await process.wait()
        finally:
            # Build servers that the command left behind go too.
            with anyio.CancelScope(shield=True):
                await end_group(process.pid, still=process.returncode is None)
                await process.wait()
    return Ended(code=process.returncode, timed_out=scope.cancelled_caught)


async def end_group(group: int, *, still: bool) -> None:
    """End a process group: first kindly, then for good."""
    if not _signal(group, signal.SIGTERM):
        return
    with anyio.move_on_after(GRACE):
        while still and _signal(group, 0):
            await anyio.sleep(0.1)
            if _reaped(group):
                break
    _signal(group, signal.SIGKILL)


def _signal(group: int, number: int) -> bool:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _reaped(group: int) -> bool:
    """Whether the group's leader is a zombie: it has ended and waits for us to look."""
    try:
        with open(f"/proc/{group}/stat", encoding="utf-8") as stat:  # noqa: PTH123  # a read of procfs does not block
            return stat.read().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True
