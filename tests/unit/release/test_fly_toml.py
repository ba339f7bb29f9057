from __future__ import annotations

import pytest

from pipeline.errors import PipelineError
from pipeline.release.fly_toml import FlyToml, places, read
from pipeline.settings.model import DotnetSettings, ReleaseSettings, Settings


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        (Settings(), ("fly.staging.toml", "fly.toml")),
        (Settings(release=ReleaseSettings(config="deploy/x.toml")), ("deploy/x.toml",)),
        (
            Settings(dotnet=DotnetSettings(web="src/Api/Api.csproj")),
            ("src/Api/fly.staging.toml", "src/Api/fly.toml", "fly.staging.toml", "fly.toml"),
        ),
    ],
)
def test_where_it_may_lie(settings, found):
    """The environment's own before the common one, the application's folder before the repository's."""
    assert places(settings, "staging") == found


def test_what_is_read_of_it():
    """The app, and the names of variables; a text that is no TOML is told with its file."""
    assert read("fly.toml", 'app = "shop"\n[env]\nA = "1"\nB = 2\n') == FlyToml(app="shop", env=("A", "B"))
    assert read("fly.toml", "") == FlyToml()
    with pytest.raises(PipelineError, match=r"fly.toml: "):
        read("fly.toml", "app = ")
