"""What holds for one of several applications."""

from __future__ import annotations

import pytest

from pipeline.settings.load import resolve

BASE = """\
name: all
test: {timeout_minutes: 10}
environments:
  staging: {test: {timeout_minutes: 20, hang_minutes: 2}}
apps:
  shop:
    dotnet: {web: src/Shop/Shop.csproj}
    test: {timeout_minutes: 30}
  back-office: {name: office}
"""


def test_an_application_lies_over_all_and_over_the_environment():
    """The nearest wins; what it does not name stays."""
    found = resolve(BASE, environment="staging", app="shop")
    assert found.settings.dotnet.web == "src/Shop/Shop.csproj"
    assert (found.settings.test.timeout_minutes, found.settings.test.hang_minutes) == (30, 2)
    origins = {entry.key: entry.origin for entry in found.entries}
    assert origins["dotnet.web"] == "pipeline.yaml:7 (shop)"
    assert origins["test.hang_minutes"] == "pipeline.yaml:4 (staging)"


@pytest.mark.parametrize(("app", "name"), [("shop", "shop"), ("back-office", "office"), ("", "all")])
def test_an_application_is_called_as_its_entry_is(app, name):
    """Unless it says otherwise; the common name would be two applications' name."""
    found = resolve(BASE, app=app)
    assert found.settings.name == name
    assert found.apps == ("shop", "back-office")


@pytest.mark.parametrize(
    ("text", "app", "line"),
    [
        (BASE, "shp", "--app: expected one of shop, back-office, got shp; did you mean shop?"),
        (
            "",
            "shop",
            (
                "--app: expected nothing, got shop: `apps` in pipeline.yaml names none; "
                "write `apps: {shop: {}}` there if it is meant"
            ),
        ),
    ],
)
def test_an_application_that_nobody_named(problems, text, app, line):
    """A misspelt one is an error, not all of them."""
    assert problems(text, app=app) == (line,)


@pytest.mark.parametrize("app", ["", "shop"])
@pytest.mark.parametrize(
    "text",
    [
        "publish: {repository: r.example.com/shop}\napps: {shop: {}, back: {}, jobs: JOBS}\n",
        "apps: {shop: SHOP, back: SHOP, jobs: JOBS}\n",
        "apps: {shop: {}, back: {}, jobs: JOBS}\nenvironments: {ci: SHOP}\n",
    ],
)
def test_two_applications_do_not_publish_to_one_repository(problems, text, app):
    """An image is found there by its commit, and that of the other application has the same one."""
    for name in ("shop", "jobs"):
        text = text.replace(name.upper(), f"{{publish: {{repository: r.example.com/{name}}}}}")
    said = "apps.back.publish.repository: expected one of its own, got r.example.com/shop, that of shop"
    assert problems(text, environment="ci" if "ci:" in text else "", app=app) == (said,)


def test_every_application_is_checked_whichever_is_chosen(problems):
    """A mistake in one is told on every run."""
    (line,) = problems("apps: {a: {}, b: {dotnet: {sdk: 8}}}", app="a")
    assert line.startswith("pipeline.yaml:1 apps.b.dotnet.sdk: expected text, got the number 8")


@pytest.mark.parametrize(("key", "value"), [("app", "same"), ("config", "fly.toml")])
def test_two_applications_are_not_released_to_one_app(problems, key, value):
    """The one that is released last would be what serves."""
    text = f"apps: {{shop: {{}}, back: {{}}}}\nenvironments: {{live: {{release: {{{key}: {value}}}}}}}\n"
    said = f"apps.back.release.app: expected one of its own, got {value}, that of shop"
    assert problems(text, environment="live", app="back") == (said,)


def test_one_fly_toml_may_be_that_of_two_apps():
    """By their own names."""
    apps = "apps: {shop: {release: {app: shop-live}}, back: {release: {app: back-live}}}"
    assert resolve(f"release: {{config: fly.toml}}\n{apps}", (), "", "back").settings.release.app == "back-live"
