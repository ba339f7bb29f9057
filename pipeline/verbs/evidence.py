"""The folder of `--evidence`: made ready before a run, written after it."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.render import evidence
from pipeline.run import reports

if TYPE_CHECKING:
    import argparse

    from pipeline.judge.model import Report
    from pipeline.plan.model import Plan

REPORT = evidence.NAMES[0]
STEPS = "steps"


def argument(parser: argparse.ArgumentParser) -> None:
    """Add the folder, as every run with evidence takes it."""
    parser.add_argument("--evidence", type=Path, metavar="DIR", help="write every report there")


def prepare(folder: Path) -> None:
    """Take an older run's files away; refuse what would lose this run's evidence, or files of somebody else.

    Raises:
        PipelineError: P108 when the folder cannot be written, P120 when it is used for something else.

    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PipelineError(errors.UNREADABLE, f"--evidence {folder}: {error.strerror}") from None
    if not os.access(folder, os.W_OK):
        raise PipelineError(errors.UNREADABLE, f"--evidence {folder}: Permission denied")
    taken = [name for name in (STEPS, *evidence.NAMES) if os.path.lexists(folder / name)]
    odd = [name for name in taken if not _as_we_leave_it(folder / name)]
    if odd or (taken and not _left_by_a_run(folder / REPORT)):
        what = f"--evidence {folder} holds what no run of this pipeline left"
        raise PipelineError(errors.EVIDENCE_FOLDER, what, tuple(odd or taken))
    shutil.rmtree(folder / STEPS, ignore_errors=True)
    # The report goes last: it is what tells an interrupted run that the folder is ours.
    for name in reversed(evidence.NAMES):
        (folder / name).unlink(missing_ok=True)


def write(folder: Path, report: Report, plan: Plan, steps: Path) -> None:
    """Write every rendering of the report, and each step's own files, which lie in `steps`.

    Raises:
        PipelineError: P108 when the folder cannot be written.

    """
    try:
        for name, text in evidence.files(report).items():
            (folder / name).write_text(text, encoding="utf-8", errors="backslashreplace")
        reports.copy(steps, folder / STEPS, plan)
    except OSError as error:
        raise PipelineError(errors.UNREADABLE, f"--evidence {error.filename}: {error.strerror}") from None


def _as_we_leave_it(path: Path) -> bool:
    return not path.is_symlink() and (path.is_dir() if path.name == STEPS else path.is_file())


def _left_by_a_run(report: Path) -> bool:
    """Whether a file is a report, of whatever schema: an older version's evidence is ours too."""
    try:
        data = json.loads(report.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(data, dict) and isinstance(data.get("schema"), int) and {"verdict", "steps"} <= set(data)
