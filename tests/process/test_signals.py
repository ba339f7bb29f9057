"""A run that is told to end: by Ctrl-C, by a CI system that cancels the job, by a terminal that closes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.apps import ROOT

SECONDS = 60
VITE = {"version": "7.0.0", "resolved": "https://registry.npmjs.org/vite/-/vite-7.0.0.tgz", "dev": True}
LOCK = {"name": "x", "lockfileVersion": 3, "packages": {"": {"name": "x"}, "node_modules/vite": VITE}}
NOTE = 'echo $$ $! > "$PIPELINE_TEST_PIDS.new"; mv "$PIPELINE_TEST_PIDS.new" "$PIPELINE_TEST_PIDS"'
# Each notes its process, npm that of a child too, and waits.
TOOLS = {
    "node": "#!/bin/sh\n",
    "npm": f"#!/bin/sh\nsleep 300 &\n{NOTE}\nwait\n",
    "dagger": f'#!/bin/sh\n[ "$1 $2" = "core version" ] && exit 0\n{NOTE}\nexec sleep 300\n',
}


@pytest.fixture
def started(tmp_path):
    """Start `pipeline ci`, wait until its tool runs, and return it with the processes of the tool."""
    (tmp_path / "app").mkdir()
    package = {"name": "x", "scripts": {"build": "vite build"}, "devDependencies": {"vite": "7"}}
    (tmp_path / "app/package.json").write_text(json.dumps(package))
    (tmp_path / "app/package-lock.json").write_text(json.dumps(LOCK))
    (tmp_path / "tools").mkdir()
    for name, text in TOOLS.items():
        (tmp_path / "tools" / name).write_text(text)
        (tmp_path / "tools" / name).chmod(0o755)
    pids = tmp_path / "pids"
    env = os.environ | {
        "PATH": f"{tmp_path / 'tools'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PIPELINE_TEST_PIDS": str(pids),
    }

    def start(on, tools=()):
        for name, text in dict(tools).items():
            (tmp_path / "tools" / name).write_text(text)
        command = [sys.executable, "-m", "pipeline.cli", "ci", "--on", on]
        run = subprocess.Popen(
            command, cwd=tmp_path / "app", env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        end = time.monotonic() + SECONDS
        while not pids.exists() and run.poll() is None and time.monotonic() < end:
            time.sleep(0.05)  # the file is the only sign that the tool runs
        return run, [int(pid) for pid in pids.read_text().split()]

    return start


def _alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
@pytest.mark.parametrize("on", ["host", "dagger"])
def test_a_run_that_is_told_to_end(started, on, number):
    """Exit code 130, one line, no report; the tool it waited for is gone, on the host with its children."""
    run, pids = started(on)
    run.send_signal(number)
    out, err = run.communicate(timeout=SECONDS)
    assert (run.returncode, out) == (130, "")
    assert err.splitlines()[-1] == "interrupted; every process it started was ended"
    assert "Traceback" not in err
    assert [pid for pid in pids if _alive(pid)] == []


# A child and a daemon that end for no kind word, and neither does the tool.
STUBBORN = """#!/bin/sh
trap '' TERM INT HUP
sleep 300 &
child=$!
setsid sleep 300 &
echo $$ $child $! > "$PIPELINE_TEST_PIDS.new"; mv "$PIPELINE_TEST_PIDS.new" "$PIPELINE_TEST_PIDS"
while :; do sleep 0.1; done
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
@pytest.mark.parametrize("on", ["host", "dagger"])
def test_a_second_signal_ends_all_for_good(started, on, number):
    """Who cannot wait for the kind way (systems that cancel twice) leaves nothing behind either."""
    dagger = STUBBORN.replace("trap", '[ "$1 $2" = "core version" ] && exit 0\ntrap', 1)
    run, pids = started(on, {"npm": STUBBORN, "dagger": dagger.replace("sleep 300 &", "true &")})
    run.send_signal(number)
    time.sleep(0.5)
    run.send_signal(number)
    out, err = run.communicate(timeout=SECONDS)
    assert (run.returncode, out) == (130, "")
    assert err.splitlines()[-1] == "interrupted; every process it started was ended"
    assert "Traceback" not in err
    assert [pid for pid in pids if _alive(pid)] == []
