"""The host facade: `pipeline ci|plan|doctor [FOLDER]`."""

from __future__ import annotations

import argparse
import io
import os
import shutil
import signal
import sys
import tempfile
import traceback
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.errors import ExitCode, PipelineError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.judge.model import Report


def main(words: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code (see errors.ExitCode)."""
    arguments = _parser().parse_args(words)
    # A cancelled CI job is told by SIGTERM, a closed terminal by SIGHUP; a shell's `&` makes us ignore SIGINT.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: signal.raise_signal(signal.SIGINT))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        return int(VERBS[arguments.verb](arguments))
    except PipelineError as error:
        print(error, file=sys.stderr)
        return int(error.exit_code)
    except KeyboardInterrupt:
        print("interrupted; every process it started was ended", file=sys.stderr)
        return int(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        _mute()
        return int(ExitCode.GREEN)
    except Exception:  # noqa: BLE001  # the one place where our own bugs end
        lines = traceback.format_exc().splitlines()
        bug = PipelineError(
            errors.INTERNAL, f"pipeline {version('pipeline')}, Python {sys.version.split()[0]}", tuple(lines)
        )
        print(bug, file=sys.stderr)
        return int(ExitCode.BUG)


def _mute() -> None:
    """Send the rest nowhere: the reader went away (`| head`), and Python must not complain once more at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pipeline", description="Builds, tests and proves an ASP.NET Core + React application."
    )
    parser.add_argument("--version", action="version", version=version("pipeline"))
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    ci = verbs.add_parser("ci", help="run everything and give one verdict")
    plan = verbs.add_parser("plan", help="print the steps and their reasons; nothing runs")
    doctor = verbs.add_parser("doctor", help="say what this machine lacks and how to get it")
    for verb in (ci, plan, doctor):
        verb.add_argument("folder", nargs="?", default=".", type=Path, help="the application's folder (default: here)")
        verb.add_argument("--json", action="store_true", help="print JSON")
        verb.add_argument("--settings", type=Path, metavar="FILE", help="YAML that wins over pipeline.yaml")
        verb.add_argument(
            "--nuget-feed", type=Path, metavar="DIR", help="folder of NuGet packages that replaces every source"
        )
    ci.add_argument("--on", choices=("auto", "dagger", "host"), default="auto", help="where to run (default: auto)")
    ci.add_argument("--evidence", type=Path, metavar="DIR", help="write every report there")
    ci.add_argument("--fresh", action="store_true", help="run green steps again too")
    return parser


def _load(arguments: argparse.Namespace):  # type: ignore[no-untyped-def]  # noqa: ANN202
    from pipeline.load import load  # noqa: PLC0415  # `pipeline --help` needs none of it

    overlays = [(str(arguments.settings), _read(arguments.settings))] if arguments.settings else []
    return load(arguments.folder, overlays=overlays, feed=arguments.nuget_feed is not None)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PipelineError(errors.UNREADABLE, f"{path}: {error}") from None


def _plan(arguments: argparse.Namespace) -> ExitCode:
    from pipeline.render import plan_text  # noqa: PLC0415

    loaded = _load(arguments)
    print(plan_text.as_json(loaded.plan) if arguments.json else plan_text.text(loaded.app, loaded.plan), end="")
    return ExitCode.GREEN


def _doctor(arguments: argparse.Namespace) -> ExitCode:
    from pipeline.run import doctor  # noqa: PLC0415

    checks = doctor.examine(arguments.folder, dict(os.environ))
    print(doctor.as_json(checks) if arguments.json else doctor.text(checks), end="")
    return ExitCode.GREEN if all(check.ok for check in checks) else ExitCode.INCOMPLETE


def _ci(arguments: argparse.Namespace) -> ExitCode:
    from pipeline.run import place, services  # noqa: PLC0415

    if arguments.nuget_feed and not arguments.nuget_feed.is_dir():
        raise PipelineError(errors.UNREADABLE, f"--nuget-feed {arguments.nuget_feed}: no such folder")
    _writable(arguments.evidence)
    loaded = _load(arguments)
    choice = place.choose(arguments.on, dict(os.environ))
    print(f"pipeline ci: {loaded.plan.app} on {choice.why}", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix=services.SCRATCH, ignore_cleanup_errors=True) as scratch:
        if choice.runner == "dagger":
            report, files = place.on_dagger(loaded, arguments, Path(scratch).resolve(), dict(os.environ))
        else:
            report, files = place.on_host(loaded, arguments, Path(scratch).resolve(), dict(os.environ))
        return _answer(report, files, arguments)


def _writable(folder: Path | None) -> None:
    """Refuse before the run what would lose its evidence after it, and take an older run's report away."""
    from pipeline.render import evidence  # noqa: PLC0415

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


def _answer(report: Report, files: Path, arguments: argparse.Namespace) -> ExitCode:
    from pipeline.render import as_json, evidence, summary  # noqa: PLC0415
    from pipeline.run import reports  # noqa: PLC0415

    try:
        print(as_json.text(report) if arguments.json else summary.text(report), end="", flush=True)
    except BrokenPipeError:
        _mute()
    if arguments.evidence:
        try:
            for name, text in evidence.files(report).items():
                (arguments.evidence / name).write_text(text, encoding="utf-8", errors="backslashreplace")
            reports.copy(files, arguments.evidence / "steps")
        except OSError as error:
            raise PipelineError(errors.UNREADABLE, f"--evidence {error.filename}: {error.strerror}") from None
    return report.verdict


VERBS = {"ci": _ci, "plan": _plan, "doctor": _doctor}

if __name__ == "__main__":
    sys.exit(main())
