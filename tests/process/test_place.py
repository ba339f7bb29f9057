"""Whether an engine answers and what it is told, asked of a fake `dagger` executable."""

from __future__ import annotations

import os
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.render import as_json
from pipeline.run import place
from tests import samples


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


REPORT = samples.report(samples.result(), where="dagger")
# What `dagger call` does for us: the last word is the folder to write.
WRITES = 'for target; do :; done; mkdir -p "$target"; cp "$PIPELINE_TEST_REPORT" "$target/report.json"'


@pytest.fixture
def call(fake, tmp_path):
    """Run on a `dagger` that runs a script; `words` are the arguments of the command line."""
    (tmp_path / "app").mkdir()
    (tmp_path / "report").write_text(as_json.text(REPORT))

    def run(script, *, secret="", **words):
        none = {"nuget_feed": None, "nuget_token": None, "settings": None, "environment": "", "app": "", "fresh": False}
        loaded = SimpleNamespace(plan=samples.plan(), settings=SimpleNamespace(nuget=SimpleNamespace(secret=secret)))
        arguments = SimpleNamespace(folder=tmp_path / "app", **(none | words))
        env = fake(script) | {"PIPELINE_TEST_REPORT": str(tmp_path / "report")}
        return place.on_dagger(loaded, arguments, tmp_path / "scratch", env)

    return run


def _told(tmp_path):
    return (tmp_path / "app/told").read_text().splitlines()


def test_the_report_comes_back(call, tmp_path):
    """The engine's report is the answer, and the steps' files lie beside it."""
    assert call(WRITES) == (REPORT, tmp_path / "scratch/evidence/steps")


def test_what_dagger_is_told(call, tmp_path):
    """The module of this checkout, from the caller's folder; nothing that was not asked for."""
    call(f'printf "%s\\n" "$@" > told; {WRITES}')
    target = str(tmp_path / "scratch/evidence")
    module = ["-m", str(place.module_root()), "call"]
    assert _told(tmp_path) == ["--progress=report", *module, "evidence", "-o", target]


@pytest.mark.parametrize(("watched", "progress"), [(True, "auto"), (False, "report")])
def test_a_log_is_no_terminal(call, tmp_path, monkeypatch, watched, progress):
    """A person sees the steps move; a log gets what was red, and not each argument of each call."""
    monkeypatch.setattr("sys.stderr", SimpleNamespace(isatty=lambda: watched))
    call(f'printf "%s\\n" "$@" > told; {WRITES}')
    assert _told(tmp_path)[0] == f"--progress={progress}"


def test_every_choice_is_passed_on(call, tmp_path, monkeypatch):
    """Paths do not depend on the folder; a secret goes by its name."""
    monkeypatch.chdir(tmp_path)
    choices = {"settings": Path("over.yaml"), "environment": "staging", "app": "shop", "fresh": True}
    call(f'printf "%s\\n" "$@" > told; {WRITES}', nuget_token="FEED_TOKEN", **choices)
    assert _told(tmp_path)[4:-3] == [
        f"--settings={tmp_path}/over.yaml", "--environment=staging", "--app=shop",
        "--nuget-token=env://FEED_TOKEN", "--fresh",
    ]  # fmt: skip


def test_the_repository_names_no_variable_of_the_caller(call, tmp_path):
    """Whatever the settings call a secret: nothing is passed on that the caller did not name."""
    call(f'printf "%s\\n" "$@" > told; {WRITES}', secret="AWS_SECRET_ACCESS_KEY")
    assert [word for word in _told(tmp_path) if "token" in word or "AWS" in word] == []


def test_dagger_that_leaves_no_report(call):
    """No report is P406 with the exit code, never green."""
    with pytest.raises(PipelineError) as caught:
        call("exit 3")
    assert (caught.value.kind, caught.value.what) == (errors.ENGINE_SILENT, "dagger ended with 3 and left no report")


def test_a_report_that_was_cut_off(call, tmp_path):
    """A report that cannot be read is P406, not a bug of ours."""
    (tmp_path / "report").write_text('{"schema": 2, "ste')
    with pytest.raises(PipelineError, match="cannot be read") as caught:
        call(WRITES)
    assert caught.value.kind is errors.ENGINE_SILENT


@pytest.mark.parametrize(
    "manners", ["exec sleep 60", "trap '' TERM; while :; do sleep 0.1; done"], ids=["kind", "stubborn"]
)
def test_dagger_that_does_not_end(call, tmp_path, monkeypatch, manners):
    """It is ended, for good if need be, and the run with it."""
    monkeypatch.setattr(place, "SPARE_SECONDS", 0.5)
    monkeypatch.setattr(place, "GRACE_SECONDS", 0.5)
    began = time.monotonic()
    with pytest.raises(PipelineError, match=r"no end after 0\.5 s") as caught:
        call(f"echo $$ > told; {manners}")
    assert (caught.value.kind, time.monotonic() - began < 10) == (errors.ENGINE_SILENT, True)
    with pytest.raises(ProcessLookupError):
        os.kill(int(_told(tmp_path)[0]), 0)
