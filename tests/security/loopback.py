"""A web server for tests: on this machine's loopback, answering with what a test says, and noting what it was asked."""

from __future__ import annotations

import gzip
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True)
class Answer:
    """What to say; `silent` keeps the connection open and says nothing."""

    body: bytes = b""
    status: int = 200
    kind: str = "application/json"
    silent: bool = False


@dataclass
class Server:
    """A running server: its address, and each request as method, path and unpacked body."""

    url: str
    asked: list[tuple[str, str, bytes]] = field(default_factory=list)


@contextmanager
def serving(answer: Callable[[str, str, bytes, str], Answer], host: str = "127.0.0.1") -> Iterator[Server]:
    """Serve while the block runs; `answer` gets method, path, body and the server's own address."""
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        server_version = "registry"
        sys_version = ""

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            server.asked.append((self.command, self.path, body))
            said = answer(self.command, self.path, body, server.url)
            if said.silent:
                over.wait()
                return
            self.send_response(said.status)
            self.send_header("Content-Type", said.kind)
            self.send_header("Content-Length", str(len(said.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(said.body)

        do_GET = do_POST = do_HEAD = _handle  # noqa: N815  # names of the base class

        def log_message(self, *_: object) -> None:
            """Keep the output of the tests free of requests."""

    web = ThreadingHTTPServer((host, 0), Handler)
    web.daemon_threads = True
    server = Server(f"http://{host}:{web.server_address[1]}")
    thread = threading.Thread(target=web.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        over.set()
        web.shutdown()
        web.server_close()
        thread.join()
