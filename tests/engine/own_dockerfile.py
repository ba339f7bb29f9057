"""The small application with a Dockerfile of its own, which packs a server of one file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests import apps

if TYPE_CHECKING:
    from pathlib import Path

SERVER = """
import http.server, os, signal
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
http.server.ThreadingHTTPServer(("", 8080), Handler).serve_forever()
"""
DOCKERFILE = """FROM docker.io/library/python:3.13-slim
WORKDIR /app
COPY server.py .
USER 1654:1654
EXPOSE 8080
CMD ["python3", "server.py"]
"""


def app(folder: Path, settings: str = "") -> apps.App:
    """Return it without scans; `settings` are more of them."""
    app = apps.minimal(folder)
    image = "image: {by: dockerfile, health: /health, start_seconds: 10}"
    docker = "docker: {file: deploy/Dockerfile, context: deploy}"
    off = "security: {enabled: false}\ndotnet: {format: false}"
    app.write("pipeline.yaml", f"{off}\n{image}\n{docker}\n{settings}")
    app.write("deploy/Dockerfile", DOCKERFILE)
    app.write("deploy/server.py", SERVER)
    return app
