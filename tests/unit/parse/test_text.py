"""Plain text."""

from __future__ import annotations

import pytest

from pipeline.parse.text import MAX_LINE, MAX_TITLE, brief, clean, first_line, lines, tail, title


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;https://x\x07link\x1b]8;;\x07", "link"),
        ("\x1b[2K\x1b[1Gdone", "done"),
        ("10%\r50%\r100%\nnext", "100%\nnext"),
        ("windows\r\nlines\r\n", "windows\nlines\n"),
        ("progress\r\r\n", "progress\n"),
        ("a\x00b\x07c\td", "abc\td"),
        ("", ""),
    ],
)
def test_clean(text: str, expected: str) -> None:
    """Colours, links, overwritten progress and control characters go; tabs and lines stay."""
    assert clean(text) == expected


def test_tail() -> None:
    """The last lines are kept; empty ones at the end do not count."""
    assert tail("1\n2\n3\n\n\n", lines=2) == "2\n3"
    assert tail("1", lines=0) == ""


def test_brief() -> None:
    """What is left out is said."""
    assert brief("1\n2\n3", lines=2) == "1\n2\n[...]"
    assert brief("12345", chars=3) == "123\n[...]"
    assert brief("\n1\n2\n", lines=2) == "1\n2"


def test_first_line() -> None:
    """Empty lines are passed over."""
    assert (first_line("\n \n a \nb"), first_line("")) == ("a", "")


def test_long_lines_are_cut() -> None:
    """A bundle in one line does not slow the patterns down."""
    assert [len(line) for line in lines("a" * 100_000 + "\nb")] == [MAX_LINE, 1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sum > adds  1", "sum > adds  1"),
        ("größer 👩‍💻", "größer 👩‍💻"),
        ("a\r::error::b\n\n##[error]", "a ::error::b ##[error]"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("a" * (MAX_TITLE + 1), "a" * MAX_TITLE + " [...]"),
        ("a\n" * 40_000, "a " * (MAX_TITLE // 2) + " [...]"),
    ],
)
def test_title(text: str, expected: str) -> None:
    """The name of a test is one line of bounded length; most are left as they are."""
    assert title(text) == expected
