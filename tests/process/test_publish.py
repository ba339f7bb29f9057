"""`pipeline publish` with a `dagger` that is a script: what it is told, and how each of its ends becomes ours."""

from __future__ import annotations

import json
import os

import pytest

from pipeline import cli, errors
from pipeline.errors import ExitCode, PipelineError
from pipeline.registry.publish import Published
from pipeline.render import as_json
from tests import samples

IMAGE = f"localhost:1/shop@sha256:{'a' * 64}"
PROJECT = (
    '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>'
)
DAGGER = """#!/bin/sh
printf '%s\\n' "$@" >> told
for target; do :; done
case "$*" in *publish-evidence*) mkdir -p "$target" && cp -r "$PIPELINE_TEST_LEFT/." "$target" ;; esac
"""


@pytest.fixture
def app(tmp_path, monkeypatch):
    """Return an application that says where its image goes, and put a `dagger` on PATH."""
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "Shop.csproj").write_text(f"{PROJECT}</Project>")
    (folder / "pipeline.yaml").write_text("security: {enabled: false}\npublish: {repository: 'localhost:1/shop'}\n")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/dagger").write_text(DAGGER)
    (tmp_path / "bin/dagger").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PIPELINE_TEST_LEFT", str(tmp_path / "left"))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def left(tmp_path):
    """Say what the engine leaves: a report of this verdict, if there was a run, and what came of it."""

    def leave(told, verdict=None):
        (tmp_path / "left").mkdir()
        (tmp_path / "left/publish.json").write_text(told)
        if verdict is not None:
            report = samples.report(samples.result(), verdict=verdict, where="dagger")
            (tmp_path / "left/report.json").write_text(as_json.text(report))

    return leave


def image(reference=IMAGE):
    return Published(reference=reference, digest=reference.partition("@")[2], tags=("1.0",)).as_json()


def test_the_image_is_the_output(app, left, capsys):
    """A script takes it from there; the tags and every choice went to the engine."""
    left(image(), ExitCode.GREEN)
    assert cli.main(["publish", "--tag", "1.0", "--tag", "latest", "--fresh"]) == 0
    assert capsys.readouterr().out == f"{IMAGE}\n"
    told = (app / "told").read_text().splitlines()
    assert told[told.index("call") + 1 : -2] == ["--fresh", "publish-evidence", "--tag=1.0", "--tag=latest"]


def test_the_image_as_json(app, left, capsys):
    """With its tags and the documents beside it, as `promote --json` has it."""
    left(image(), ExitCode.GREEN)
    assert cli.main(["publish", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "schema": 1, "image": IMAGE, "tags": ["1.0"], "sent": 0, "documents": {},
    }  # fmt: skip


@pytest.mark.parametrize("verdict", [ExitCode.RED, ExitCode.INCOMPLETE, ExitCode.INFRA, ExitCode.BUG])
def test_without_a_green_run_the_verdict_is_the_exit_code(app, left, capsys, verdict):
    """Nobody takes the summary for an image: it goes to standard error."""
    left(image(""), verdict)
    assert cli.main(["publish"]) == int(verdict)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(verdict.name)
    assert said.err.endswith("add --evidence DIR\n")


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.NOT_PROMOTED, ExitCode.RED),
        (errors.SOURCE_DIFFERS, ExitCode.CONFIG),
        (errors.REGISTRY_DENIED, ExitCode.CONFIG),
        (errors.REGISTRY_FAILED, ExitCode.INFRA),
        (errors.INTERNAL, ExitCode.BUG),
    ],
)
@pytest.mark.parametrize("verdict", [None, ExitCode.GREEN], ids=["before", "after"])
def test_what_kept_it_away_is_the_exit_code(app, left, capsys, kind, code, verdict):
    """Before the run or after it, as an error of this machine would be."""
    error = PipelineError(kind, "here", ("one", "two"))
    left(error.as_json(), verdict)
    assert cli.main(["publish", "--json"]) == int(code)
    said = capsys.readouterr()
    assert said.err.endswith(f"{error}\n")
    assert json.loads(said.out) == json.loads(error.as_json())


@pytest.mark.parametrize("verdict", [ExitCode.RED, ExitCode.GREEN])
def test_the_evidence_of_the_run(app, left, tmp_path, verdict):
    """Red or green, and when the registry failed after it."""
    left(PipelineError(errors.REGISTRY_FAILED, "x").as_json() if verdict is ExitCode.GREEN else image(""), verdict)
    assert cli.main(["publish", "--evidence", str(tmp_path / "e")]) == (4 if verdict is ExitCode.GREEN else 1)
    assert as_json.read((tmp_path / "e/report.json").read_text()).verdict is verdict


@pytest.mark.parametrize("told", ["", "{", '{"schema": 1}', '{"error": {"id": "P999", "what": "", "details": []}}'])
def test_an_end_that_says_nothing_is_the_engine_s(app, left, capsys, told):
    """P406, never green."""
    left(told, ExitCode.GREEN)
    assert cli.main(["publish"]) == int(ExitCode.INFRA)
    assert "P406" in capsys.readouterr().err


def test_an_image_without_a_report_is_none(app, left, capsys):
    """Nothing would say that it is proven."""
    left(image())
    assert cli.main(["publish"]) == int(ExitCode.INFRA)
    assert "left no report" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("settings", "words", "said"),
    [
        (
            "{repository: r.test/shop, public_key: a.pub}",
            [],
            "P108 a file or folder cannot be read: publish.public_key: a.p",
        ),
        ("", [], "P105 the settings are not valid: publish.repository: expected where the image goes, got nothing"),
        ("{repository: r.test/shop}", ["--tag", "a b"], "P105 the settings are not valid: --tag: expected"),
        ("{repository: r.test/shop, user: a, secret: TOKEN}", [], "P112 a secret is missing: TOKEN: give it"),
        ("{repository: r.test/shop, signing_secret: KEY}", [], "P112 a secret is missing: KEY: give it"),
        ("{repository: r.test/shop}", ["--registry-token", "env://PATH"], "P105 the settings are not valid: --reg"),
        ("{repository: r.test/shop}", ["--signing-key", "env://NO_SUCH"], "P112 a secret is missing: env://NO_SUCH"),
        (
            "{repository: r.test/shop, signing_secret: KEY}",
            ["--signing-key", "env://PATH"],
            "P105 the settings are not valid: --signing-key: expected an ECDSA key",
        ),
    ],
)
def test_what_cannot_end_well_does_not_begin(app, capsys, settings, words, said):
    """A run takes minutes; what the settings and the call say is looked at before it, and before any engine."""
    (app / "pipeline.yaml").write_text(f"publish: {settings}\n" if settings else "")
    assert cli.main(["publish", *words]) == int(ExitCode.CONFIG)
    assert capsys.readouterr().err.startswith(said)
    assert not (app / "told").exists()


def test_what_has_no_image_is_not_published(app, capsys):
    """With the reason of the plan, before any engine is asked."""
    (app / "Shop.csproj").write_text(
        f"{PROJECT.replace('.Web', '')}</Project>".replace('Sdk="Microsoft.NET.Sdk.Web"', "")
    )
    assert cli.main(["publish"]) == int(ExitCode.CONFIG)
    assert "P110 no such step: image: no web project to start" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["publish"], ["promote", "r.test/one:1", "r.test/one:live"]])
def test_of_several_applications_one_is_published(app, capsys, words):
    """Each has its own repository, and its own key that `promote` asks for."""
    for name in ("one", "two"):
        (app / name).mkdir()
        (app / name / f"{name}.csproj").write_text(f"{PROJECT}</Project>")
    (app / "Shop.csproj").unlink()
    one, two = (f"{{dotnet: {{web: {n}/{n}.csproj}}, publish: {{repository: r.test/{n}}}}}" for n in ("one", "two"))
    (app / "pipeline.yaml").write_text(f"apps:\n  one: {one}\n  two: {two}\n")
    assert cli.main(words) == int(ExitCode.CONFIG)
    said = capsys.readouterr().err
    assert "P110 no such step: image: each application has its own (one, two); take one with --app" in said
