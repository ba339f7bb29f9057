"""Names in a repository that would give orders to the terminal or the CI system: no verb prints one."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

ORDERS = ("\x1b", "\r", "##[", "\n::")


def _pipeline(folder, env, *words):
    command = [sys.executable, "-m", "pipeline.cli", *words]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, timeout=120, check=False)
    return (done.stdout + done.stderr).decode(), done.stdout.decode()


@pytest.fixture
def tree(spa):
    """Return a folder whose workflow, script and settings hold orders."""
    folder, env = spa(0)
    package = json.loads((folder / "package.json").read_text())
    package["scripts"]["x\r::error::y ##[error]\x1b[31m"] = "eslint . || true"
    (folder / "package.json").write_text(json.dumps(package))
    odd = folder / "a\r::error::b\x1b[2J##[error]"
    odd.mkdir()
    (odd / "Dockerfile").write_text("FROM x:latest\n")
    (odd / "docker-compose.yml").write_text("services: {a: {image: 'x:latest'}}\n")
    return folder, env


@pytest.mark.parametrize("words", [("plan",), ("explain",), ("plan", "--json"), ("explain", "--json"), ("ci",)])
def test_no_verb_passes_an_order_on(tree, words):
    """Each says the name, and says it harmlessly."""
    folder, env = tree
    on = ("--on", "host") if words == ("ci",) else ()
    everything, out = _pipeline(folder, env, *words, *on)
    assert [order for order in ORDERS if order in everything] == []
    assert "error" in everything
    if "--json" in words:
        json.loads(out)


def test_no_error_passes_an_order_on(tree):
    """A mistake is told with the words that somebody wrote."""
    folder, env = tree
    (folder / "pipeline.yaml").write_text('"x\\r::error::y##[error]\\e[31m": 1\n')
    everything, _ = _pipeline(folder, env, "plan", "--json")
    assert "P105" in everything
    assert [order for order in ORDERS if order in everything] == []
