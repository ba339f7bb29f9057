"""File names relative to the source root."""

from __future__ import annotations

import pytest

from pipeline.parse.paths import relative, shorten


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


@pytest.mark.parametrize(
    ("text", "root", "expected"),
    [
        ("/run/x/source/a/b.cs(1,2): error [/run/x/source/a.sln]", "/run/x/source", "a/b.cs(1,2): error [a.sln]"),
        ("at file:///run/x/source/a.ts:1", "/run/x/source", "at a.ts:1"),
        ("Content root path: /src", "/src", "Content root path: ."),
        ("in /src/client", "/src/", "in client"),
        ("/app/src/client and a/src/b and ~/src/c", "/src", "/app/src/client and a/src/b and ~/src/c"),
        ("/srcs/a /src-old/a /src.bak", "/src", "/srcs/a /src-old/a /src.bak"),
        ("https://host.test/src/a", "/src", "https://host.test/src/a"),
        ("/a", "/", "/a"),
        ("/a", "", "/a"),
    ],
)
def test_shorten(text: str, root: str, expected: str) -> None:
    """Only the run's own folder goes, not a part of another path."""
    assert shorten(text, root) == expected
