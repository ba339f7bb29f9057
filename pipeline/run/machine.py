"""Reads the machine: tools, engine, disk, clock, and whether addresses answer. Nothing is judged here."""

from __future__ import annotations

import http.client
import platform
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from pipeline.doctor.model import Answer, Machine
from pipeline.read import git
from pipeline.run import place, services

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

TOOL_SECONDS = 20
ANSWER_SECONDS = 10
TOGETHER_SECONDS = 20.0
SERVERS = ("postgres", "redis")
ENGINE_DATA = "/var/lib"
# How each tool is asked for its version; an empty question is only looked for.
QUESTIONS = {
    "dagger": ("version",),
    "docker": (),
    "dotnet": ("--list-sdks",),
    "node": ("--version",),
    "npm": ("--version",),
    "pnpm": ("--version",),
    "yarn": ("--version",),
    "bun": ("--version",),
    "git": ("--version",),
    "trivy": ("--version",),
    "flyctl": (),
    "apt-get": (),
    "dnf": (),
    "brew": (),
}


def read(folder: Path, env: Mapping[str, str], addresses: Sequence[str]) -> Machine:
    """Return the machine as it is now; what takes time is asked at once."""
    with ThreadPoolExecutor(max_workers=8) as pool:
        engine = pool.submit(place.engine_problem, env)
        tools = {tool: pool.submit(_version, tool, words, env) for tool, words in QUESTIONS.items()}
        answers = pool.submit(_answers, addresses)
        runtimes = pool.submit(_version, "dotnet", ("--list-runtimes",), env)
        commit = pool.submit(_newest_commit, folder, env)
        return Machine(
            system=platform.system(),
            now=datetime.now(UTC),
            engine=engine.result(),
            tools={tool: asked.result() for tool, asked in tools.items()},
            runtimes=runtimes.result(),
            free={name: _free(path) for name, path in (("here", str(folder)), ("temporary", tempfile.gettempdir()))},
            engine_disk=_engine_disk(),
            variables=frozenset(env),
            servers=frozenset(name for name in SERVERS if services.available(name, env)),
            answers=answers.result(),
            newest_commit=commit.result(),
        )


def _version(tool: str, words: Sequence[str], env: Mapping[str, str]) -> str | None:
    executable = shutil.which(tool, path=env.get("PATH"))
    if not executable:
        return None
    return _said([executable, *words], env) if words else ""


def _said(command: Sequence[str], env: Mapping[str, str]) -> str:
    try:
        done = subprocess.run(
            command,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=TOOL_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _newest_commit(folder: Path, env: Mapping[str, str]) -> datetime | None:
    said = git.text(folder, "log", "-1", "--format=%ct", env=env)
    try:
        return datetime.fromtimestamp(int(said), UTC)
    except (ValueError, OverflowError, OSError):  # no commit, or a day that no calendar has
        return None


def _free(path: str) -> int:
    try:
        return shutil.disk_usage(path).free
    except OSError:
        return -1


def _engine_disk() -> float | None:
    """Return the free share of the disk where containers are kept; but for Linux they have a machine of their own."""
    if platform.system() != "Linux":
        return None
    try:
        usage = shutil.disk_usage(ENGINE_DATA)
    except OSError:
        return None
    return usage.free / usage.total if usage.total else None


def _answers(addresses: Sequence[str]) -> tuple[Answer, ...]:
    """Ask all at once, and wait for all of them together no longer than a while: a server may send byte by byte."""
    found: dict[str, Answer] = {}

    def ask(address: str) -> None:
        found[address] = _ask(address)

    # Daemons, since nothing ends a thread that waits, and no exit of ours waits for it.
    asking = [threading.Thread(target=ask, args=(address,), daemon=True) for address in dict.fromkeys(addresses)]
    for thread in asking:
        thread.start()
    end = time.monotonic() + TOGETHER_SECONDS
    for thread in asking:
        thread.join(max(0.0, end - time.monotonic()))
    late = f"no whole answer within {TOGETHER_SECONDS:g} s"
    return tuple(found.get(address, Answer(address=address, problem=late)) for address in addresses)


def _ask(address: str) -> Answer:
    """Return whether the address answers; a refusal (401, 404) is an answer, the server is there."""
    request = urllib.request.Request(address, headers={"User-Agent": "pipeline-doctor"})  # noqa: S310  # http(s), see forms.URL
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as response:  # noqa: S310
            headers = response.headers
    except urllib.error.HTTPError as error:
        if error.code in {401, 403, 404, 405}:
            return Answer(address=address, ahead=_ahead(error.headers.get("Date")))
        return Answer(address=address, problem=f"answers with {error.code}")
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        words = getattr(reason, "strerror", None) or reason
        return Answer(address=address, problem=" ".join(str(words).split()) or type(error).__name__)
    return Answer(address=address, ahead=_ahead(headers.get("Date")))


def _ahead(date: str | None) -> float | None:
    """Return by how many seconds the server's clock is ahead of ours."""
    if not date:
        return None
    try:
        there = parsedate_to_datetime(date)
    except ValueError:
        return None
    return (there - datetime.now(UTC)).total_seconds() if there.tzinfo else None
