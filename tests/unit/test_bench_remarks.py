"""The benchmark of remarks names kinds that exist."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from pipeline.app.remark_kinds import BY_ID

SPEC = importlib.util.spec_from_file_location("bench_remarks", Path(__file__).parents[2] / "bench/remarks.py")
bench = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(bench)


def test_every_trap_has_kinds_that_exist():
    """A trap whose kind is gone would count as missed for ever."""
    assert [trap for trap, kinds in bench.KINDS.items() if not set(kinds) <= BY_ID.keys()] == []
