"""Whether two texts of a fly.toml mean the same, and what differs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import PipelineError
from pipeline.release.compared import canonical, difference, digest
from tests.unit.release.odd_toml import TEXTS, tried

OLD = 'app = "shop"\n[http_service]\ninternal_port = 8080\n[env]\nA = "1"\nB = "2"\n'
SAME = 'app = "shop"\n# of production\n[env]\nB = "2" # two\nA = "1"\n\n[http_service]\ninternal_port = 8080\n'


def test_comments_and_order_change_nothing():
    """A release of the same configuration is not another one."""
    assert digest(OLD) == digest(SAME)
    assert difference(OLD, SAME) == ()


@pytest.mark.parametrize("other", [OLD.replace("8080", "9090"), OLD.replace("8080", "'8080'"), OLD + 'C = ""\n', ""])
def test_every_value_counts(other):
    """Its kind too."""
    assert digest(OLD) != digest(other)
    assert difference(OLD, other) != ()


def test_the_form_is_known():
    """Records keep the digest for years."""
    assert canonical('b = 1\n[a]\nd = 1979-05-27\nc = [1, "x"]\n') == '{"a":{"c":[1,"x"],"d":"1979-05-27"},"b":1}'
    assert digest("") == "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_what_differs_is_told_in_a_line_each():
    """Changed, added and gone, in the order of the new file."""
    service = '[http_service]\ninternal_port = 9090\n[[http_service.checks]]\npath = "/health"\n'
    new = f'app = "shop"\n{service}[env]\nA = true\n'
    assert difference(OLD, new) == (
        "http_service.internal_port: 8080 -> 9090",
        'http_service.checks[0].path: (not said) -> "/health"',
        'env.A: "1" -> true',
        'env.B: "2" -> (not said)',
    )


@pytest.mark.parametrize(
    "line",
    [
        'Jwt__Key = "{}-one-signing-key-of-ours"',
        'DB_PASSWORD = "{}"',
        'ConnectionStrings__Main = "Host=db;Password={}"',
        'URL = "https://me:{}@x.test"',
    ],
)
def test_no_secret_is_shown(line):
    """Whether its name says so or its value does; that it differs is told."""
    (told,) = difference(f"[env]\n{line.format('aaaa1111')}\n", f"[env]\n{line.format('bbbb2222')}\n")
    assert "aaaa1111" not in told
    assert "bbbb2222" not in told
    assert "***" in told


def test_a_long_value_is_cut():
    """One line stays one line."""
    (told,) = difference("", f"[env]\nA = '{'x y ' * 400}'\n")
    assert len(told) < 200


def test_what_is_no_toml_is_refused():
    """With the error of reading it."""
    with pytest.raises(PipelineError, match="cannot be read"):
        digest("a = ")


@given(TEXTS, TEXTS)
def test_texts_differ_where_their_forms_do(old, new):
    """No difference is silent, and none is invented."""
    one, two = tried(lambda: canonical(old)), tried(lambda: canonical(new))
    if "P128" not in (one, two):
        assert bool(difference(old, new)) == (one != two)


@given(st.integers(1, 2000))
def test_deep_texts_are_values_or_one_error(depth):
    """A generated file may nest without end."""
    text = f"{'[' * depth}{']' * depth}"
    assert tried(lambda: canonical(f"a = {text}\n")) in (f'{{"a":{text}}}', "P128")
