from __future__ import annotations

import pytest

from pipeline.errors import SETTINGS_INVALID, PipelineError
from pipeline.settings.load import resolve


@pytest.fixture
def problems():
    """Return the lines of the error that a text leads to."""

    def lines(text, *overlays, environment="", app=""):
        with pytest.raises(PipelineError) as caught:
            resolve(text, overlays, environment, app)
        assert caught.value.kind is SETTINGS_INVALID
        return caught.value.details

    return lines
