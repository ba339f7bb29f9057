"""Everything that a release to an environment lacks, told at once."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.doctor.judge import is_fit
from pipeline.doctor.model import Level, Releases
from pipeline.scaffold.environments import Environment
from pipeline.settings.model import PublishSettings, ReleaseSettings
from tests import samples
from tests.unit.doctor.machines import checks, machine, wanted
from tests.unit.release.given import GOOD

TOML = "fly.staging.toml"
READY = frozenset({"FLY_API_TOKEN"})
PUBLISHED = PublishSettings(repository="ghcr.io/team/shop")


def environment(**more: Any) -> Environment:
    fields: dict[str, Any] = {"toml": TOML, "is_declared": True, "publish": PUBLISHED}
    return Environment(**({"name": "staging", "release": ReleaseSettings()} | fields | more))


def looked(*environments: Environment, text: str | None = GOOD, key: str = "", variables: frozenset[str] = READY):
    texts = {} if text is None else {TOML: text}
    releases = Releases(app=samples.app(), environments=environments, texts=texts, key=key)
    return checks(machine(variables=variables), wanted(releases=(releases,)))


def test_an_environment_that_is_ready():
    """It names the app, and the next command."""
    found = looked(environment())["release staging"]
    assert (found.level, found.mend) == (Level.OK, "")
    assert found.found == "shop on Fly.io; `pipeline release plan staging`"


def test_everything_that_is_missing_is_told_at_once():
    """One after the other would be a call each; `ci` runs all the same."""
    settings = ReleaseSettings(secrets=(("Jwt__Key", "env:JWT"), ("Other", "file:x"), ("Third", "")))
    lacking = environment(release=settings, publish=PublishSettings(secret="GHCR"), is_declared=False, toml="")
    found = looked(lacking, variables=frozenset())
    check = found["release staging"]
    assert (check.level, is_fit(tuple(found.values()))) == (Level.NOTE, True)
    assert check.found == "6 things are missing"
    assert check.more == (
        "`environments.staging` is not in pipeline.yaml; `pipeline init` proposes it",
        "`publish.repository` does not say where images are published",
        "there is no fly.staging.toml; docs/release.md has one to begin with",
        'FLY_API_TOKEN is not set: export FLY_API_TOKEN="$(fly tokens create deploy -a APP -x 720h)"',
        "JWT is not set: the secret Jwt__Key comes from it, unless Fly.io has it already",
        "GHCR is not set: it opens the registry, by --registry-token=env://GHCR",
    )
    assert check.mend == "see docs/release.md; then look again with `pipeline doctor`"


@pytest.mark.parametrize(
    ("text", "settings", "begins"),
    [
        (None, ReleaseSettings(), "fly.staging.toml is not there"),
        ("a = [", ReleaseSettings(), "P128 fly.staging.toml: "),
        (GOOD.replace('app = "shop"\n', ""), ReleaseSettings(), "neither fly.staging.toml nor `release.app` names"),
        (GOOD.replace("8080", "9090"), ReleaseSettings(), "F152 fly.staging.toml:5: "),
    ],
)
def test_what_is_wrong_with_the_configuration(text, settings, begins):
    """As a release would say it, refusals alone."""
    found = looked(environment(release=settings), text=text)["release staging"]
    assert (found.found, found.level) == ("one thing is missing", Level.NOTE)
    assert found.more[0].startswith(begins)


def test_a_name_from_the_file_is_no_word_of_a_command():
    """The command for a token is pasted into a shell, and the line is one line."""
    text = GOOD.replace('app = "shop"', 'app = "x$(id)\\nready: ci can run here"')
    found = looked(environment(), text=text, variables=frozenset())["release staging"]
    assert found.more[0].startswith("fly.staging.toml: app: expected ")
    assert "'x$(id)\\nready: ci can run here'" in found.more[0]
    assert any("fly tokens create deploy -a APP -x 720h" in line for line in found.more)
    assert not any("\n" in line for line in found.more)


def test_one_of_several_applications_is_named():
    """Two may have an environment of one name."""
    found = looked(environment(), environment(name="production", toml=""), key="shop")
    assert (found["release shop staging"].level, found["release shop production"].level) == (Level.OK, Level.NOTE)
    assert found["release shop production"].mend.endswith("`pipeline doctor --app shop`")


def test_an_app_of_the_settings_needs_no_name_in_the_file():
    """`release.app` wins anyway."""
    text = GOOD.replace('app = "shop"\n', "")
    found = looked(environment(release=ReleaseSettings(app="mine")), text=text)["release staging"]
    assert found.found.startswith("mine on Fly.io")
