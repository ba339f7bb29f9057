"""What a caller names becomes an image."""

from __future__ import annotations

import pytest

from pipeline.app.facts import Facts
from pipeline.errors import PipelineError
from pipeline.fly.wanted import meant, of
from pipeline.load import Seen
from pipeline.settings.load import resolve
from tests import samples

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


@pytest.mark.parametrize(
    ("app", "files", "said", "taken"),
    [
        ("", ("fly.toml",), "", "fly.toml"),
        ("shop", ("fly.toml",), "", ""),
        ("shop", ("fly.toml",), "app: shop-live", "fly.toml"),
        ("shop", ("fly.toml",), "config: fly.toml", "fly.toml"),
        ("shop", ("fly.toml", "src/Web/fly.toml"), "", "src/Web/fly.toml"),
    ],
)
def test_one_of_several_applications_does_not_take_the_fly_toml_of_all(app, files, said, taken):
    """They would all be released to the app that it names, and the last one would serve."""
    settings = resolve(f"environments: {{live: {{release: {{{said}}}}}}}", (), "live", "").settings
    facts = Facts(paths=frozenset(files), texts={}, files=frozenset(files))
    seen = Seen(
        facts=facts, settings=settings, app=samples.app(dotnet=samples.dotnet(web=samples.web(path="src/Web/W.csproj")))
    )
    if taken:
        assert of((seen,), "live", app, lambda path: f'app = "shop" # {path}').toml.path == taken
        return
    with pytest.raises(PipelineError, match=r"P105 .* release\.app: expected the app of shop on Fly\.io"):
        of((seen,), "live", app, str)


def test_an_application_without_a_web_project_does_not_take_the_fly_toml_of_all():
    """It lies nowhere, so a file at the root is not beside it."""
    facts = Facts(paths=frozenset({"fly.toml"}), texts={}, files=frozenset({"fly.toml"}))
    settings = resolve("environments: {live: {}}", (), "live", "").settings
    seen = Seen(facts=facts, settings=settings, app=samples.app(dotnet=None))
    with pytest.raises(PipelineError, match=r"P105 .* release\.app: expected the app of spa on Fly\.io"):
        of((seen,), "live", "spa", lambda _: 'app = "shop"')
