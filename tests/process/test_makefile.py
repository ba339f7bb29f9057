"""What `make ci` calls."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from tests.apps import ROOT

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="NOT TESTED (make): not on PATH")


@pytest.mark.parametrize(
    ("feed", "words"),
    [(None, []), ("", []), ("none", []), ("packages", ["--nuget-feed", "packages"])],
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
    assert done.stdout.splitlines()[-1].split("pipeline ci ")[1].split() == ["examples/incidents", *words]
