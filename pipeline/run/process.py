"""Runs one process and ends all that it leaves behind: its group, and daemons that left the group."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

GRACE = 5.0
# A daemon starts a session of its own and so leaves our group, but it inherits this variable.
MARK = "PIPELINE_PROCESS"
# The groups that may still run, with the mark of their daemons.
_living: dict[int, str] = {}


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a process ended; `code` is None when it could not be started."""

    code: int | None
    timed_out: bool = False
    why: str = ""


async def run(
    command: list[str],
    *,
    folder: Path,
    env: Mapping[str, str],
    log: Path,
    timeout: float,  # noqa: ASYNC109  # the deadline ends the process group, not this task
    errors: Path | None = None,
) -> Ended:
    """Run a command with its output in `log`, its errors too unless they go elsewhere; `timeout` is in seconds."""
    mark = secrets.token_hex(8)
    own = {**env, MARK: mark}
    with log.open("ab") as out, (errors or log).open("ab") as err:
        try:
            process = await anyio.open_process(
                command, cwd=folder, env=own, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True
            )
        except OSError as error:
            return Ended(code=None, why=f"{command[0]}: {error.strerror}")
        _living[process.pid] = mark
        try:
            with anyio.move_on_after(timeout) as scope:
                await process.wait()
        finally:
            # Build servers that the command left behind go too.
            with anyio.CancelScope(shield=True):
                await end_group(process.pid, still=process.returncode is None)
                await process.wait()
                _end_daemons(mark)
                del _living[process.pid]
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


def remember(group: int) -> None:
    """Take note of a group that somebody else starts and ends: a server has no mark."""
    _living[group] = ""


def forget(group: int) -> None:
    """Take note that it has ended."""
    _living.pop(group, None)


@contextmanager
def signals_wait() -> Iterator[None]:
    """Let a signal that asks us to end wait until the block is done: one that starts a process also names it."""
    came: list[int] = []
    asked = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    # An ignored one stays ignored, and so it does in the process that the block starts.
    answers = {number: answer for number in asked if callable(answer := signal.getsignal(number))}
    for number in answers:
        signal.signal(number, lambda told, _frame: came.append(told))
    try:
        yield
    finally:
        for number, answer in answers.items():
            signal.signal(number, answer)
        for told in came:
            signal.raise_signal(told)


def end_all() -> None:
    """End for good what still runs: a second signal of somebody impatient ends the kind way halfway through."""
    told = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    for number in told:
        signal.signal(number, signal.SIG_IGN)
    while _living:
        group, mark = _living.popitem()
        _signal(group, signal.SIGKILL)
        if mark:
            _end_daemons(mark)
    for number, answer in told.items():
        signal.signal(number, answer)


def _end_daemons(mark: str) -> None:
    """End every process that carries the mark; only Linux shows the environment of others."""
    wanted = f"{MARK}={mark}".encode()
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if wanted in environ.read_bytes().split(b"\0"):
                os.kill(int(environ.parent.name), signal.SIGKILL)
        except OSError:  # it has ended, or belongs to another user
            continue


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
