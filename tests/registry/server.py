"""A registry on this machine that keeps what it gets in memory, and does what a test wants to go wrong.

It answers as OCI's distribution specification says, and refuses what a real one refuses: a manifest whose blobs are
not there, a blob that is not what its digest says.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

USER, PASSWORD, TOKEN = "publisher", "correct horse", "a-token-of-an-hour"
_PATH = re.compile(r"/v2/(?P<name>.+?)/(?P<what>blobs/uploads|blobs|manifests|referrers)/(?P<id>.*)")


@dataclass
class Registry:
    """What is kept, what was asked (`METHOD /path`), and what goes wrong.

    `fault` gets method, path and how often that was asked; it returns a status, a whole answer (status, body, headers),
    `cut` (the connection ends in the middle), `slow`, `damaged` (another content), or nothing. `login` is `basic`,
    `bearer` or nothing.
    """

    blobs: dict[str, bytes] = field(default_factory=dict)
    manifests: dict[tuple[str, str], tuple[str, bytes]] = field(default_factory=dict)
    lists: bool = False
    mounts: bool = True
    login: str = ""
    fault: Callable[[str, str, int], int | str | tuple[int, bytes, dict[str, str]] | None] = lambda *_: None
    asked: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    host: str = ""
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def tags(self, name: str) -> set[str]:
        """Return the tags of a repository that are no lists of documents."""
        return {ref for repo, ref in self.manifests if repo == name and not ref.startswith("sha256")}


@contextmanager
def serving(registry: Registry) -> Iterator[Registry]:
    """Serve on a free port until the end."""

    class Handler(_Handler):
        store = registry

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    registry.host = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield registry
    finally:
        registry.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body are written one after the other; the second would wait 40 ms for word of the first.
    disable_nagle_algorithm = True
    store: Registry

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def handle_one_request(self) -> None:
        """Let a client go away."""
        try:
            super().handle_one_request()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def do_GET(self) -> None:
        self._do()

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815  # names of the base class

    def _do(self) -> None:
        url = urlsplit(self.path)
        asked = f"{self.command} {url.path}"
        with self.store.lock:
            self.store.asked.append(asked)
            self.store.seen.append(self.headers.get("Authorization", ""))
            count = self.store.asked.count(asked)
        wrong = self.store.fault(self.command, url.path, count)
        if wrong == "slow":
            self.store.over.wait(5)
            wrong = None
        if wrong == "cut":
            self.rfile.read(min(1000, int(self.headers.get("Content-Length", 0))))
            self.close_connection = True
            self.connection.close()
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if isinstance(wrong, tuple):
            self._answer(*wrong)
        elif isinstance(wrong, int):
            self._answer(wrong, json.dumps({"errors": [{"code": "UNKNOWN", "message": "no space left"}]}).encode())
        elif url.path == "/token":
            self._token()
        elif not self._known():
            self._challenge(url.path)
        elif found := _PATH.fullmatch(url.path):
            self._route(found, body if wrong != "damaged" else body + b"!", parse_qs(url.query))
        else:
            self._answer(404)

    def _known(self) -> bool:
        given = self.headers.get("Authorization", "")
        basic = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        return {"": True, "basic": given == f"Basic {basic}", "bearer": given == f"Bearer {TOKEN}"}[self.store.login]

    def _challenge(self, path: str) -> None:
        name = path.removeprefix("/v2/").partition("/")[0]
        realm = f'Bearer realm="http://{self.store.host}/token",service="test",scope="repository:{name}:pull,push"'
        self._answer(401, b"", {"WWW-Authenticate": realm if self.store.login == "bearer" else 'Basic realm="test"'})

    def _token(self) -> None:
        basic = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        right = self.headers.get("Authorization") == f"Basic {basic}"
        self._answer(200 if right else 401, json.dumps({"token": TOKEN}).encode() if right else b"{}")

    def _route(self, found: re.Match[str], body: bytes, query: dict[str, list[str]]) -> None:
        name, what, id_ = found["name"], found["what"], found["id"]
        if what == "blobs/uploads":
            self._upload(name, body, query)
        elif what == "blobs":
            content = self.store.blobs.get(f"{name}@{id_}")
            self._answer(404) if content is None else self._answer(200, content)
        elif what == "manifests" and self.command == "PUT":
            self._keep(name, id_, body)
        elif what == "manifests":
            kept = self.store.manifests.get((name, id_))
            self._answer(200, kept[1], {"Content-Type": kept[0]}) if kept else self._answer(404)
        else:
            self._list(name, id_)

    def _upload(self, name: str, body: bytes, query: dict[str, list[str]]) -> None:
        mount, source = query.get("mount", [""])[0], query.get("from", [""])[0]
        if self.command == "POST" and mount and self.store.mounts and f"{source}@{mount}" in self.store.blobs:
            self.store.blobs[f"{name}@{mount}"] = self.store.blobs[f"{source}@{mount}"]
            self._answer(201)
        elif self.command == "POST":
            self._answer(202, b"", {"Location": f"/v2/{name}/blobs/uploads/one?state=opaque"})
        elif self.command == "PUT":
            digest = query["digest"][0]
            if f"sha256:{hashlib.sha256(body).hexdigest()}" != digest:
                self._answer(400, b'{"errors": [{"code": "DIGEST_INVALID", "message": "not what it says"}]}')
                return
            self.store.blobs[f"{name}@{digest}"] = body
            self._answer(201)
        else:
            self._answer(204)

    def _keep(self, name: str, id_: str, body: bytes) -> None:
        said = json.loads(body)
        parts = [*said.get("layers", []), *([said["config"]] if "config" in said else [])]
        lacking = [part["digest"] for part in parts if f"{name}@{part['digest']}" not in self.store.blobs]
        lacking += [m["digest"] for m in said.get("manifests", []) if (name, m["digest"]) not in self.store.manifests]
        if lacking:
            self._answer(400, b'{"errors": [{"code": "MANIFEST_BLOB_UNKNOWN", "message": "blob unknown"}]}')
            return
        digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
        for ref in {id_, digest}:
            self.store.manifests[name, ref] = (self.headers["Content-Type"], body)
        subject = {"OCI-Subject": said["subject"]["digest"]} if "subject" in said and self.store.lists else {}
        self._answer(201, b"", subject)

    def _list(self, name: str, id_: str) -> None:
        if not self.store.lists:
            self._answer(404)
            return
        found = []
        for (repo, ref), (kind, content) in self.store.manifests.items():
            said = json.loads(content)
            if repo == name and ref.startswith("sha256:") and said.get("subject", {}).get("digest") == id_:
                own = {"mediaType": kind, "digest": ref, "size": len(content)}
                own |= {"artifactType": said["artifactType"], "annotations": said["annotations"]}
                found.append(own)
        kind = "application/vnd.oci.image.index.v1+json"
        self._answer(200, json.dumps({"manifests": found}).encode(), {"Content-Type": kind})

    def _answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
