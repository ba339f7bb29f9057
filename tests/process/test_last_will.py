"""Nothing of flyctl outlives whoever started it: not it, not its daemons, not its folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.run import last_will
from tests.apps import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")

# Starts what is to be ended, tells that it did, and sleeps as whoever releases does.
OWNER = """
import os, subprocess, sys, time
run = subprocess.Popen([sys.executable, "-I", sys.argv[1], str(os.getpid()), *sys.argv[2:]])
time.sleep(60)
"""
# Leaves a daemon that is nobody's child any more, as flyctl's agent is.
WITH_DAEMON = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open(sys.argv[1] + "/daemon", "w").write(str(os.getpid()))
        time.sleep(60)
    os._exit(0)
open(sys.argv[1] + "/child", "w").write(str(os.getpid()))
time.sleep(60)
"""


def number(file):
    """Return what a process wrote about itself."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if file.exists() and file.read_text():
            return int(file.read_text())
        time.sleep(0.02)
    raise AssertionError(file)


def lives(process):
    return Path(f"/proc/{process}").exists()


def test_what_was_started_ends_with_whoever_started_it(tmp_path):
    """SIGKILL: the command, the daemon that it left and the folder with its secrets are gone at once."""
    folder, told = tmp_path / "state", tmp_path / "told"
    folder.mkdir()
    told.mkdir()
    (folder / "token").write_text("x")
    words = [last_will.__file__, str(folder), sys.executable, "-c", WITH_DAEMON, str(told)]
    with subprocess.Popen([sys.executable, "-c", OWNER, *words], cwd=ROOT) as owner:
        found = [number(told / "child"), number(told / "daemon")]
        owner.kill()
    until = time.monotonic() + 5
    while time.monotonic() < until and (folder.exists() or any(map(lives, found))):
        time.sleep(0.02)
    assert (folder.exists(), [lives(one) for one in found]) == (False, [False, False])


def call(folder, *words, parent=None):
    command = [sys.executable, "-I", last_will.__file__, str(parent or os.getpid()), str(folder), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)


def test_its_end_is_that_of_the_command(tmp_path):
    """Output, errors and code; a signal as a shell tells it. The folder is its owner's."""
    done = call(tmp_path, sys.executable, "-c", "import sys; print('out'); sys.exit('err')")
    assert (done.returncode, done.stdout, done.stderr) == (1, "out\n", "err\n")
    killed = call(tmp_path, sys.executable, "-c", f"import os; os.kill(os.getpid(), {int(signal.SIGKILL)})")
    assert killed.returncode == 128 + signal.SIGKILL
    assert tmp_path.exists()


def test_who_is_dead_already_starts_nothing(tmp_path):
    """Between its start and the word to the kernel somebody may have been killed."""
    (tmp_path / "x").mkdir()
    assert call(tmp_path / "x", "true", parent=1).returncode == 1
    assert not (tmp_path / "x").exists()
