"""File names relative to the source root."""

from __future__ import annotations

import pytest

from pipeline.parse.paths import relative


@pytest.mark.parametrize(
    ("name", "root", "prefix", "expected"),
    [
        ("/src/a/b.cs", "/src", "", "a/b.cs"),
        ("/src/a/b.cs", "/src/", "web", "a/b.cs"),
        ("/src/a/../b.cs", "/src", "", "b.cs"),
        ("//src//b.cs", "/src", "", "b.cs"),
        ("/a.cs", "/", "", "a.cs"),
        ("src/b.ts", "/src", "web", "web/src/b.ts"),
        ("./b.ts", "/src", "web/", "web/b.ts"),
        ("../b.cs", "/src", "web", "b.cs"),
        ("/_/a/b.cs", "/src", "", "a/b.cs"),
        ("C:\\work\\a\\b.cs", "C:\\work", "", "a/b.cs"),
        ("a/b c (1).cs", "/src", "", "a/b c (1).cs"),
        ("/srcs/b.cs", "/src", "", None),
        ("/src", "/src", "", None),
        ("/etc/passwd", "/src", "", None),
        ("../../b.cs", "/src", "web", None),
        ("/_/../b.cs", "/src", "", None),
        ("https://host/b.cs", "/src", "", None),
        ("a\0b", "/src", "", None),
        ("", "/src", "", None),
        (".", "/src", "", None),
    ],
)
def test_relative(name: str, root: str, prefix: str, expected: str | None) -> None:
    """Inside of the root: posix and relative; outside: None."""
    assert relative(name, root, prefix) == expected
