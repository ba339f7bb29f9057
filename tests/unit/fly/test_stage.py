from __future__ import annotations

import anyio
import pytest
import yaml

from pipeline.errors import PipelineError
from pipeline.fly import secrets
from pipeline.release.secrets import plan
from pipeline.release.values import Found, Value


class App:
    """An app whose answers are given; `set` is what it was told."""

    def __init__(self, *answers, version=7):
        self.answers, self.version, self.set, self.asked = list(answers), version, [], []

    async def secrets(self, version=0):
        self.asked.append(version)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    async def set_secrets(self, values):
        self.set.append(values)
        return self.version


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(secrets, "BETWEEN", 0.0)


def staged(app, present, values, *, prune=False):
    found = Found(values={name: Value(text) for name, text in values.items()})
    made = plan(dict.fromkeys(values, "env:X"), present, found, prune=prune)
    return anyio.run(secrets.stage, app, made, found.values)


def test_what_changed_is_what_has_another_digest():
    """A value that was set again to what it was changes nothing."""
    app = App({"A": "1", "B": "22", "C": "3"})
    end = staged(app, {"A": "1", "B": "2", "OLD": "0"}, {"A": "a", "B": "b", "C": "c"}, prune=True)
    assert app.set == [{"A": "a", "B": "b", "C": "c", "OLD": None}]
    assert (end.version, end.changed, end.same, end.deleted) == (7, ("B", "C"), ("A",), ("OLD",))
    assert end.digests == (("A", "1"), ("B", "22"), ("C", "3"))


def test_an_answer_from_before_is_asked_for_again():
    """Each time for at least the version that was made."""
    app = App({"OLD": "0"}, {"A": "1", "OLD": "0"}, {"A": "1"})
    assert staged(app, {"OLD": "0"}, {"A": "a"}, prune=True).changed == ("A",)
    assert app.asked == [7, 7, 7]


def test_fly_that_never_shows_it_is_no_success():
    """Names alone are told."""
    with pytest.raises(PipelineError) as caught:
        staged(App({}), {}, {"A": "c4n4ry"})
    assert (caught.value.kind.id, caught.value.what) == ("P413", "set its secrets, and does not show it: A")


def test_an_answer_without_a_version_is_no_success():
    """Nothing could make sure that machines get the values."""
    with pytest.raises(PipelineError, match="no version"):
        staged(App({"A": "1"}, version=0), {}, {"A": "a"})


def test_nothing_to_set_asks_for_nothing():
    """Nor makes a version."""
    app = App({})
    end = staged(app, {"A": "1"}, {})
    assert (app.set, app.asked, end.version, end.digests) == ([], [], 0, (("A", "1"),))


def test_what_somebody_else_changed_meanwhile_is_told():
    """It was not there when the plan was made."""
    assert staged(App({"A": "1", "Z": "9"}), {"A": "1"}, {"A": "a"}).changed == ("Z",)


def test_the_newest_version_is_asked_for_by_taking_away_nothing():
    """A name that nobody has, and never the same."""
    app = App({}, version=9)
    assert anyio.run(secrets.newest, app) == 9
    assert list(app.set[0].values()) == [None]


@pytest.mark.parametrize("app", ["shop", "4711", "true", "1e3"])
def test_the_configuration_of_flyctl(app):
    """YAML takes the app for a name, whatever it is."""
    assert yaml.safe_load(secrets.minimum(7, app)) == {"app_secrets_minvers": {app: 7}}
    assert secrets.minimum(0, app) == ""
