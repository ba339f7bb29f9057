"""What the Dagger functions answer, as far as it is decided without an engine."""

from __future__ import annotations

import pytest

from pipeline.run.answers import _tagged


@pytest.mark.parametrize(
    ("image", "tag"),
    [
        ("docker.io/library/node:22@sha256:00", "docker.io/library/node:22"),
        ("mirror.test:5000/trivy:0.74.0", "mirror.test:5000/trivy:0.74.0"),
        ("mirror.test:5000/trivy@sha256:00", "mirror.test:5000/trivy@sha256:00"),
    ],
)
def test_a_lock_asks_for_the_tag(image, tag):
    """What is pinned already would only be told back; a name without a tag has nothing else to ask for."""
    assert _tagged(image) == tag
