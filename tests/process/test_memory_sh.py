"""memory.sh, really executed by sh: the epoch of each digest."""

from __future__ import annotations

import subprocess
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "pipeline/run/memory.sh"


def _memory(folder, epoch, *digests):
    done = subprocess.run(["sh", str(SCRIPT), str(folder), epoch, *digests], capture_output=True, text=True, check=True)
    return done.stdout


def test_reading_what_nobody_set(tmp_path):
    """Unknown digests have no epoch, and that is no error."""
    assert _memory(tmp_path / "new", "-", "aa", "bb") == ""


def test_setting_and_reading(tmp_path):
    """A fresh run sets the epoch of each of its digests, and every later call reads it."""
    assert _memory(tmp_path, "e1", "aa", "bb") == "aa e1\nbb e1\n"
    assert _memory(tmp_path, "-", "bb", "cc", "aa") == "bb e1\naa e1\n"


def test_the_last_fresh_run_counts(tmp_path):
    """A newer epoch replaces an older one, for its digests only."""
    _memory(tmp_path, "e1", "aa", "bb")
    _memory(tmp_path, "e2", "aa")
    assert _memory(tmp_path, "-", "aa", "bb") == "aa e2\nbb e1\n"


def test_no_digests(tmp_path):
    """An empty plan asks for nothing."""
    assert _memory(tmp_path, "-") == ""


def test_a_volume_that_takes_nothing(tmp_path):
    """A fresh result that cannot be remembered is an error: later calls would take the older one."""
    (tmp_path / "memory").write_text("a file where the folder should be")
    words = ["sh", str(SCRIPT), str(tmp_path / "memory"), "e1", "aa"]
    assert subprocess.run(words, capture_output=True, check=False).returncode != 0
