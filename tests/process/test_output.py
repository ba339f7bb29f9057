"""Readers that go away: whatever happens to the output, the exit code is the verdict."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import apps

NO_SCANS = ("--settings", str(apps.NO_SCANS))


def _nobody():
    """Return the writing end of a pipe whose reader has gone."""
    reader, writer = os.pipe()
    os.close(reader)
    return writer


def _ci(folder, env, *words, **streams):
    command = [sys.executable, "-m", "pipeline.cli", "ci", "--on", "host", *NO_SCANS, *words]
    return subprocess.run(command, cwd=folder, env=env, timeout=120, check=False, **streams)


@pytest.mark.parametrize("code", [0, 1])
def test_nobody_reads_standard_error(spa, code):
    """The progress is lost and nothing else: every step runs, and the summary is whole."""
    folder, env = spa(code)
    done = _ci(folder, env, stdout=subprocess.PIPE, stderr=_nobody())
    assert done.returncode == code
    assert done.stdout.decode().startswith("GREEN  x " if code == 0 else "RED  x ")


@pytest.mark.parametrize("code", [0, 1])
def test_nobody_reads_standard_output(spa, tmp_path, code):
    """`pipeline ci | head -1` is as red as the run, and the evidence is written."""
    folder, env = spa(code)
    done = _ci(folder, env, "--evidence", str(tmp_path / "e"), stdout=_nobody(), stderr=subprocess.PIPE)
    assert (done.returncode, b"Traceback" in done.stderr) == (code, False)
    assert json.loads((tmp_path / "e/report.json").read_text())["verdict"] == code


def test_nobody_reads_an_error(spa):
    """A mistake of the configuration keeps its exit code."""
    folder, env = spa(0)
    (folder / "pipeline.yaml").write_text("nmae: x")
    assert _ci(folder, env, stdout=_nobody(), stderr=_nobody()).returncode == 2


def test_no_standard_error_at_all(spa):
    """With `2>&-` the progress does not end up in the report."""
    folder, env = spa(0)
    command = 'exec "$0" -m pipeline.cli ci --on host --settings "$1" --json 2>&-'
    shell = ["sh", "-c", command, sys.executable, NO_SCANS[1]]
    done = subprocess.run(shell, cwd=folder, env=env, stdout=subprocess.PIPE, timeout=120, check=False)
    assert done.returncode == 0
    assert json.loads(done.stdout)["verdict"] == 0


@pytest.mark.parametrize("verb", ["plan", "settings"])
def test_other_verbs_end_well_too(spa, verb):
    """`pipeline plan | head -1` says nothing more."""
    folder, env = spa(0)
    command = [sys.executable, "-m", "pipeline.cli", verb]
    done = subprocess.run(
        command, cwd=folder, env=env, stdout=_nobody(), stderr=subprocess.PIPE, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize("words", [("plan",), ("plan", "--json"), ("ci", "--on", "host")], ids=" ".join)
@pytest.mark.parametrize("both", [False, True], ids=["output", "both"])
def test_a_full_disk_is_not_green(spa, words, both):
    """Output that could not be written is told, and no bug of ours; only a reader that went away is no loss."""
    folder, env = spa(0)
    command = [sys.executable, "-m", "pipeline.cli", *words]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command, cwd=folder, env=env, timeout=120, check=False, stdout=full,
            stderr=full if both else subprocess.PIPE,
        )  # fmt: skip
    assert done.returncode == 4
    if not both:
        said = done.stderr.decode()
        assert ("P410 " in said, "No space left on device" in said, "Traceback" in said) == (True, True, False)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_what_is_said_beside_the_output_ends_no_verb(tmp_path):
    """A terminal that hangs up, or a full disk, would else end a release in its midst."""
    program = "from pipeline.verbs import output\nwith output.guarded():\n    output.note('x')\n    print('done')\n"
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=tmp_path, stdout=subprocess.PIPE, stderr=full, timeout=60, check=False
        )
    assert (done.returncode, done.stdout) == (0, b"done\n")
