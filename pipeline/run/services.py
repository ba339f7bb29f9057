"""Servers for tests on this machine: started from local executables, on a free loopback port, and ended again."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio

from pipeline import errors
from pipeline.run.process import end_group, forget, remember

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from anyio.abc import Process

    from pipeline.plan.model import Service

HOST = "127.0.0.1"
PATIENCE = 60.0
# How the name of a run's own temporary folder begins.
SCRATCH = "pipeline-"
# Debian keeps the server's executables off PATH.
POSTGRES_FOLDERS = "usr/lib/postgresql/*/bin"
NEEDED = frozenset({"PATH", "LD_LIBRARY_PATH", "LANG", "TZ"})
UNPRIVILEGED = ("postgres", "nobody")


def available(name: str, env: Mapping[str, str]) -> bool:
    """Return whether this machine can run the server."""
    return bool(_find({"postgres": "postgres", "redis": "redis-server"}.get(name, name), env))


def _find(executable: str, env: Mapping[str, str]) -> str | None:
    folders = [env.get("PATH", ""), *sorted((str(p) for p in Path("/").glob(POSTGRES_FOLDERS)), reverse=True)]
    return shutil.which(executable, path=os.pathsep.join(folders))


@dataclass(frozen=True, kw_only=True)
class _Server:
    """How to start a server, and as whom."""

    command: list[str]
    person: dict[str, Any] = field(default_factory=dict)


@asynccontextmanager
async def running(
    service: Service, folder: Path, *, within: Path, env: Mapping[str, str]
) -> AsyncIterator[dict[str, str]]:
    """Run a server and yield its places (${name.host} and so on).

    Args:
        service: which one.
        folder: its own; it need not be there yet.
        within: a folder of ours around it; another user may pass through all from there on.
        env: the environment of the caller; a server gets no more of it than it needs to start.

    Raises:
        PipelineError: P405 when it does not come up.

    """
    await anyio.Path(folder).mkdir(parents=True, exist_ok=True)
    port = _free_port()
    prepare = {"postgres": _postgres, "redis": _redis}[service.name]
    server = await anyio.to_thread.run_sync(prepare, service, folder, within, port, env)
    process = await _started(server, folder, env)
    remember(process.pid)
    try:
        await _until_up(service.name, port, folder, process)
        yield service.places(HOST, port)
    finally:
        with anyio.CancelScope(shield=True):
            await end_group(process.pid, still=True)
            await process.wait()
            forget(process.pid)


async def _started(server: _Server, folder: Path, env: Mapping[str, str]) -> Process:
    with (folder / "log").open("ab") as log:  # opening a file of our own does not block
        try:
            return await anyio.open_process(
                server.command,
                cwd=folder,
                env=_own(env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **server.person,
            )
        except OSError as error:
            raise _not_started(Path(server.command[0]).name, error) from None


def _not_started(what: str, error: OSError) -> errors.PipelineError:
    return errors.PipelineError(errors.SERVICE_FAILED, f"{what} could not be started: {error.strerror}")


def _own(env: Mapping[str, str]) -> dict[str, str]:
    """Return what a server may know: where programs and libraries are, and how texts sort. It sees no secret."""
    return {name: value for name, value in env.items() if name in NEEDED or name.startswith("LC_")}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


async def _until_up(name: str, port: int, folder: Path, process: Process) -> None:
    with anyio.move_on_after(PATIENCE):
        while process.returncode is None:
            try:
                stream = await anyio.connect_tcp(HOST, port)
            except OSError:
                await anyio.sleep(0.1)
            else:
                await stream.aclose()
                return
    tail = (folder / "log").read_text(errors="replace").splitlines()[-10:]
    raise errors.PipelineError(errors.SERVICE_FAILED, f"{name} did not open its port, or ended", tuple(tail))


def _redis(_service: Service, folder: Path, _within: Path, port: int, env: Mapping[str, str]) -> _Server:
    executable = _find("redis-server", env) or "redis-server"
    command = [executable, "--bind", HOST, "--port", str(port), "--save", "", "--dir", str(folder)]
    return _Server(command=command)


def _postgres(service: Service, folder: Path, within: Path, port: int, env: Mapping[str, str]) -> _Server:
    """Make a cluster. Postgres refuses to run as root, so root hands it to another user."""
    own = dict(service.env)
    user, password, database = own["POSTGRES_USER"], own["POSTGRES_PASSWORD"], own["POSTGRES_DB"]
    initdb = _find("initdb", env) or "initdb"
    data, secret = folder / "data", folder / "password"
    secret.write_text(password, encoding="utf-8")
    person = _other_user()
    if person:
        _hand_over(folder, within, person["user"])
    flags = ["--auth-host=scram-sha-256", "--auth-local=trust", f"--pwfile={secret}", "--no-sync", "-E", "UTF8"]
    _check([initdb, "-D", str(data), "-U", user, *flags], folder, person, env)
    conf = data / "postgresql.conf"
    with conf.open("a", encoding="utf-8") as text:
        text.write(f"listen_addresses = '{HOST}'\nport = {port}\nunix_socket_directories = ''\nfsync = off\n")
    server = _find("postgres", env) or "postgres"
    single = [server, "--single", "-D", str(data), "postgres"]
    if database != "postgres":
        _check(single, folder, person, env, text=f'CREATE DATABASE "{database}"\n')
    return _Server(command=[server, "-D", str(data)], person=person)


def _other_user() -> dict[str, Any]:
    """Return whom root runs a server as, with no group of root's; nobody else can choose."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = next((known[name] for name in UNPRIVILEGED if name in known), None)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []} if entry else {}


def _hand_over(folder: Path, within: Path, uid: int) -> None:
    """Let another user work in `folder`, and pass through our folders above it; `within` is the uppermost."""
    os.chown(folder, uid, -1)
    for file in folder.iterdir():
        os.chown(file, uid, -1)
    for parent in folder.parents:
        if not parent.is_relative_to(within):
            return
        parent.chmod(parent.stat().st_mode | 0o011)


def _check(
    command: list[str], folder: Path, person: Mapping[str, Any], env: Mapping[str, str], *, text: str = ""
) -> None:
    what = Path(command[0]).name
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=_own(env),
            input=text,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            **person,
        )
    except subprocess.TimeoutExpired:
        raise errors.PipelineError(errors.SERVICE_FAILED, f"{what} did not end within {PATIENCE:.0f} s") from None
    except OSError as error:
        raise _not_started(what, error) from None
    if done.returncode:
        tail = tuple((done.stderr or done.stdout).splitlines()[-10:])
        raise errors.PipelineError(errors.SERVICE_FAILED, f"{what} ended with {done.returncode}", tail)
