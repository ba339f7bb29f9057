from __future__ import annotations

import json
from urllib.parse import quote, quote_plus

import pytest

from pipeline.fly.veil import Veil

VALUE = 'Host=db;  Password=p"w\\x d/é&1'
HIDES = Veil("FlyV1 fm2_abcdefgh,fm2_ijklmnop", [VALUE], "x")


@pytest.mark.parametrize(
    "said", [VALUE, " ".join(VALUE.split()), json.dumps(VALUE), quote(VALUE, safe=""), quote_plus(VALUE)]
)
def test_a_value_is_hidden_in_whatever_way_it_is_written(said: str) -> None:
    """A log writes JSON, an address its own signs, and lines of logs have single spaces."""
    shown = HIDES.text(f"<{said}>")
    assert "db" not in shown
    assert "Password" not in shown


@pytest.mark.parametrize("size", [8, 12, 20, len(VALUE) - 1])
@pytest.mark.parametrize("end", ["", ")"])
def test_what_was_cut_is_hidden_too(size: int, end: str) -> None:
    """Answers and logs are shortened before anybody looks for secrets in them."""
    assert HIDES.text(f"/health answers 500: {VALUE[:size]}{end}\nmore") == f"/health answers 500: ***{end}\nmore"


def test_what_is_no_secret_is_shown() -> None:
    """Also where it begins as one does."""
    assert HIDES.text("Host=db of nothing, and fm2") == "Host=db of nothing, and fm2"
