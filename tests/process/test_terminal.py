"""What a person sees: a real terminal of 80 columns."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from contextlib import suppress

from tests.apps import ROOT

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
CONTROL = re.compile(r"\x1b\[[?0-9;]*[A-Za-z]")


def _typed(folder, *words, env=None):
    """Return what stands on the terminal after a verb, and its exit code."""
    mine, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
    own = {**os.environ, **(env or {}), "PYTHONPATH": str(ROOT), "TERM": "xterm-256color"}
    own = {name: value for name, value in own.items() if name not in {"COLUMNS", "NO_COLOR", "FORCE_COLOR"}}
    command = [sys.executable, "-m", "pipeline.cli", *words]
    process = subprocess.Popen(command, cwd=folder, env=own, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    said = b""
    with suppress(OSError):  # the terminal is gone with the last process on it
        while chunk := os.read(mine, 65536):
            said += chunk
    os.close(mine)
    return said.decode().replace("\r\n", "\n"), process.wait(timeout=60)


def test_a_run_shows_each_row_once_and_the_verdict_below(spa):
    """The rows come as steps end; the verdict stands alone, coloured, and nothing is wider than the screen."""
    folder, env = spa(1)
    (folder / "pipeline.yaml").write_text("name: an-application-with-a-name-that-is-long-enough-for-two-lines\n")
    text, code = _typed(folder, "ci", "--on", "host", env=env)
    plain = re.sub(r"[^\n]*\r", "", CONTROL.sub("", text))  # a row takes the place of what was running
    assert code == 1
    assert "\x1b[1;31mRED\x1b[0m\n" in text
    assert len(re.findall(r"^  FAILED +spa\.install", plain, re.MULTILINE)) == 1
    assert [line for line in plain.splitlines() if len(line) > 80 and "$ " not in line] == []


def test_a_plan_fits(spa):
    """Long reasons go on below their beginning."""
    folder, _ = spa(0)
    text, code = _typed(folder, "plan")
    assert code == 0
    assert [line for line in COLOUR.sub("", text).splitlines() if len(line) > 80 and "$ " not in line] == []


def test_an_error_fits(tmp_path):
    """The way out is read without words cut in two."""
    text, code = _typed(tmp_path, "plan")
    assert code == 2
    assert text.startswith("\x1b[1;31mP101\x1b[0m no application found")
    assert max(len(line) for line in COLOUR.sub("", text).splitlines()) <= 80
