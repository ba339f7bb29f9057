"""What a repository may not say to a terminal or a CI system, wherever its words stand."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.render import harmless

ORDERS = st.text("a\r\n\x1b#[]:vso \t\x85\u202e\u2028\x7f", max_size=20)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a\r::error::b", "a\\x0d::error::b"),
        ("\x1b[31mred\x1b]0;title\x07", "\\x1b[31mred\\x1b]0;title\\x07"),
        ("a\n \t::stop::b", "a\n \t:\u200b:stop::b"),
        ("said ##[error]x", "said #\u200b#[error]x"),
        ("##vso[task.complete]", "#\u200b#vso[task.complete]"),
        ("###[x", "##\u200b#[x"),
        ("a\u202eb\u2028c\x9bd", "a\\u202eb\\u2028c\\x9bd"),
    ],
)
def test_what_gives_orders_is_taken_apart(raw, shown):
    """It is still there to be read."""
    assert harmless.text(raw) == shown


@pytest.mark.parametrize("text", ["Shop::Cart\n  a::b\n", "## title\n#[x]", "größer → 日本 👩‍💻\t\n", "C:\\x"])
def test_what_gives_none_stays(text):
    """Names of C++ and Rust, Markdown, other scripts."""
    assert harmless.text(text) == text


def test_line_ends_of_windows_are_line_ends():
    """A diff of such a file stays readable."""
    assert harmless.text("a\r\nb\r\n") == "a\nb\n"


def test_a_name_stays_within_its_line():
    """Its end is written, as every other control is."""
    assert harmless.line("a\n\tb\r\x1b[2J\u2028") == "a\\x0a\\x09b\\x0d\\x1b[2J\\u2028"


@given(ORDERS)
def test_no_order_is_left(text):
    """Whatever stands beside it; and a text that went through twice is the same."""
    found = harmless.text(text)
    assert harmless.text(found) == found
    assert not set(found) & set("\r\x1b\x85\u202e\u2028\x7f")
    assert "##[" not in found
    assert "##vso[" not in found
    assert not any(line.lstrip().startswith("::") for line in found.split("\n"))


@given(ORDERS)
def test_json_says_the_same(text):
    """An order in it is written with an escape, which every reader of JSON takes back."""
    written = json.dumps({text: [text]}, indent=1, ensure_ascii=False)
    found = harmless.json(written)
    assert json.loads(found) == {text: [text]}
    assert "##[" not in found
    assert not set(found) & set("\r\x1b\x85\u202e\u2028\x7f")


@pytest.mark.parametrize("piece", ["\n", " ", "\n ", "#", ":", "\n:", "##a"])
def test_it_is_linear(piece):
    """Tens of thousands of empty lines took a quarter of a minute."""
    began = time.process_time()
    harmless.text(piece * 200_000)
    assert time.process_time() - began < 3
