"""Licences and expressions of them, against lists."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.judge.audit.licences import DENIED, NOT_ALLOWED, is_understood, problem


@pytest.mark.parametrize(
    ("licence", "allowed", "denied", "why"),
    [
        ("MIT", ["MIT"], [], ""),
        ("mit", ["MIT"], [], ""),
        ("MIT", [], ["GPL-3.0-only"], ""),
        ("GPL-3.0-only", [], ["GPL-3.0-only"], DENIED),
        ("GPL-3.0-only", [], ["gpl-3.0"], DENIED),
        ("GPL-3.0", [], ["GPL-3.0-only"], DENIED),
        ("GPL-3.0+", [], ["GPL-3.0-or-later"], DENIED),
        ("GPL-3.0-or-later", [], ["GPL-3.0-only"], ""),
        ("(MIT OR GPL-3.0-only)", [], ["GPL-3.0-only"], ""),
        ("(MIT OR GPL-3.0-only)", ["MIT"], [], ""),
        ("MIT OR GPL-3.0-only", ["GPL-3.0-only"], ["GPL-3.0-only"], NOT_ALLOWED),
        ("MIT AND GPL-3.0-only", [], ["GPL-3.0-only"], DENIED),
        ("MIT AND ISC", ["MIT"], [], NOT_ALLOWED),
        ("MIT AND (ISC OR 0BSD)", ["MIT", "0BSD"], [], ""),
        ("GPL-2.0-only WITH Classpath-exception-2.0", [], ["GPL-2.0-only"], DENIED),
        ("GPL-2.0-only WITH Classpath-exception-2.0", ["GPL-2.0-only"], [], ""),
        ("SEE LICENSE IN LICENSE.md", ["MIT"], [], NOT_ALLOWED),
        ("SEE LICENSE IN LICENSE.md", [], ["MIT"], ""),
        ("UNLICENSED", [], ["UNLICENSED"], DENIED),
        ("LicenseRef-ours", ["LicenseRef-ours"], [], ""),
        ("unknown", ["MIT"], [], NOT_ALLOWED),
        ("unknown", [], ["MIT"], ""),
        ("MIT/X11", ["MIT"], [], NOT_ALLOWED),
        ("MIT OR", ["MIT"], [], NOT_ALLOWED),
        ("GPL-3.0/MIT", [], ["GPL-3.0-only"], DENIED),
        ("GPL-3.0, MIT", [], ["GPL-3.0-or-later"], DENIED),
        ("MIT AND (GPL-3.0", [], ["GPL-3.0-only"], DENIED),
        ("see GPL-3.0-or-later.", [], ["GPL-3.0-or-later"], DENIED),
        ("MIT OR BSD License (GPL-3.0)", [], ["GPL-3.0-only"], DENIED),
        ("MIT/X11", [], ["GPL-3.0-only"], ""),
        ("LGPL-3.0/MIT", [], ["GPL-3.0-only"], ""),
    ],
)
def test_what_a_licence_means_to_the_lists(licence, allowed, denied, why):
    """Names are those of SPDX today, an expression means what SPDX says, and what nobody can read is on no list."""
    assert problem(licence, allowed, denied) == why


@settings(deadline=None)  # the first call loads all licences
@given(st.text(max_size=40) | st.lists(st.sampled_from(["MIT", "OR", "AND", "WITH", "(", ")", "x"])).map(" ".join))
def test_any_text_is_a_licence(text):
    """Authors write what they like into a package."""
    assert problem(text, ["MIT"], []) in {"", NOT_ALLOWED}


@pytest.mark.parametrize("text", ["MIT AND ( )", "( AND MIT", "()", "(", "OR"])
def test_brackets_around_nothing(text):
    """The library ends with errors of its own there."""
    assert problem(text, ["MIT"], []) == NOT_ALLOWED


@pytest.mark.parametrize("text", ["MIT", "(MIT OR ISC)", "UNLICENSED", "GPL-2.0-only WITH Classpath-exception-2.0"])
def test_an_expression_is_understood(text):
    """Names of one word, alone or put together."""
    assert is_understood(text)


@pytest.mark.parametrize("text", ["SEE LICENSE IN LICENSE", "MIT/X11", "MIT AND (GPL-3.0", "MIT OR BSD License", ""])
def test_free_text_is_not_understood(text):
    """A person has to look at it."""
    assert not is_understood(text)
