"""Where a run of the command line happens: on a Dagger engine, or with this machine's own tools."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import anyio

from pipeline import errors
from pipeline.doctor.tools import NO_MODULE
from pipeline.errors import PipelineError
from pipeline.judge import verdict
from pipeline.load import require_secrets, secrets_of
from pipeline.render import as_json
from pipeline.render.evidence import NAMES, PUBLISHED
from pipeline.run import process, retry

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping

    from pipeline.judge.model import Report
    from pipeline.load import Loaded
    from pipeline.plan.model import Plan

# A lost engine makes the dagger command wait for ten minutes.
PROBE_SECONDS = 30
# For what is no step: the engine's start, the module, images.
SPARE_SECONDS = 1800
GRACE_SECONDS = 30
REPORT = NAMES[0]
Left = TypeVar("Left")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The runner and, for the first line of output, the reason."""

    runner: str
    why: str


def choose(wish: str, env: Mapping[str, str]) -> Choice:
    """Return where to run.

    Raises:
        PipelineError: P401 when Dagger was asked for and does not answer.

    """
    if wish == "host":
        return Choice(runner="host", why="this machine's own tools (--on host)")
    problem = engine_problem(env)
    if not problem:
        return Choice(runner="dagger", why="a Dagger engine")
    if wish == "dagger":
        raise PipelineError(errors.ENGINE_UNREACHABLE, problem)
    return Choice(runner="host", why=f"this machine's own tools (no container engine: {problem})")


def module_root() -> Path | None:
    """Return the folder of this package's dagger.json, if it was not installed without it."""
    root = Path(__file__).resolve().parents[2]
    return root if (root / "dagger.json").is_file() else None


def engine_problem(env: Mapping[str, str]) -> str:
    """Return why no engine can be used, or an empty text."""
    dagger = shutil.which("dagger", path=env.get("PATH"))
    if not dagger:
        return "dagger is not on PATH"
    if not module_root():
        return NO_MODULE
    command = [dagger, "core", "version"]
    try:
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=PROBE_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return f"the engine did not answer within {PROBE_SECONDS} s"
    except OSError as error:
        return f"{dagger}: {error.strerror}"
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    return "" if done.returncode == 0 else lines[-1].strip() if lines else f"exit code {done.returncode}"


def require(runner: str, loaded: Loaded, arguments: argparse.Namespace, env: Mapping[str, str]) -> dict[str, str]:
    """Refuse a plan that the runner could not begin; return the environment of the run.

    The settings say how a secret is called, and the caller alone which variable holds it: whoever can change the
    repository would else have any of his variables sent to an address of their choice.

    Raises:
        PipelineError: P105, P107 or P112.

    """
    variable = arguments.nuget_token
    if variable and variable not in env:
        raise PipelineError(errors.SECRET_MISSING, f"--nuget-token=env://{variable}: there is no such variable")
    secrets = secrets_of(loaded.settings, env[variable] if variable else None)
    require_secrets(loaded.plan, secrets)
    if runner != "host":
        return dict(env)
    from pipeline.run.host import require_tools  # noqa: PLC0415

    require_tools(loaded.plan, env)
    return {name: value for name, value in env.items() if name != variable} | secrets


def on_dagger(
    loaded: Loaded, arguments: argparse.Namespace, scratch: Path, env: Mapping[str, str], *, part: str = ""
) -> tuple[Report, Path]:
    """Run on the engine through `dagger call evidence`; return the report and the folder of each step's files."""
    target = scratch / "evidence"
    asked = ("evidence", *([f"--part={part}"] if part else []), "-o", str(target))
    called = wait_for([*calling(arguments), *asked], arguments.folder, env, limit(loaded.plan))
    return _left(called, target / REPORT, as_json.read), target / "steps"


@dataclass(frozen=True, kw_only=True)
class Publication:
    """What came of `publish`: the image by digest, or the error that kept it away; else the report says why.

    `told` is the JSON of either, `steps` the folder of each step's files.
    """

    image: str
    error: PipelineError | None
    told: str
    report: Report | None
    steps: Path


def publish(loaded: Loaded, arguments: argparse.Namespace, scratch: Path, env: Mapping[str, str]) -> Publication:
    """Publish from the engine through `dagger call publish-evidence`.

    Raises:
        PipelineError: P406 when it does not say what came of it.

    """
    target = scratch / "evidence"
    asked = ("publish-evidence", *(f"--tag={tag}" for tag in arguments.tag), "-o", str(target))
    called = wait_for([*calling(arguments), *asked], arguments.folder, env, limit(loaded.plan))
    told, image, error = _left(called, target / PUBLISHED, _outcome)
    ran = (target / REPORT).exists() or not error
    report = _left(called, target / REPORT, as_json.read) if ran else None
    return Publication(image=image, error=error, told=told, report=report, steps=target / "steps")


def _outcome(text: str) -> tuple[str, str, PipelineError | None]:
    data = json.loads(text)
    if "error" in data:
        return text, "", errors.read(data["error"])
    return text, str(data["image"]), None


def _left(called: subprocess.Popen[bytes], path: Path, read: Callable[[str], Left]) -> Left:
    """Return what a call left as a file.

    Raises:
        PipelineError: P406 when it left none, or one that cannot be read.

    """
    try:
        return read(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        what = f"dagger ended with {called.returncode} and left no report"
    except (ValueError, LookupError, TypeError) as error:
        what = f"dagger ended with {called.returncode} and left a report that cannot be read: {error}"
    raise PipelineError(errors.ENGINE_SILENT, what)


def calling(arguments: argparse.Namespace) -> list[str]:
    """Return the command that calls this module with what the arguments say; the function's own words follow."""
    # Where nobody watches, the other way prints every argument of every call: whole reports, and a page for each step.
    progress = "auto" if sys.stderr.isatty() else "report"
    command = ["dagger", f"--progress={progress}", "-m", str(module_root()), "call"]
    for flag, path in (("--nuget-feed", arguments.nuget_feed), ("--settings", arguments.settings)):
        command += [f"{flag}={path.absolute()}"] if path else []
    for flag, name in (("--environment", arguments.environment), ("--app", arguments.app)):
        command += [f"{flag}={name}"] if name else []
    for name in ("nuget_token", "registry_token", "signing_key"):
        variable = getattr(arguments, name, None)
        command += [f"--{name.replace('_', '-')}=env://{variable}"] if variable else []
    for name in ("trivy_db", "kev", "epss"):
        path = getattr(arguments, name, None)
        command += [f"--{name.replace('_', '-')}={path.absolute()}"] if path else []
    return command + (["--fresh"] if getattr(arguments, "fresh", False) else [])


def wait_for(command: list[str], folder: Path, env: Mapping[str, str], seconds: float) -> subprocess.Popen[bytes]:
    """Run a command in the caller's folder, which is the module's workspace, and return it when it has ended.

    Raises:
        PipelineError: P406 when it does not end in time.

    """
    called = None
    try:
        with process.signals_wait():
            called = subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.DEVNULL)
        called.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise PipelineError(errors.ENGINE_SILENT, f"no end after {seconds} s") from None
    finally:
        if called:
            _end(called)
    return called


def limit(plan: Plan) -> float:
    """Return the seconds after which no step of the plan can still be running, had each run alone and to its limit."""
    return sum(step.timeout * (retry.ATTEMPTS if step.fetches else 1) for step in plan) + SPARE_SECONDS


def _end(called: subprocess.Popen[bytes]) -> None:
    if called.poll() is None:
        called.terminate()
        try:
            called.wait(timeout=GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:  # also when a second signal ends the waiting
            called.kill()
            called.wait()


def on_host(
    loaded: Loaded, arguments: argparse.Namespace, scratch: Path, env: Mapping[str, str]
) -> tuple[Report, Path]:
    """Run with this machine's tools; return the report and the folder of each step's files."""
    from pipeline.run.host import HostRunner  # noqa: PLC0415
    from pipeline.run.progress import Progress  # noqa: PLC0415

    feed = arguments.nuget_feed.resolve() if arguments.nuget_feed else None
    database = _database(arguments)
    runner = HostRunner(arguments.folder.resolve(), scratch, feed=feed, env=env, database=database)
    began = time.time()
    with Progress(loaded.plan) as progress:
        try:
            results = anyio.run(runner.run, loaded.plan, progress)
        finally:
            process.end_all()
    report = verdict.judge(
        loaded.app, loaded.plan, results, where=runner.where, started=began, ended=time.time(), feeds=loaded.feeds
    )
    return report, runner.out


def _database(arguments: argparse.Namespace) -> Path | None:
    folder: Path | None = getattr(arguments, "trivy_db", None)
    return folder.resolve() if folder else None
