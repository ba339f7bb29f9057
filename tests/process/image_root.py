"""A program in an image of its own, made of this machine's Python: what `pipeline.proof` starts where it may."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import tarfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.proof.expected import Expected
from tests import apps

if TYPE_CHECKING:
    from collections.abc import Mapping

# Answers by path; what is not there is answered by the page, as a fallback does.
SERVER = """
import http.server, json, os, signal, sys
ANSWERS = json.loads(os.environ["ANSWERS"])
signal.signal(signal.SIGTERM, signal.SIG_IGN if "ignore" in ANSWERS else lambda *_: os._exit(0))
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status, kind, body = ANSWERS.get(self.path) or ANSWERS["*"]
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body.encode())
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
"""
PAGE = '<html><script src="/assets/index-1a2b.js"></script></html>'
ANSWERS: dict[str, Any] = {
    "/health": [200, "application/json", "{}"],
    "/assets/index-1a2b.js": [200, "text/javascript", "1"],
    "/api/version": [401, "", ""],
    "*": [200, "text/html", PAGE],
}
FILES = {"app/server.py": SERVER, "app/wwwroot/index.html": PAGE}
# A test writes gigabytes.
LOG_SHOWN = 100_000
MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}


def lacking() -> str:
    """Return why no image can be started on this machine, or an empty text."""
    if os.geteuid() != 0 or not shutil.which("unshare"):
        return "needs root and unshare"
    tried = subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False)
    if tried.returncode:
        return "this machine allows no mounts"
    # The tools of builds lie beside a system's own Python, and have no place in an image.
    return "needs a Python with a folder of its own" if sys.base_prefix in {"/usr", "/usr/local"} else ""


def archive(target: Path, config: Mapping[str, Any], *, sizes: int = 1000, machine: str = "") -> None:
    """Write an image layout with one layer; only its configuration and its size count here."""
    whole = {
        "os": "linux",
        "architecture": machine or MACHINES[os.uname().machine],
        "config": {key: value for key, value in config.items() if value is not None},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + "0" * 64]},
    }
    with tarfile.open(target, "w") as tar:
        described = _add(tar, json.dumps(whole).encode())
        manifest = {"config": described, "layers": [_add(tar, bytes(sizes))]}
        index = {"manifests": [_add(tar, json.dumps(manifest).encode())]}
        _file(tar, "index.json", json.dumps(index).encode())


def _add(tar: tarfile.TarFile, content: bytes) -> dict[str, Any]:
    digest = hashlib.sha256(content).hexdigest()
    _file(tar, f"blobs/sha256/{digest}", content)
    return {"digest": f"sha256:{digest}", "size": len(content)}


def _file(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    tar.addfile(entry, io.BytesIO(content))


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def prove(  # each is a part of an image that can be wrong
    place: Path,
    /,
    *,
    files: Mapping[str, str] = FILES,
    answers: Mapping[str, Any] = ANSWERS,
    config: Mapping[str, Any] | None = None,
    layout: Mapping[str, Any] | None = None,
    modes: Mapping[str, int] | None = None,
    **more: Any,
) -> tuple[dict[str, Any], str]:
    """Run the proof of an image with these files and answers; return its report and the program's log."""
    root, port = place / "root", free_port()
    python = Path(sys.base_prefix)
    for needed in (python, Path("/usr/lib")):
        (root / needed.relative_to("/")).mkdir(parents=True, exist_ok=True)
    for name in ("lib", "lib64"):
        (root / name).symlink_to(f"usr/{name}")
    (root / "usr/lib64").mkdir(exist_ok=True)
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    for name, mode in (modes or {}).items():
        (root / name).chmod(mode)
    own = {
        "User": "1654:1654",
        "WorkingDir": "/app",
        "Cmd": [f"{python}/bin/python3", "server.py"],
        "Env": ["PATH=/usr/bin", f"PORT={port}", f"ANSWERS={json.dumps(answers)}"],
    }
    archive(place / "image.tar", own | dict(config or {}), **(layout or {}))
    platform = f"linux/{MACHINES[os.uname().machine]}"
    wanted = {"platform": platform, "folder": "/app", "index": "/app/wwwroot/index.html", "health": "/health"}
    wanted |= {"spa_route": "/deep"}
    wanted |= {"api_route": "/api/version", "start_seconds": 5, "answer_seconds": 2, "grace_seconds": 2}
    expected = Expected(**(wanted | {"port": port} | more))
    (place / "expected.json").write_text(json.dumps(asdict(expected)))
    binds = [f"mount --bind {needed} {root}{needed}" for needed in (python, "/usr/lib", "/usr/lib64")]
    names = ("image.tar", "root", "expected.json", "proof.json", "image.log")
    call = " ".join(["exec", sys.executable, "-m", "pipeline.proof", *(str(place / name) for name in names)])
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-ec", "\n".join([*binds, call])],
        cwd=apps.ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with (place / "image.log").open(encoding="utf-8") as log:
        return json.loads((place / "proof.json").read_text()), log.read(LOG_SHOWN)
