"""The real flyctl reads every fly.toml that the rules are proven on: it refuses none that they let pass."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest

from pipeline.release import argv
from pipeline.settings.model import ReleaseSettings
from tests.unit.release.mistakes import GREEN, RED

CLOSED = "http://127.0.0.1:9"
# It finds the app's name elsewhere, and this key of old templates is empty.
FINE = {("F101", 1), ("F103", 0)}


def given():
    """Yield each file once, with the refusals that it has."""
    seen = set()
    for table in (RED, GREEN):
        for rule, all_ in table.items():
            for at, one in enumerate(all_):
                if one.toml not in seen and not (table is GREEN and (rule, at) in FINE):
                    seen.add(one.toml)
                    yield pytest.param(one, id=f"{'red' if table is RED else 'green'}-{rule}-{at}")


@pytest.fixture(scope="module")
def validate(tmp_path_factory):
    """Return a function that lets flyctl read a text, strictly and without asking anybody."""
    if not shutil.which("flyctl"):
        pytest.skip("NOT TESTED (flyctl): flyctl is not on PATH")
    folder = tmp_path_factory.mktemp("fly")
    settings = ReleaseSettings(api=CLOSED, machines_api=CLOSED)
    own = argv.environment(settings, str(folder / "state"))
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "FLY_API_TOKEN": "none", "HTTPS_PROXY": CLOSED, **own}

    def run(text):
        (folder / "fly.toml").write_text(text, encoding="utf-8")
        words = ("flyctl", "config", "validate", "--strict", "--config=fly.toml")
        done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, re.sub(r"\x1b\[\d+m", "", done.stdout + done.stderr)

    return run


@pytest.mark.parametrize("one", list(given()))
def test_what_flyctl_refuses_is_refused_before(validate, one):
    """Else a release would stop after it has begun."""
    code, said = validate(one.toml)
    assert code in (0, 1)
    if code:
        assert [found for found in one.found() if found.is_refusal] != [], said
