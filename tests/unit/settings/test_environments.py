"""What differs in one environment, and where each value comes from."""

from __future__ import annotations

import pytest

from pipeline.settings.load import resolve
from pipeline.settings.model import ServiceSettings

BASE = """\
name: shop
test:
  env: {A: base, B: base}
  timeout_minutes: 10
services: {redis: {}}
environments:
  staging:
    test: {env: {B: staging}, timeout_minutes: 20}
    services: {postgres: {version: "16"}}
  production: {}
"""


def origins(resolved):
    return {entry.key: entry.origin for entry in resolved.entries}


def values(resolved):
    return {entry.key: entry.value for entry in resolved.entries}


def test_an_environment_lies_over_what_holds_for_all():
    """Mappings are merged, values replaced, and what it does not name stays."""
    settings = resolve(BASE, environment="staging").settings
    assert settings.test.env == (("A", "base"), ("B", "staging"))
    assert settings.test.timeout_minutes == 20
    assert settings.services == (ServiceSettings(name="redis"), ServiceSettings(name="postgres", version="16"))
    assert settings.name == "shop"


@pytest.mark.parametrize("environment", ["", "production"])
def test_no_environment_and_an_empty_one_change_nothing(environment):
    """What stands under another name never counts."""
    resolved = resolve(BASE, environment=environment)
    assert resolved.settings == resolve(BASE.partition("environments")[0]).settings
    assert resolved.environments == ("staging", "production")


def test_a_later_file_wins_over_an_environment_of_an_earlier_one():
    """Each file in turn, for all and then for the environment: --settings is the last word."""
    over = "test: {timeout_minutes: 30}\nenvironments: {staging: {test: {env: {A: over}}}, nightly: {}}"
    resolved = resolve(BASE, [("over.yaml", over)], environment="staging")
    assert resolved.settings.test.timeout_minutes == 30
    assert resolved.settings.test.env == (("A", "over"), ("B", "staging"))
    assert resolved.environments == ("staging", "production", "nightly")


def test_each_value_names_its_origin():
    """File and line, the environment when it says so, `default` when nobody does."""
    resolved = resolve(BASE, [("over.yaml", "\ndotnet: {sdk: '9.0'}")], environment="staging")
    found = origins(resolved)
    assert found["name"] == "pipeline.yaml:1"
    assert found["test.env.A"] == "pipeline.yaml:3"
    assert found["test.env.B"] == "pipeline.yaml:8 (staging)"
    assert found["services.redis"] == "pipeline.yaml:5"
    assert found["services.postgres"] == found["services.postgres.version"] == "pipeline.yaml:9 (staging)"
    assert found["dotnet.sdk"] == "over.yaml:2"
    assert found["dotnet.format"] == found["images"] == "default"


def test_every_key_is_listed_once_even_when_nothing_is_set():
    """Defaults are values too."""
    resolved = resolve(None)
    keys = [entry.key for entry in resolved.entries]
    assert len(set(keys)) == len(keys)
    assert set(origins(resolved).values()) == {"default"}
    assert values(resolved)["spa.into"] == "wwwroot"
    assert values(resolved)["images"] is None


@pytest.mark.parametrize(
    ("text", "environment", "line"),
    [
        (BASE, "stagin", "environment: expected one of staging, production, got stagin; did you mean staging?"),
        (
            "name: a",
            "x",
            (
                "environment: expected nothing, got x: `environments` in pipeline.yaml names none; "
                "write `environments: {x: {}}` there if it is meant"
            ),
        ),
    ],
)
def test_an_environment_that_nobody_named(problems, text, environment, line):
    """A misspelt environment is an error, not the base."""
    assert problems(text, environment=environment) == (line,)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "environments: {staging: {tset: {}}}",
            (
                "pipeline.yaml:1 environments.staging.tset: expected one of name, dotnet, spa, docker, image, "
                "publish, release, test, services, nuget, npm, security, images, got tset; did you mean test?"
            ),
        ),
        (
            "environments: {Staging 1: {}}",
            (
                "pipeline.yaml:1 environments: expected a name in lower case with digits and dashes "
                "as the key, got the text Staging 1"
            ),
        ),
        (
            "environments: {a: {environments: {b: {}}}}",
            (
                "pipeline.yaml:1 environments.a.environments: expected one of name, dotnet, spa, docker, image, "
                "publish, release, test, services, nuget, npm, security, images, got environments"
            ),
        ),
    ],
)
def test_an_environment_nobody_chose_is_checked_too(problems, text, line):
    """A mistake is told today, not on the day of the first deployment."""
    assert problems(text) == (line,)


def test_secrets_by_mistake_are_not_shown():
    """A value whose name or text says password is hidden, wherever it stands; what names a service is not."""
    text = (
        "test:\n  env:\n    DB_PASSWORD: hunter2\n    ApiKey: hunter2\n    MAIN: Host=h;Password=hunter2;User=a\n"
        '    URL: "https://me:hunter2@x.test/?sig=hunter2"\n    PASSWORD: "${postgres.password}"\n'
        '    OWN: "Password=${postgres.password};Host=h"\n    KEYBOARD: de\n'
    )
    found = values(resolve(text))
    assert "hunter2" not in str(found)
    assert found["test.env.MAIN"] == "Host=h;Password=***;User=a"
    assert found["test.env.URL"] == "https://***@x.test/?***"
    assert found["test.env.PASSWORD"] == "${postgres.password}"
    assert found["test.env.OWN"] == "Password=${postgres.password};Host=h"
    assert found["test.env.KEYBOARD"] == "de"
    assert dict(resolve(text).settings.test.env)["DB_PASSWORD"] == "hunter2"
