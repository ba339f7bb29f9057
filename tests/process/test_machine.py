"""Reading a machine: real processes, real sockets, nothing judged."""

from __future__ import annotations

import contextlib
import os
import platform
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pipeline.doctor.model import Answer
from pipeline.run import machine, place
from tests import apps


@pytest.fixture
def server():
    """Return the address of a server that answers with a status and a date that can be set."""

    class Handler(BaseHTTPRequestHandler):
        status, date = 200, None

        def do_GET(self):
            self.send_response_only(Handler.status)
            if Handler.date:
                self.send_header("Date", Handler.date)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_words):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        Handler.address = f"http://127.0.0.1:{running.server_port}/"
        yield Handler
        running.shutdown()
        thread.join()


def executable(folder, name, script):
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.mark.parametrize("status", [200, 401, 404])
def test_a_server_that_answers_tells_its_time(server, status):
    """Whether it lets us in or not."""
    server.status = status
    server.date = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    answer = machine._ask(server.address)
    assert answer.problem == ""
    assert answer.ahead == pytest.approx(3600, abs=5)


@pytest.mark.parametrize("date", [None, "yesterday", "Mon, 01 Jan 2026"])
def test_a_date_that_is_none_is_left_out(server, date):
    """A server without a clock is still there."""
    server.date = date
    assert machine._ask(server.address) == Answer(address=server.address)


def test_a_server_that_fails_or_is_not_there(server):
    """The reason is one line."""
    server.status = 503
    assert machine._ask(server.address).problem == "answers with 503"
    closed = machine._ask("http://127.0.0.1:1/")
    assert "refused" in closed.problem
    assert "Errno" not in closed.problem
    assert "\n" not in closed.problem


def test_a_server_that_never_comes_to_its_end(tmp_path, monkeypatch):
    """Each byte comes in time, the answer never: it is left alone after a while."""
    monkeypatch.setattr(place, "engine_problem", lambda _env: "none")
    monkeypatch.setattr(machine, "TOGETHER_SECONDS", 0.5)
    over = threading.Event()

    def drips(listening):
        with contextlib.suppress(OSError):
            client, _ = listening.accept()
            with client:
                client.sendall(b"HTTP/1.1 200 OK\r\n")
                while not over.wait(0.05):
                    client.sendall(b"X: x\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drips, args=(listening,))
        thread.start()
        # It gives up by itself, so that the test ends where we would wait.
        giving_up = threading.Timer(8, over.set)
        giving_up.start()
        began = time.monotonic()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        read = machine.read(tmp_path, {"PATH": ""}, (address,))
        giving_up.cancel()
        over.set()
        thread.join()
    assert read.answers == (Answer(address=address, problem="no whole answer within 0.5 s"),)
    assert time.monotonic() - began < 5


def test_tools_are_asked_and_those_that_fail_say_nothing(tmp_path, monkeypatch):
    """Not on PATH is None; on PATH and broken is an empty text."""
    monkeypatch.setattr(place, "engine_problem", lambda _env: "none")
    bin_ = tmp_path / "bin"
    executable(bin_, "node", "echo v22.1.0")
    executable(bin_, "dotnet", "exit 3")
    executable(bin_, "apt-get", "exit 9")
    read = machine.read(tmp_path, {"PATH": str(bin_), "MY_TOKEN": "hunter2"}, ())
    assert {tool: read.tools[tool] for tool in ("node", "dotnet", "apt-get", "npm")} == {
        "node": "v22.1.0", "dotnet": "", "apt-get": "", "npm": None,
    }  # fmt: skip
    assert "MY_TOKEN" in read.variables
    assert "hunter2" not in str(read)


def test_the_newest_commit_and_the_disk(tmp_path, monkeypatch):
    """As git and the file system say; a folder that is not there has no size."""
    monkeypatch.setattr(place, "engine_problem", lambda _env: "")
    app = apps.committed(tmp_path / "app")
    read = machine.read(app.folder, dict(os.environ), ())
    assert abs(read.newest_commit - read.now) < timedelta(minutes=5)
    assert read.free["here"] > 0
    assert platform.system() != "Linux" or 0 <= read.engine_disk <= 1
    assert machine.read(tmp_path / "nowhere", dict(os.environ), ()).free["here"] == -1
