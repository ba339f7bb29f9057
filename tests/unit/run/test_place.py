from __future__ import annotations

from types import SimpleNamespace

import pytest

from pipeline import errors
from pipeline.run import place
from tests import samples


@pytest.fixture
def engine(monkeypatch):
    """Let the engine answer, or not."""

    def answers(problem):
        monkeypatch.setattr(place, "engine_problem", lambda _env: problem)

    return answers


def test_host_was_asked_for(monkeypatch):
    """With `--on host` the engine is not even asked."""
    monkeypatch.setattr(place, "engine_problem", lambda _env: pytest.fail("asked"))
    assert place.choose("host", {}) == place.Choice(runner="host", why="this machine's own tools (--on host)")


@pytest.mark.parametrize("wish", ["auto", "dagger"])
def test_an_engine_that_answers_is_taken(engine, wish):
    """A reachable engine is the first choice."""
    engine("")
    assert place.choose(wish, {}) == place.Choice(runner="dagger", why="a Dagger engine")


def test_auto_falls_back_and_says_why(engine):
    """Without an engine `auto` takes the host, and the first line says so and why."""
    engine("dagger is not on PATH")
    assert place.choose("auto", {}) == place.Choice(
        runner="host", why="this machine's own tools (no container engine: dagger is not on PATH)"
    )


def test_dagger_that_was_asked_for_is_never_replaced(engine):
    """`--on dagger` without an engine is P401, not another runner."""
    engine("it is gone")
    with pytest.raises(errors.PipelineError) as caught:
        place.choose("dagger", {})
    assert (caught.value.kind, caught.value.what) == (errors.ENGINE_UNREACHABLE, "it is gone")


def test_no_dagger_on_path(tmp_path):
    """Without the executable nothing is started to find out."""
    assert place.engine_problem({"PATH": str(tmp_path)}) == "dagger is not on PATH"


def test_an_installation_without_a_module(tmp_path, monkeypatch):
    """A package without its dagger.json cannot be a Dagger module."""
    (tmp_path / "dagger").write_text("#!/bin/sh\n")
    (tmp_path / "dagger").chmod(0o755)
    monkeypatch.setattr(place, "module_root", lambda: None)
    assert place.engine_problem({"PATH": str(tmp_path)}).startswith("this installation has no dagger.json")


def test_the_module_is_this_checkout():
    """The module that the engine runs is the one this code lies in."""
    root = place.module_root()
    assert (root / "pipeline/run/place.py").is_file()


def test_the_limit_allows_all_that_the_plan_allows():
    """Steps in a row, each with its whole time and every attempt, end before the run is given up."""
    steps = (samples.plain_step("test", timeout=5 * 3600), samples.plain_step("restore", timeout=100, fetches=True))
    assert place.limit(samples.plan(*steps)) == 5 * 3600 + 3 * 100 + place.SPARE_SECONDS


def _required(runner, monkeypatch, token, env, *, secret="AWS_SECRET_ACCESS_KEY"):  # noqa: S107  # a name
    monkeypatch.setattr("pipeline.run.host.require_tools", lambda *_words: None)
    restore = samples.plain_step("restore", secrets=(secret,) if secret else ())
    loaded = SimpleNamespace(plan=samples.plan(restore), settings=SimpleNamespace(nuget=SimpleNamespace(secret=secret)))
    return place.require(runner, loaded, SimpleNamespace(nuget_token=token), env)


@pytest.mark.parametrize("runner", ["host", "dagger"])
def test_the_caller_alone_says_which_variable_is_a_secret(monkeypatch, runner):
    """Settings that name one of his variables, with a source of their own, get nothing."""
    with pytest.raises(errors.PipelineError) as caught:
        _required(runner, monkeypatch, None, {"AWS_SECRET_ACCESS_KEY": "x"})
    assert (caught.value.kind, caught.value.what) == (errors.SECRET_MISSING, "AWS_SECRET_ACCESS_KEY")


def test_a_step_sees_the_given_variable_by_the_name_of_the_settings(monkeypatch):
    """Under its own name the value would reach every other step."""
    env = {"MY_TOKEN": "t", "AWS_SECRET_ACCESS_KEY": "x", "PATH": "/bin"}
    assert _required("host", monkeypatch, "MY_TOKEN", env) == {"AWS_SECRET_ACCESS_KEY": "t", "PATH": "/bin"}
    assert _required("dagger", monkeypatch, "MY_TOKEN", env) == env


def test_a_variable_that_is_not_there(monkeypatch):
    """P112 names it; a token that no setting asks for is P105."""
    with pytest.raises(errors.PipelineError, match="env://MY_TOKEN: there is no such variable") as caught:
        _required("host", monkeypatch, "MY_TOKEN", {})
    assert caught.value.kind is errors.SECRET_MISSING
    with pytest.raises(errors.PipelineError) as caught:
        _required("host", monkeypatch, "MY_TOKEN", {"MY_TOKEN": "t"}, secret="")
    assert caught.value.kind is errors.SETTINGS_INVALID
