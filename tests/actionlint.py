"""actionlint, where this machine has it; a test that cannot ask it says so."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.apps import ROOT

if TYPE_CHECKING:
    from pathlib import Path

VERSION = "v1.7.12"


def findings(workflow: Path) -> str:
    """Return what actionlint finds in a workflow."""
    tool = shutil.which("actionlint", path=f"{ROOT / '.tools/bin'}{os.pathsep}{os.environ['PATH']}")
    if not tool:
        how = f"go install github.com/rhysd/actionlint/cmd/actionlint@{VERSION}"
        pytest.skip(f"NOT TESTED (actionlint): not on PATH; {how}")
    done = subprocess.run([tool, str(workflow)], capture_output=True, text=True, timeout=60, check=False)
    return done.stdout + done.stderr if done.returncode else ""
