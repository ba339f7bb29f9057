"""A step's digest is the same in every process: it is part of a cache key."""

from __future__ import annotations

import os
import subprocess
import sys

CODE = """
from pipeline.plan.make import make
from tests import samples
print([s.digest("a", "b") for s in make(samples.app(), samples.settings(), samples.IMAGES)])
"""


def test_digests_do_not_depend_on_the_process():
    """Another hash seed gives the same digests."""
    said = {
        subprocess.run(
            [sys.executable, "-c", CODE], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(said) == 1
