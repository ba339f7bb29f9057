"""`pipeline ci`: run everything, print one verdict, write the evidence."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.errors import ExitCode, PipelineError
from pipeline.render import as_json, evidence, summary
from pipeline.run import place, reports, services
from pipeline.verbs import shared

if TYPE_CHECKING:
    import argparse

    from pipeline.judge.model import Report


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `ci` understands."""
    shared.arguments_of_application(parser)
    parser.add_argument("--on", choices=("auto", "dagger", "host"), default="auto", help="where to run (default: auto)")
    parser.add_argument("--evidence", type=Path, metavar="DIR", help="write every report there")
    parser.add_argument("--fresh", action="store_true", help="run green steps again too")


def run(words: argparse.Namespace) -> ExitCode:
    """Run the plan where it can run; the exit code is the verdict."""
    if words.nuget_feed and not words.nuget_feed.is_dir():
        raise PipelineError(errors.UNREADABLE, f"--nuget-feed {words.nuget_feed}: no such folder")
    _writable(words.evidence)
    loaded = shared.load_application(words)
    choice = place.choose(words.on, dict(os.environ))
    print(f"pipeline ci: {loaded.plan.app} on {choice.why}", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix=services.SCRATCH, ignore_cleanup_errors=True) as scratch:
        on = place.on_dagger if choice.runner == "dagger" else place.on_host
        report, files = on(loaded, words, Path(scratch).resolve(), dict(os.environ))
        return _answer(report, files, words)


def _writable(folder: Path | None) -> None:
    """Refuse before the run what would lose its evidence after it, and take an older run's report away."""
    if not folder:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PipelineError(errors.UNREADABLE, f"--evidence {folder}: {error.strerror}") from None
    if not os.access(folder, os.W_OK):
        raise PipelineError(errors.UNREADABLE, f"--evidence {folder}: Permission denied")
    for name in evidence.NAMES:
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / "steps", ignore_errors=True)


def _answer(report: Report, files: Path, words: argparse.Namespace) -> ExitCode:
    print(as_json.text(report) if words.json else summary.text(report), end="")
    if words.evidence:
        try:
            for name, text in evidence.files(report).items():
                (words.evidence / name).write_text(text, encoding="utf-8", errors="backslashreplace")
            reports.copy(files, words.evidence / "steps")
        except OSError as error:
            raise PipelineError(errors.UNREADABLE, f"--evidence {error.filename}: {error.strerror}") from None
    return report.verdict
