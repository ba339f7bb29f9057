from __future__ import annotations

import pytest

from pipeline.app.discover.markup import MAX_TOML_DOTS, MAX_TOML_LINE, toml_of


def test_toml():
    """Tables and values come as they are."""
    assert toml_of("[a]\nb = 1\n") == {"a": {"b": 1}}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = ", "Invalid value"),
        ("a = 1\n" + "b." * MAX_TOML_LINE + "c = 1", "at line 2"),
        ("a = 1\n[x]\n" + "b." * (MAX_TOML_DOTS + 1) + "c = 1", "more than 100 parts .at line 3"),
        ("a = [\n" * 3000, "Invalid value|nested too deep"),
    ],
    ids=["cut", "endless key", "many parts", "deep"],
)
def test_what_is_no_toml_is_told(text, words):
    """A key of thousands of parts would take gigabytes; no person writes one."""
    with pytest.raises(ValueError, match=words):
        toml_of(text)


def test_dots_in_a_value_are_no_parts_of_a_key():
    """An ellipsis, however long, is a text."""
    assert toml_of(f'a = "{"." * 300}"') == {"a": "." * 300}
