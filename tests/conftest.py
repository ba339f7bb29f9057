"""What every test shares: skips with their reason, and a guard around unit tests."""

from __future__ import annotations

import shutil
import socket
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import apps

if TYPE_CHECKING:
    from collections.abc import Iterator

UNIT = Path(__file__).with_name("unit")
ENGINE_SECONDS = 30


@cache
def engine_problem() -> str:
    """Return why no engine can be used, or an empty text; asked once, and only when a test wants an engine."""
    if not shutil.which("dagger"):
        return "dagger is not on PATH"
    try:
        done = subprocess.run(
            ["dagger", "core", "version"], capture_output=True, text=True, timeout=ENGINE_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return f"`dagger core version` did not answer within {ENGINE_SECONDS} s"
    last = done.stderr.strip().splitlines()[-1:] or [""]
    return f"`dagger core version` ended with {done.returncode}: {last[0]}" if done.returncode else ""


@cache
def host_problem() -> str:
    """Return what this machine lacks for building the examples, or an empty text."""
    lacking = [name for name in ("dotnet", "node", "npm", "git") if not shutil.which(name)]
    if lacking:
        return f"not on PATH: {', '.join(lacking)}"
    return apps.feed_problem()


@cache
def trivy_problem() -> str:
    """Return why no scan by Trivy can be tried, or an empty text."""
    return "" if shutil.which("trivy") else "trivy is not on PATH"


@cache
def flyctl_problem() -> str:
    """Return why the simulated platform cannot be tried with the real flyctl, or an empty text."""
    if not shutil.which("flyctl"):
        return "flyctl is not on PATH"
    done = subprocess.run(["flyctl", "version"], capture_output=True, text=True, timeout=20, check=False)
    return f"`flyctl version` ended with {done.returncode}" if done.returncode else ""


PROBLEMS = {"engine": engine_problem, "flyctl": flyctl_problem, "trivy": trivy_problem, "host": host_problem}


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, problem in PROBLEMS.items():
        if item.get_closest_marker(marker) and (why := problem()):
            pytest.skip(f"NOT TESTED ({marker}): {why}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", []) if report.longrepr]
    for why in sorted({text for text in skipped if "NOT TESTED" in text}):
        count = sum(1 for text in skipped if text == why)
        terminalreporter.write_line(f"{count} tests: {why.removeprefix('Skipped: ')}", red=True, bold=True)


def _refuse(*_words: object, **_more: object) -> None:
    message = "a unit test must not start processes or open connections"
    raise AssertionError(message)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Keep unit tests inside the process. A hook and no fixture: it holds for fixtures and for Hypothesis too."""
    with pytest.MonkeyPatch.context() as patch:
        if item.path.is_relative_to(UNIT):
            patch.setattr(subprocess.Popen, "__init__", _refuse)
            patch.setattr(socket.socket, "connect", _refuse)
            patch.setattr(socket.socket, "connect_ex", _refuse)
        return (yield)
