"""Whether an engine answers, asked of a fake `dagger` executable."""

from __future__ import annotations

import os

import pytest

from pipeline.run import place


@pytest.fixture
def fake(tmp_path):
    """Put a `dagger` on PATH that runs a script."""

    def write(script):
        file = tmp_path / "dagger"
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
        return {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}

    return write


def test_an_engine_that_answers(fake):
    """Exit code 0 is an engine."""
    assert place.engine_problem(fake("exit 0")) == ""


def test_the_last_line_is_the_reason(fake):
    """The last words of `dagger` say why there is none."""
    env = fake("echo starting >&2; echo >&2; echo '  no docker here  ' >&2; echo >&2; exit 1")
    assert place.engine_problem(env) == "no docker here"


def test_a_silent_end_has_a_reason_too(fake):
    """Without any words the exit code is the reason."""
    assert place.engine_problem(fake("exit 7")) == "exit code 7"


def test_an_engine_that_does_not_answer(fake, monkeypatch):
    """A lost engine is given up after a while."""
    monkeypatch.setattr(place, "PROBE_SECONDS", 0.5)
    assert place.engine_problem(fake("exec sleep 30")) == "the engine did not answer within 0.5 s"


def test_the_engine_of_the_environment_is_asked(fake):
    """`dagger` sees the caller's environment, which may name an engine."""
    env = fake('[ "$_EXPERIMENTAL_DAGGER_RUNNER_HOST" = tcp://x ]')
    assert place.engine_problem(env) == "exit code 1"
    assert place.engine_problem(env | {"_EXPERIMENTAL_DAGGER_RUNNER_HOST": "tcp://x"}) == ""


def test_choose_with_a_real_probe(fake):
    """`auto` takes an engine that answers."""
    assert place.choose("auto", fake("exit 0")).runner == "dagger"
