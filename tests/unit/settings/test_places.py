"""Places in the environment of tests: a mistyped one is told, and not handed to the tests as a text."""

from __future__ import annotations

import pytest

from pipeline.plan.make import SERVICES
from pipeline.plan.model import Service
from pipeline.settings import forms, places
from pipeline.settings.load import resolve

KNOWN = (
    "${source}, ${out}, ${postgres.host}, ${postgres.port}, ${postgres.user}, ${postgres.password}, "
    "${postgres.database}, ${redis.host}, ${redis.port}"
)


@pytest.mark.parametrize(
    ("value", "got"),
    [
        ("Host=${postgres.hots};Password=hunter2", "${postgres.hots}; did you mean ${postgres.host}?"),
        ("${postgers.host}", "${postgers.host}; did you mean ${postgres.host}?"),
        ("${redis.user}", "${redis.user}; did you mean ${redis.port}?"),
        ("${sourc}/data", "${sourc}; did you mean ${source}?"),
        ("${longdate}|${level}", "${longdate}; $${longdate} keeps it as a text"),
        ("${feed}", "${feed}; $${feed} keeps it as a text"),
    ],
)
def test_a_place_that_nobody_knows_is_told(problems, value, got):
    """With its file and line, what was probably meant, and nothing else of the value."""
    lines = problems(f"name: shop\ntest:\n  env:\n    A: '{value}'\n")
    assert lines[0] == f"pipeline.yaml:4 test.env.A: expected one of {KNOWN}, got {got}"
    assert "hunter2" not in "".join(lines)


def test_each_unknown_place_is_told_once(problems):
    """Two mistakes are two lines."""
    assert len(problems("test: {env: {A: '${a.b} ${c.d} ${a.b}', B: '${a.b}'}}")) == 3


@pytest.mark.parametrize(
    "value", ["${postgres.host}:${postgres.port}", "${out}/log", "$${longdate}", "${HOME}", "$x {y}"]
)
def test_other_texts_are_taken_as_they_are(value):
    """Known places, what is written as a text on purpose, and what is no place by its form."""
    assert resolve(f"test: {{env: {{A: '{value}'}}}}").settings.test.env == (("A", value),)


def test_every_environment_is_looked_at(problems):
    """Also one that was not chosen, and an overlay."""
    text = "environments: {staging: {test: {env: {A: '${redis.hots}'}}}}"
    (line,) = problems(text)
    assert line.startswith("pipeline.yaml:1 environments.staging.test.env.A: expected one of ")
    (line,) = problems("", ("over.yaml", "\ntest: {env: {A: '${redis.hots}'}}"))
    assert line.startswith("over.yaml:2 test.env.A: ")


def test_the_places_are_those_of_the_servers():
    """What the settings let through, each runner has."""
    for name, (port, env) in SERVICES.items():
        service = Service(name=name, image="x", port=port, env=env)
        assert service.places("h", 1).keys() == {f"{name}.{key}" for key in places.OF_SERVICE[name]}
    assert places.OF_SERVICE.keys() == set(forms.SERVICE.choices)
