"""What a caller names becomes an image."""

from __future__ import annotations

import pytest

from pipeline.errors import PipelineError
from pipeline.fly.wanted import meant, of

DIGEST = f"sha256:{'0' * 64}"


@pytest.mark.parametrize(
    ("image", "repository", "expected"),
    [
        ("1.4.0", "ghcr.io/team/shop", "ghcr.io/team/shop:1.4.0"),
        (DIGEST, "ghcr.io/team/shop", f"ghcr.io/team/shop@{DIGEST}"),
        ("ghcr.io/team/other:1.4.0", "ghcr.io/team/shop", "ghcr.io/team/other:1.4.0"),
        (f"ghcr.io/team/shop@{DIGEST}", "ghcr.io/team/shop", f"ghcr.io/team/shop@{DIGEST}"),
        ("1.4.0", "", "1.4.0"),
        ("", "ghcr.io/team/shop", ""),
    ],
)
def test_a_tag_or_a_digest_alone_is_one_of_the_repository(image, repository, expected):
    """Docker reads a word without a slash as an image of its own hub, where no release ever is."""
    assert meant(image, repository) == expected


def test_nothing_is_released_without_an_environment():
    """A variable that is not set would mean production, without its approval."""
    with pytest.raises(PipelineError, match=r"P105 .* environment: expected an entry of `environments`, got nothing"):
        of((), "", "", str)
