"""Packages that a source does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.parse.nuget import absent

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("dotnet-10.0.401-restore-nu1101", ("NoSuchThing",)),
        ("dotnet-10.0.401-restore-nu1102", ("xunit (>= 2.99.0)",)),
        ("dotnet-10.0.401-restore-refused", ()),
        ("dotnet-10.0.401-restore-ok", ()),
    ],
)
def test_logs_of_a_restore(read: Callable[[str], str], name: str, expected: tuple[str, ...]) -> None:
    """Each package once, with the version where only that is not there."""
    assert absent(read(f"{name}.log")) == expected


def test_the_log_of_a_tool_restore() -> None:
    """`dotnet tool restore` has words of its own."""
    line = "Version 1.0.0 of package csharpier is not found in NuGet feeds /feed."
    assert absent(line) == ("csharpier 1.0.0",)
