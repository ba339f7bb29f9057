"""Debian's docker-registry, started for a test: no stand-in of ours."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROGRAM = "docker-registry"


def lacking() -> str:
    """Return why none can be started on this machine, or an empty text."""
    return "" if shutil.which(PROGRAM) else f"{PROGRAM} is not on PATH (Debian's package of that name)"


@contextmanager
def serving(folder: Path, address: str = "127.0.0.1") -> Iterator[str]:
    """Serve on a free port of an address and return both; everything it keeps is below `folder`."""
    with socket.socket() as probe:
        probe.bind((address, 0))
        host = f"{address}:{probe.getsockname()[1]}"
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "registry.yml"
    settings.write_text(
        f"version: 0.1\nlog: {{level: error}}\nhttp: {{addr: '{host}'}}\n"
        f"storage: {{filesystem: {{rootdirectory: '{folder}/kept'}}}}\n"
    )
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen([PROGRAM, "serve", str(settings)], stdout=log, stderr=log) as run,
    ):
        try:
            _wait(host, run)
            yield host
        finally:
            run.terminate()


def _wait(host: str, run: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://{host}/v2/", timeout=2).close()  # the address is ours
        except OSError:
            assert run.poll() is None, "the registry ended"
            time.sleep(0.05)
        else:
            return
    raise AssertionError(host)
