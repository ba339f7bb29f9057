from __future__ import annotations

import pytest

from pipeline.errors import PipelineError
from pipeline.fly.token import header, plain


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("FlyV1 fm2_abc,fm2_def", "FlyV1 fm2_abc,fm2_def"),
        ("fm1r_abc", "FlyV1 fm1r_abc"),
        ("Bearer FlyV1 fm2_abc\n", "FlyV1 fm2_abc"),
        ("fo1_abc", "Bearer fo1_abc"),
        ("bearer word", "Bearer word"),
    ],
)
def test_a_token_is_sent_as_flys_own_tools_send_it(token, said):
    """With the word for its kind, which is not part of it; a registry gets the token alone."""
    assert header(token) == said
    assert plain(token) == said.partition(" ")[2]


@pytest.mark.parametrize("token", ["", " \n", "FlyV1 ", "to\nken", "t\u00f6ken"])
def test_what_is_no_token_is_refused_and_not_repeated(token):
    """The library that sends it would."""
    with pytest.raises(PipelineError, match="P132") as caught:
        header(token)
    assert "ken" not in caught.value.what.replace("token", "")
