"""Fixture files as text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.fixture
def read() -> Callable[[str], str]:
    """Return a function that reads a stored tool output as the runners do."""
    return lambda name: (FIXTURES / name).read_bytes().decode("utf-8", errors="replace")
