"""A program of its own: runs a command, and ends all of it when whoever started it is killed.

A process that is killed ends no children, so flyctl would go on with a release that nobody watches any more, and leave
a folder with a token in it. Only the kernel sees such an end: it sends a signal, and that is what this waits for.
Called with the number of the process that has to live, the folder to take away, and the command. For Linux alone.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

# linux/prctl.h
_DEATH_SIGNAL, _SUBREAPER = 1, 36
_TOLD = signal.SIGUSR1


def main(parent: int, folder: str, command: list[str]) -> int:
    """Run the command and return its exit code as a shell tells it."""

    def end(*_: object) -> NoReturn:
        _end_children()
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(1)

    signal.signal(_TOLD, end)
    # Whoever lives ends the whole group, so this only waits for its child, which has the signal too.
    signal.signal(signal.SIGTERM, lambda *_: None)
    libc = ctypes.CDLL(None)
    libc.prctl(_DEATH_SIGNAL, int(_TOLD), 0, 0, 0)
    # A daemon that the command leaves becomes a child of this process.
    libc.prctl(_SUBREAPER, 1, 0, 0, 0)
    if os.getppid() != parent:
        end()
    code = subprocess.Popen(command).wait()
    return code if code >= 0 else 128 - code


def _end_children() -> None:
    """End every child, and what becomes a child by the end of another."""
    while found := _children():
        for number in found:
            os.kill(number, signal.SIGKILL)
        for number in found:
            os.waitpid(number, 0)


def _children() -> list[int]:
    own, found = str(os.getpid()), []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if fields[1] == own:
            found.append(int(stat.parent.name))
    return found


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2], sys.argv[3:]))
