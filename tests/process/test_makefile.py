"""What `make ci` calls."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess

import pytest

from tests.apps import ROOT

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="NOT TESTED (make): not on PATH")


@pytest.mark.parametrize("given", [None, "0"])
@pytest.mark.parametrize("name", ["UV_SYSTEM_CERTS", "UV_NATIVE_TLS"])
def test_the_certificates_of_the_machine_are_trusted(name, given):
    """A proxy that looks into TLS has its own; who says otherwise is heard."""
    env = {key: value for key, value in os.environ.items() if key != name} | ({name: given} if given else {})
    command = ["make", "--no-print-directory", "-f", "Makefile", "-f", "-", "shown"]
    shown = f"shown:\n\t@echo $${name}\n"
    done = subprocess.run(command, cwd=ROOT, env=env, input=shown, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [given or "1"]


@pytest.mark.parametrize(
    ("feed", "words"),
    [(None, []), ("", []), ("none", []), ("my packages", ["--nuget-feed", "my packages"])],
)
@pytest.mark.parametrize("said", ["variable", "environment"])
def test_the_feed_of_make_ci(said, feed, words):
    """`none` and nothing take packages from the applications' own sources, as in the tests; else it is a folder."""
    env = {name: value for name, value in os.environ.items() if name not in {"FEED", "PIPELINE_NUGET_FEED"}}
    command = ["make", "--no-print-directory", "-n", "-C", str(ROOT), "ci"]
    if feed is not None:
        command += [f"FEED={feed}"] if said == "variable" else []
        env |= {"PIPELINE_NUGET_FEED": feed} if said == "environment" else {}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    assert shlex.split(done.stdout.splitlines()[-1].split("pipeline ci ")[1]) == ["examples/incidents", *words]
