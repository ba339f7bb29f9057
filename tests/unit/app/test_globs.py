"""Patterns of paths: what they mean, and that no pattern is endless."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.app.discover.globs import glob
from pipeline.app.discover.remarks import ignorefile

MEANINGS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def by_backtracking(pattern, path):
    """Return what the same pattern says as a regular expression."""
    pieces = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    return bool(re.fullmatch("".join(MEANINGS.get(piece, re.escape(piece)) for piece in pieces), path, re.DOTALL))


@given(st.text("ab/*?", max_size=8), st.text("ab/", max_size=8))
def test_it_means_what_the_regular_expression_means(pattern, path):
    """Stars, question marks and slashes in any order."""
    assert glob(pattern).fits(path) == by_backtracking(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("a", "a/b/c", True), ("a", "ab/c", False), ("*.js", "a.js/x", True), ("**/bin", "a/bin/x.dll", True),
        ("[a-c]x", "bx", True), ("[^a]x", "ax", False), ("[z-a]x", "bx", False), ("a[", "a[", True),
        ("**/a", "x\ny/a", True), ("*", "a/b", True), ("a/*/c", "a/b/x/c", False),
    ],
)  # fmt: skip
def test_what_lies_below(pattern, path, fits):
    """A folder that is meant hides what is in it."""
    assert glob(pattern).fits(path, with_what_is_below=True) is fits


@pytest.mark.parametrize("line", ["*a" * 200 + "c", "**/a/" * 90 + "c", "a**" * 150 + "c", "*" * 480 + "c"])
def test_no_line_of_an_ignore_file_is_endless(line):
    """Stars over stars against a long name took minutes."""
    began = time.process_time()
    found = ignorefile.read(".dockerignore", f"{line}\n" * 100)
    assert found.hides("/".join(["a" * 60] * 4) + "b") is None
    assert found.hides("a/" * 120 + "b") is None
    assert time.process_time() - began < 5
