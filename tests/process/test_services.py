"""Servers of this machine: how they start, what they may do and see, and that they end."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
from pathlib import Path

import anyio
import pytest

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.plan.model import Service
from pipeline.run import services

REDIS = Service(name="redis", image="registry.test/redis:7", port=6379)
POSTGRES = Service(
    name="postgres",
    image="registry.test/postgres:17",
    port=5432,
    env=(("POSTGRES_USER", "app"), ("POSTGRES_PASSWORD", "scratch"), ("POSTGRES_DB", "shop")),
)


@pytest.fixture
def scratch():
    """Return a folder that every user can reach; pytest's own belong to one alone."""
    with tempfile.TemporaryDirectory(prefix="services-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def _root_with_groups():
    """Let root be in a group of his own besides, as on a machine with a login."""
    if os.geteuid() != 0:
        yield
        return
    before = os.getgroups()
    os.setgroups([0, 4])
    yield
    os.setgroups(before)


@pytest.fixture
def tools(scratch):
    """Put executables into a folder that everybody may read; return an environment that finds them first."""
    folder = scratch / "tools"
    folder.mkdir()

    def put(**scripts):
        for name, text in scripts.items():
            file = folder / name.replace("_", "-")
            file.write_text(text)
            file.chmod(0o755)
        return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}

    return put


def _with(service, scratch, env, look=lambda _places: None):
    """Run a server, look, and end it."""

    async def main():
        folder = scratch / "run" / service.name
        with anyio.fail_after(120):
            async with services.running(service, folder, within=scratch / "run", env=env) as places:
                return await anyio.to_thread.run_sync(look, places)

    return anyio.run(main)


def _living(folder):
    """Return the processes that work in a folder."""
    found = []
    for cwd in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if cwd.readlink().is_relative_to(folder):
                found.append(cwd.parent)
        except OSError:
            continue
    return found


def _seen(process):
    """Return the environment and the status of a process, or nothing when it has ended."""
    try:
        return (process / "environ").read_bytes(), (process / "status").read_text()
    except OSError:
        return None


def _refused(service, scratch, env):
    with pytest.raises(PipelineError) as caught:
        _with(service, scratch, env)
    assert caught.value.kind is errors.SERVICE_FAILED
    assert _living(scratch) == []
    return caught.value


@pytest.mark.usefixtures("_root_with_groups")
@pytest.mark.parametrize("service", [REDIS, POSTGRES], ids=lambda service: service.name)
def test_a_real_server(scratch, service):
    """It answers on the port that its places name, sees no variable of ours, and is gone at the end."""
    if not services.available(service.name, os.environ):
        pytest.skip(f"NOT TESTED ({service.name}): no local server")
    env = dict(os.environ) | {"PIPELINE_CANARY": "x"}

    def look(places):
        port = int(places[f"{service.name}.port"])
        with socket.create_connection((places[f"{service.name}.host"], port), timeout=10):
            # A worker of the server can end between two looks; its main process lives.
            seen = [pair for p in _living(scratch) if (pair := _seen(p))]
            assert seen
            return [environ for environ, _ in seen], [status for _, status in seen], places

    environments, statuses, places = _with(service, scratch, env, look)
    assert [text for text in environments if b"PIPELINE_CANARY" in text or b"HOME=" in text] == []
    if service is POSTGRES:
        assert (places["postgres.user"], places["postgres.database"]) == ("app", "shop")
    if service is POSTGRES and os.geteuid() == 0:
        fields = [dict(line.split(":", 1) for line in status.splitlines()) for status in statuses]
        assert {f["Groups"].strip() for f in fields} == {""}
        assert not [f for f in fields if "0" in f["Uid"].split() or "0" in f["Gid"].split()]
    assert _living(scratch) == []


def test_a_server_that_ends_at_once(scratch, tools):
    """Its last lines are the details of P405."""
    env = tools(redis_server="#!/bin/sh\necho 'no memory' >&2\nexit 1\n")
    error = _refused(REDIS, scratch, env)
    assert (error.what, error.details) == ("redis did not open its port, or ended", ("no memory",))


def test_a_server_that_is_no_program(scratch, tools):
    """What cannot be executed is P405 too."""
    env = tools(redis_server="no program")
    assert "redis-server could not be started: Exec format error" in _refused(REDIS, scratch, env).what


def test_a_server_that_never_answers(scratch, tools, monkeypatch):
    """It is given up after a while, and ended."""
    monkeypatch.setattr(services, "PATIENCE", 0.5)
    env = tools(redis_server="#!/bin/sh\nexec sleep 60\n")
    assert "did not open its port" in _refused(REDIS, scratch, env).what


def test_a_server_ends_when_the_test_fails(scratch, tools):
    """An error of the step that uses it leaves no process behind."""
    port = "sys.argv[sys.argv.index('--port') + 1]"
    listen = f"import socket, sys, time; s = socket.create_server(('127.0.0.1', int({port}))); time.sleep(60)"
    env = tools(redis_server=f'#!/bin/sh\nexec {sys.executable} -c "{listen}" "$@"\n')

    def fails(_places):
        assert _living(scratch)
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        _with(REDIS, scratch, env, fails)
    assert _living(scratch) == []


def test_a_cluster_that_cannot_be_made(scratch, tools):
    """The words of initdb are the details."""
    env = tools(initdb="#!/bin/sh\necho 'no locale' >&2\nexit 3\n", postgres="#!/bin/sh\n")
    error = _refused(POSTGRES, scratch, env)
    assert (error.what, error.details) == ("initdb ended with 3", ("no locale",))


def test_a_cluster_that_is_never_ready(scratch, tools, monkeypatch):
    """A hanging initdb ends with the patience, not with the run."""
    monkeypatch.setattr(services, "PATIENCE", 0.5)
    env = tools(initdb="#!/bin/sh\nexec sleep 60\n", postgres="#!/bin/sh\n")
    assert "did not end within" in _refused(POSTGRES, scratch, env).what


TELLS = '#!/bin/sh\nmkdir -p data\n{ id -u; id -g; id -G; echo "$PIPELINE_CANARY"; } > "$0.told" 2>&1\nexit 3\n'


@pytest.mark.usefixtures("_root_with_groups")
def test_initdb_sees_nothing_of_ours(scratch, tools, monkeypatch):
    """Neither a variable of the caller nor, where he is root, his user and groups."""
    monkeypatch.setenv("PIPELINE_CANARY", "x")
    env = tools(initdb=TELLS, postgres="#!/bin/sh\n") | {"PIPELINE_CANARY": "x"}
    (scratch / "tools").chmod(0o777)
    _refused(POSTGRES, scratch, env)
    uid, gid, groups, canary = (scratch / "tools/initdb.told").read_text().splitlines()
    assert canary == ""
    if os.geteuid() == 0:
        assert ("0" in (uid, gid, *groups.split()), groups) == (False, gid)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands over")
def test_no_folder_above_ours_is_opened(scratch, tools):
    """Whatever the run's folder is called: other users pass through it, and through none around it."""
    env = tools(initdb="#!/bin/sh\nexit 3\n", postgres="#!/bin/sh\n")
    scratch.chmod(0o700)
    (scratch / "run").mkdir(mode=0o700)
    assert "initdb could not be started: Permission denied" in _refused(POSTGRES, scratch, env).what
    assert [oct(path.stat().st_mode & 0o777) for path in (scratch, scratch / "run")] == ["0o700", "0o711"]


@pytest.mark.parametrize(("name", "file"), [("redis", "redis-server"), ("postgres", "postgres")])
def test_available(tmp_path, monkeypatch, name, file):
    """A server is there when its executable is, on PATH or where Debian keeps it."""
    monkeypatch.setattr(services, "POSTGRES_FOLDERS", "nowhere/*")
    assert not services.available(name, {"PATH": str(tmp_path)})
    shutil.copy("/bin/sh", tmp_path / file)
    assert services.available(name, {"PATH": str(tmp_path)})
