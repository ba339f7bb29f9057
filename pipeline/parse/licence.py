"""SPDX licence expressions, as people write them into their packages."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def _licensing() -> Any:  # the library brings no types
    # All licences that SPDX knows: a third of a second, which only lists of licences and documents cost.
    from license_expression import get_spdx_licensing  # noqa: PLC0415

    return get_spdx_licensing()


@cache
def expression(text: str, *, known: bool = False) -> Any:
    """Return the expression, or nothing for text that is none; `known` takes names of the SPDX list alone."""
    from license_expression import ExpressionError  # noqa: PLC0415

    try:
        return _licensing().parse(text, validate=known)
    except (ExpressionError, IndexError, AssertionError):  # the latter two for brackets around nothing
        return None
