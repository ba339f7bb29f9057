"""Servers for tests on this machine: started from local executables, on a free loopback port, and ended again."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

from pipeline import errors
from pipeline.run.process import end_group

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from anyio.abc import Process

    from pipeline.plan.model import Service

PATIENCE = 60.0
# How the name of a run's own temporary folder begins.
SCRATCH = "pipeline-"
# Debian keeps the server's executables off PATH.
POSTGRES_FOLDERS = "usr/lib/postgresql/*/bin"
UNPRIVILEGED = ("postgres", "nobody")


def available(name: str, env: Mapping[str, str]) -> bool:
    """Return whether this machine can run the server."""
    return bool(_find({"postgres": "postgres", "redis": "redis-server"}.get(name, name), env))


def _find(executable: str, env: Mapping[str, str]) -> str | None:
    folders = [env.get("PATH", ""), *sorted((str(p) for p in Path("/").glob(POSTGRES_FOLDERS)), reverse=True)]
    return shutil.which(executable, path=os.pathsep.join(folders))


@asynccontextmanager
async def running(service: Service, folder: Path, env: Mapping[str, str]) -> AsyncIterator[dict[str, str]]:
    """Run a server and yield its places (${name.host} and so on).

    Raises:
        PipelineError: P405 when it does not come up.

    """
    await anyio.Path(folder).mkdir(parents=True, exist_ok=True)
    port = _free_port()
    prepare = {"postgres": _postgres, "redis": _redis}[service.name]
    command, user, places = await anyio.to_thread.run_sync(prepare, service, folder, port, env)
    with (folder / "log").open("ab") as log:  # opening a file of our own does not block
        process = await anyio.open_process(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, user=user
        )
    try:
        await _until_up(service.name, port, folder, process)
        yield {f"{service.name}.{key}": value for key, value in places.items()}
    finally:
        with anyio.CancelScope(shield=True):
            await end_group(process.pid, still=True)
            await process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _until_up(name: str, port: int, folder: Path, process: Process) -> None:
    with anyio.move_on_after(PATIENCE):
        while process.returncode is None:
            try:
                stream = await anyio.connect_tcp("127.0.0.1", port)
            except OSError:
                await anyio.sleep(0.1)
            else:
                await stream.aclose()
                return
    tail = (folder / "log").read_text(errors="replace").splitlines()[-10:]
    raise errors.PipelineError(errors.SERVICE_FAILED, f"{name} did not open its port, or ended", tuple(tail))


def _redis(
    _service: Service, folder: Path, port: int, env: Mapping[str, str]
) -> tuple[list[str], None, dict[str, str]]:
    executable = _find("redis-server", env) or "redis-server"
    command = [executable, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(folder)]
    return command, None, {"host": "127.0.0.1", "port": str(port)}


def _postgres(
    service: Service, folder: Path, port: int, env: Mapping[str, str]
) -> tuple[list[str], int | None, dict[str, str]]:
    """Make a cluster. Postgres refuses to run as root, so root hands it to another user."""
    own = dict(service.env)
    user, password, database = own["POSTGRES_USER"], own["POSTGRES_PASSWORD"], own["POSTGRES_DB"]
    initdb = _find("initdb", env) or "initdb"
    data, secret = folder / "data", folder / "password"
    secret.write_text(password, encoding="utf-8")
    uid = _other_user()
    if uid is not None:
        _hand_over(folder, uid)
    flags = ["--auth-host=scram-sha-256", "--auth-local=trust", f"--pwfile={secret}", "--no-sync", "-E", "UTF8"]
    _check([initdb, "-D", str(data), "-U", user, *flags], uid, folder)
    conf = data / "postgresql.conf"
    with conf.open("a", encoding="utf-8") as text:
        text.write(f"listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = ''\nfsync = off\n")
    server = _find("postgres", env) or "postgres"
    single = [server, "--single", "-D", str(data), "postgres"]
    if database != "postgres":
        _check(single, uid, folder, text=f'CREATE DATABASE "{database}"\n')
    places = {"host": "127.0.0.1", "port": str(port), "user": user, "password": password, "database": database}
    return [server, "-D", str(data)], uid, places


def _other_user() -> int | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
    return next((known[name] for name in UNPRIVILEGED if name in known), None)


def _hand_over(folder: Path, uid: int) -> None:
    """Let another user work in `folder`, and pass through our scratch folders above it."""
    os.chown(folder, uid, -1)
    for file in folder.iterdir():
        os.chown(file, uid, -1)
    for parent in folder.parents:
        parent.chmod(parent.stat().st_mode | 0o011)
        if parent.name.startswith(SCRATCH):
            return


def _check(command: list[str], uid: int | None, folder: Path, text: str | None = None) -> None:
    done = subprocess.run(command, user=uid, cwd=folder, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        tail = tuple((done.stderr or done.stdout).splitlines()[-10:])
        raise errors.PipelineError(errors.SERVICE_FAILED, f"{Path(command[0]).name} ended with {done.returncode}", tail)
