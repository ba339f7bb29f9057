"""A small application and its tools, for what a verb prints."""

from __future__ import annotations

import json
import os

import pytest

from tests.apps import ROOT

VITE = {"version": "7.0.0", "resolved": "https://registry.npmjs.org/vite/-/vite-7.0.0.tgz", "dev": True}
LOCK = {"name": "x", "lockfileVersion": 3, "packages": {"": {"name": "x"}, "node_modules/vite": VITE}}


@pytest.fixture
def spa(tmp_path):
    """Return a small SPA, and put an `npm` on PATH that ends with the given code."""
    folder = tmp_path / "app"
    folder.mkdir()
    package = {"name": "x", "scripts": {"build": "vite build"}, "devDependencies": {"vite": "7"}}
    (folder / "package.json").write_text(json.dumps(package))
    (folder / "package-lock.json").write_text(json.dumps(LOCK))
    tools = tmp_path / "tools"
    tools.mkdir()

    def npm(code):
        (tools / "npm").write_text(f"#!/bin/sh\nmkdir -p dist\ntouch dist/index.html\nexit {code}\n")
        (tools / "npm").chmod(0o755)
        (tools / "node").write_text("#!/bin/sh\n")
        (tools / "node").chmod(0o755)
        env = os.environ | {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
        return folder, env

    return npm
