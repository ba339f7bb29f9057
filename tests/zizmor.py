"""zizmor, which comes with the project."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def zizmor(place: Path) -> str:
    """Return which files zizmor looked at; a finding of any weight fails the test."""
    command = ["zizmor", "--offline", "--no-progress", "--persona=pedantic", str(place)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stderr
