"""The HTTP servers: one for the APIs, one for the public side of each app."""

from __future__ import annotations

import socket
import struct
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

from tests.fly import answers, edge
from tests.fly.answers import EMPTY, Outcome
from tests.fly.call import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fly.simulator import Simulator


class Server(ThreadingHTTPServer):
    """Many visitors at once; none outlives the test."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """Let a client go away."""


@contextmanager
def serving(host: str, sim: Simulator, app: str = "") -> Iterator[str]:
    """Serve the APIs, or an app, on a free port until the end, and return the address."""
    server = Server((host, 0), type("Bound", (Handler,), {"sim": sim, "app": app}))
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Handler(BaseHTTPRequestHandler):
    """Puts an outcome on the wire."""

    protocol_version = "HTTP/1.1"
    # One packet for each answer: the body would else wait 40 ms for the client's word that it has the head.
    wbufsize = -1
    disable_nagle_algorithm = True
    sim: Simulator
    app: str

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer, or break as the outcome says."""
        call = self._read()
        if len(call.body) < int(self.headers.get("Content-Length", 0)):
            # Whoever asked was killed in the middle of the question.
            self.close_connection = True
            return
        made = (edge.visit if self.app else answers.api)(self.sim, call)
        if made.broken == "reset":
            self._reset()
        else:
            self._send(made)

    do_POST = do_PATCH = do_PUT = do_DELETE = do_HEAD = do_OPTIONS = do_GET  # noqa: N815  # names of the base class

    def _read(self) -> Call:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        own = {"at": self.sim.world.clock(), "app": self.app, "headers": headers, "body": body}
        return Call(method=self.command, target=self.path, **own)

    def _send(self, made: Outcome) -> None:
        self.send_response(made.status)
        # Every answer says whose it is.
        for name, value in [("Fly-Simulator", "1"), *made.headers]:
            self.send_header(name, value)
        if made.status != EMPTY:
            self.send_header("Content-Length", str(len(made.body)))
        self.end_headers()
        if made.broken:
            self.close_connection = True
        if self.command != "HEAD":
            self.wfile.write(made.body[: len(made.body) // 2] if made.broken else made.body)

    def _reset(self) -> None:
        """End the connection the hard way."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        for one in (self.rfile, self.wfile, self.connection):
            one.close()
