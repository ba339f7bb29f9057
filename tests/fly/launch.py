"""`pipeline` as a process of its own, with the patience of a test: its first argument is JSON of constants."""

from __future__ import annotations

import functools
import importlib
import json
import sys

from pipeline import cli
from pipeline.verbs import fly


def patient(times: dict[str, float]) -> None:
    """Set constants, `module:NAME` each, and what a caller brings: `term` and `patience`."""
    fly.Caller = functools.partial(fly.Caller, **{name: times.pop(name) for name in ("term", "patience")})
    for place, value in times.items():
        module, _, name = place.partition(":")
        setattr(importlib.import_module(module), name, value)


if __name__ == "__main__":
    patient(json.loads(sys.argv[1]))
    sys.exit(cli.main(sys.argv[2:]))
