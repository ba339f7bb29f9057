"""The HTTP server in front of the simulated APIs: who may ask, what goes wrong, and what answers."""

from __future__ import annotations

import json
import socket
import struct
import traceback
from collections.abc import Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

from tests.fly import apps_api, graphql_api, leases_api, machines_api, rest_api
from tests.fly.call import Call, Route
from tests.fly.machine import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fly.faults import Fault
    from tests.fly.simulator import Simulator

ROUTES: list[Route] = [*graphql_api.ROUTES, *rest_api.ROUTES, *apps_api.ROUTES]
ROUTES += [*machines_api.ROUTES, *leases_api.ROUTES]
HELD = 60


class Server(ThreadingHTTPServer):
    """Many visitors at once; none outlives the test."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """Let a client go away."""


@contextmanager
def serving(host: str, handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Serve on a free port until the end, and return the address."""
    server = Server((host, 0), handler)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Handler(BaseHTTPRequestHandler):
    """What both servers share."""

    protocol_version = "HTTP/1.1"
    sim: Simulator

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def read(self) -> Call:
        """Return what is asked."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Call(at=self.sim.world.clock(), method=self.command, target=self.path, headers=headers, body=body)

    def send(self, status: int, body: bytes, headers: Any, *, length: int | None = None) -> None:
        """Answer; every answer says whose it is."""
        self.send_response(status)
        self.send_header("Fly-Simulator", "1")
        for name, value in headers.items() if isinstance(headers, Mapping) else headers:
            self.send_header(name, value)
        if status != 204:  # it has no body
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def reset(self) -> None:
        """End the connection the hard way."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        for one in (self.rfile, self.wfile, self.connection):
            one.close()


class ApiHandler(Handler):
    """GraphQL, REST and Machines API."""

    def do_GET(self) -> None:
        """Answer, or do what the test wants to go wrong."""
        call = self.read()
        self.sim.requests.append(call)
        fault = self.sim.faults.due(call)
        kind = fault.kind if fault else ""
        if fault and kind in {"slow", "hold"}:
            self._delay(fault)
        if kind == "reset":
            self.reset()
        elif fault and isinstance(kind, int):
            told = json.dumps({"error": f"simulated {kind}"}) if fault.body is None else fault.body
            self._say(call, kind, told.encode())
        elif kind == "malformed":
            self._say(call, 200, b'{"what": ')
        else:
            self._answer(call, str(kind))

    do_POST = do_PATCH = do_PUT = do_DELETE = do_HEAD = do_GET  # noqa: N815  # names of the base class

    def _delay(self, fault: Fault) -> None:
        if fault.kind == "hold":
            fault.reached.set()
            fault.go.wait(HELD)
        else:
            self.sim.over.wait(fault.seconds)

    def _answer(self, call: Call, kind: str) -> None:
        status, told = self._serve(call)
        body = b"" if status == 204 else json.dumps(told).encode()  # it has no body
        if kind == "lost":
            call.answer = body
            self.reset()
        elif kind == "truncated":
            self.close_connection = True
            self._say(call, status, body[: len(body) // 2], length=len(body))
        else:
            self._say(call, status, body)

    def _say(self, call: Call, status: int, body: bytes, *, length: int | None = None) -> None:
        call.status, call.answer = status, body
        self.send(status, body, {"Content-Type": "application/json"}, length=length)

    def _serve(self, call: Call) -> tuple[int, Any]:
        if call.path == "/__sim/coverage":
            return 200, {
                "served": [f"{one.method} {one.pattern.pattern}" for one in ROUTES],
                "unknown": self.sim.unknown,
            }
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        if scheme not in {"Bearer", "FlyV1"} or token not in self.sim.tokens:
            return 401, {"error": "unauthorized"}
        for route in ROUTES:
            found = route.pattern.fullmatch(call.path) if route.method == call.method else None
            if found:
                return self._route(route, call, found.groups())
        self.sim.unknown.append(f"{call.method} {call.target}")
        return 501, {"error": f"the simulator does not serve {call.method} {call.path}"}

    def _route(self, route: Route, call: Call, parts: tuple[str, ...]) -> tuple[int, Any]:
        try:
            if route.free:
                told = route.serve(self.sim, call, *parts)
            else:
                with self.sim.world.lock:
                    told = route.serve(self.sim, call, *parts)
        except Refused as error:
            return error.status, error.body
        except Exception:  # noqa: BLE001  # a test has to see what is wrong with the simulator
            self.sim.unknown.append(traceback.format_exc())
            return 500, {"error": "the simulator has a bug"}
        return told if isinstance(told, tuple) else (200, told)
