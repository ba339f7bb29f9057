from __future__ import annotations

import json
import os
import re
import shlex
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from pipeline import cli, errors
from pipeline.doctor.model import Machine
from pipeline.errors import ExitCode
from pipeline.judge.model import Status
from pipeline.render import as_json, summary
from pipeline.run import machine, place, repository
from pipeline.verbs import VERBS
from pipeline.verbs.about import ABOUT
from tests import samples
from tests.apps import ROOT

PROJECT = (
    '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup>'
    "<TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>"
)


@pytest.fixture
def app(tmp_path):
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "Shop.csproj").write_text(PROJECT)
    return folder


@pytest.fixture
def ran(monkeypatch, tmp_path):
    """Let `ci` end with a report of this verdict, without running anything."""
    files = tmp_path / "files"
    (files / "api.test").mkdir(parents=True)
    (files / "api.test/a.trx").write_text("<TestRun/>")
    (files / "api.publish/publish").mkdir(parents=True)
    (files / "api.publish/publish/app.dll").write_text("x")

    def end(verdict=ExitCode.GREEN, runner="host"):
        report = samples.report(samples.result(cases=(samples.case(),)), verdict=verdict)
        seen = SimpleNamespace(report=report, arguments=None, runner=None)

        def run(name, arguments, loaded, part=""):
            seen.arguments, seen.runner, seen.loaded, seen.part = arguments, name, loaded, part
            return report, files

        monkeypatch.setattr(place, "choose", lambda _wish, _env: place.Choice(runner=runner, why="a test"))
        monkeypatch.setattr(place, "require", lambda *_words: None)
        monkeypatch.setattr(place, "on_host", lambda loaded, arguments, *_more: run("host", arguments, loaded))
        monkeypatch.setattr(
            place, "on_dagger", lambda loaded, arguments, *_more, part: run("dagger", arguments, loaded, part)
        )
        return seen

    return end


@pytest.mark.parametrize("verdict", list(ExitCode))
def test_the_exit_code_of_ci_is_the_verdict(app, ran, verdict, capsys):
    """Green is 0, red is 1, and every other end has its own code."""
    ran(verdict)
    assert cli.main(["ci", str(app)]) == int(verdict)
    assert capsys.readouterr().out.startswith(summary.WORD[verdict])


def test_ci_prints_the_summary_and_says_where_it_ran(app, ran, capsys):
    """Standard output is the summary alone; the first line of the progress names the runner and why."""
    report = ran().report
    cli.main(["ci", str(app)])
    said = capsys.readouterr()
    assert said.out == summary.text(report)
    assert said.err == "pipeline ci: shop on a test\n"


def test_ci_as_json(app, ran, capsys):
    """With --json standard output is the report and nothing else."""
    report = ran(ExitCode.RED).report
    assert cli.main(["ci", str(app), "--json"]) == 1
    assert as_json.read(capsys.readouterr().out) == report


@pytest.mark.parametrize("runner", ["host", "dagger"])
def test_the_choice_decides_who_runs(app, ran, runner):
    """`ci` runs where `choose` said."""
    seen = ran(runner=runner)
    cli.main(["ci", str(app)])
    assert seen.runner == runner


@pytest.mark.parametrize("runner", ["host", "dagger"])
@pytest.mark.parametrize(("verb", "own"), [("lint", "api.format"), ("build", "api.publish"), ("audit", "audit.nuget")])
def test_a_part_runs_alone(app, ran, capsys, runner, verb, own):
    """Here the part of the plan, on an engine the function that runs the same; the exit code is its verdict."""
    seen = ran(ExitCode.RED, runner)
    assert cli.main([verb, str(app)]) == 1
    assert capsys.readouterr().err.startswith(f"pipeline {verb}: shop on a test\n")
    assert (seen.runner, seen.part) == (runner, verb if runner == "dagger" else "")
    found = {step.id for step in seen.loaded.plan}
    assert own in found
    assert ("api.format" in found) is (verb == "lint")


@pytest.mark.parametrize("verdict", [ExitCode.GREEN, ExitCode.RED])
def test_evidence_is_written_red_or_green(app, ran, tmp_path, verdict):
    """--evidence holds every rendering and each step's own files, without what was published."""
    ran(verdict)
    target = tmp_path / "deep/evidence"
    assert cli.main(["ci", str(app), "--evidence", str(target)]) == int(verdict)
    assert {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()} == {
        "report.json",
        "summary.md",
        "summary.txt",
        "junit.xml",
        "coverage.cobertura.xml",
        "steps/api.test/a.trx",
    }


def test_where_the_evidence_is(app, ran, tmp_path, capsys):
    """The last line of a run names its folder; where nobody asked for one, a red run says how to get it."""
    ran(ExitCode.RED)
    cli.main(["ci", str(app), "--evidence", str(tmp_path / "e")])
    assert capsys.readouterr().err.splitlines()[-1] == f"evidence: {tmp_path / 'e'}"
    cli.main(["ci", str(app)])
    assert capsys.readouterr().err.splitlines()[-1] == "whole logs and reports: add --evidence DIR"
    ran(ExitCode.GREEN)
    cli.main(["ci", str(app)])
    assert "evidence" not in capsys.readouterr().err


def test_evidence_twice(app, ran, tmp_path):
    """A second run writes over the first, of which nothing is left."""
    ran()
    for _ in range(2):
        assert cli.main(["ci", str(app), "--evidence", str(tmp_path / "e")]) == 0
        assert not (tmp_path / "e/steps/old").exists()
        (tmp_path / "e/steps/old").touch()


def test_evidence_that_cannot_be_written_is_refused_before_the_run(app, ran, capsys):
    """A file in the place of the folder is a mistake of the call, told before anything runs."""
    seen = ran()
    assert cli.main(["ci", str(app), "--evidence", str(app / "Shop.csproj")]) == 2
    assert "P108 " in capsys.readouterr().err
    assert seen.runner is None


@pytest.fixture
def bare(monkeypatch, tmp_path, capsys):
    """Let no tool be on PATH; return what is said."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return capsys


@pytest.mark.parametrize(
    ("text", "words", "id_"),
    [
        ("nmae: x", [], "P105"),
        ("", ["--on", "dagger"], "P401"),
        ("", ["--on", "host"], "P107"),
        ("nuget: {source: 'https://n.test/', secret: NO_SUCH_SECRET}", ["--on", "host"], "P112"),
    ],
)
def test_a_refused_call_takes_no_evidence_away(app, tmp_path, bare, text, words, id_):
    """The older run's evidence goes when a new run begins, and not before."""
    (app / "pipeline.yaml").write_text(text)
    evidence = tmp_path / "e"
    (evidence / "steps").mkdir(parents=True)
    (evidence / "report.json").write_text(as_json.text(samples.report()))
    assert cli.main(["ci", str(app), "--evidence", str(evidence), *words]) != 0
    assert f"{id_} " in bare.readouterr().err
    assert sorted(path.name for path in evidence.iterdir()) == ["report.json", "steps"]


def test_evidence_never_takes_the_place_of_other_files(app, ran, tmp_path, capsys):
    """A folder with files of these names that no run wrote is refused with an id, and nothing runs."""
    seen = ran()
    (tmp_path / "e/report.json").mkdir(parents=True)
    assert cli.main(["ci", str(app), "--evidence", str(tmp_path / "e")]) == 2
    assert "P120 " in capsys.readouterr().err
    assert seen.runner is None


def test_evidence_of_a_run_that_left_no_files(app, ran, tmp_path, monkeypatch):
    """When no step could run there are no step files, and the report is written all the same."""
    report = ran(ExitCode.INCOMPLETE).report
    monkeypatch.setattr(place, "on_host", lambda *_words: (report, tmp_path / "nothing"))
    assert cli.main(["ci", str(app), "--evidence", str(tmp_path / "e")]) == 3
    assert (tmp_path / "e/report.json").is_file()


def test_a_missing_feed_is_told(app, ran, capsys):
    """--nuget-feed must be a folder; the error names it and nothing runs."""
    seen = ran()
    assert cli.main(["audit", str(app), "--trivy-db", str(app)]) == 2
    assert "holds no metadata.json and trivy.db" in capsys.readouterr().err
    assert cli.main(["ci", str(app), "--nuget-feed", "nowhere"]) == 2
    assert "--nuget-feed nowhere: no such folder" in capsys.readouterr().err
    assert seen.runner is None


def test_plan_prints_the_steps(app, capsys):
    """`plan` needs no tool and no engine, and is green."""
    assert cli.main(["plan", str(app)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("shop: ")
    assert "$ dotnet restore Shop.csproj" in out


def test_plan_as_json(app, capsys):
    """--json gives the plan as one JSON value."""
    assert cli.main(["plan", str(app), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["app"] == "shop"


def test_an_error_is_json_too_where_json_was_asked_for(app, capsys):
    """One value on standard output; people read standard error as ever."""
    (app / "pipeline.yaml").write_text("nmae: x")
    assert cli.main(["plan", str(app), "--json"]) == 2
    out, err = capsys.readouterr()
    found = json.loads(out)
    kind = errors.SETTINGS_INVALID
    assert (found["schema"], found["error"]["id"], found["error"]["todo"]) == (1, kind.id, kind.todo)
    assert found["error"]["details"][0].startswith("pipeline.yaml:1 nmae")
    assert err.startswith("P105 ")
    assert cli.main(["plan", str(app)]) == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("verb", ["plan", "explain", "settings", "init"])
def test_every_json_says_its_schema(app, capsys, verb, monkeypatch):
    """A reader can tell when a field changes its meaning; `doctor` and `ci` have tests of their own."""
    monkeypatch.setattr(repository, "module_reference", lambda *_words: "github.com/acme/pipeline@v1")
    monkeypatch.setattr(repository, "locate", lambda folder: repository.Place(root=folder, source=".", branches=()))
    cli.main([verb, str(app), "--json"])
    assert json.loads(capsys.readouterr().out)["schema"] == 1


def test_explain_prints_facts_and_questions(app, capsys):
    """An open question is no error for `explain`; `plan` refuses it and names the key."""
    (app / "Shop.csproj").unlink()
    for name in ("Api", "Site"):
        (app / name).mkdir()
        (app / name / f"{name}.csproj").write_text(PROJECT)
    assert cli.main(["explain", str(app)]) == 0
    assert "set `dotnet.web`" in capsys.readouterr().out
    assert cli.main(["explain", str(app), "--json"]) == 0
    facts = {fact["name"]: fact for fact in json.loads(capsys.readouterr().out)["facts"]}
    assert facts["web project"]["candidates"] == ["Api/Api.csproj", "Site/Site.csproj"]
    assert facts["sdk"] == {
        "name": "sdk", "value": "10.0", "confidence": "derived", "source": "Api/Api.csproj", "line": None
    }  # fmt: skip
    assert cli.main(["plan", str(app)]) == 2
    assert "P102" in capsys.readouterr().err


def test_the_folder_is_here_when_none_is_given(app, capsys, monkeypatch):
    """`pipeline plan` looks at the current folder."""
    monkeypatch.chdir(app)
    assert cli.main(["plan"]) == 0
    assert capsys.readouterr().out.startswith("shop: ")


def test_settings_win_over_pipeline_yaml(app, tmp_path, capsys):
    """--settings is an overlay over the file of the repository."""
    (app / "pipeline.yaml").write_text("name: mine\ndotnet: {format: false}\n")
    (tmp_path / "over.yaml").write_text("name: theirs\n")
    assert cli.main(["plan", str(app), "--settings", str(tmp_path / "over.yaml"), "--json"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert plan["app"] == "theirs"
    assert "api.format" in [off["id"] for off in plan["off"]]


def test_settings_are_printed_with_their_origin(tmp_path, capsys):
    """`settings` needs no application: key, value, who says so; the overlay and the environment count."""
    (tmp_path / "pipeline.yaml").write_text("name: shop\nenvironments: {staging: {spa: {node: '24'}}}\n")
    over = tmp_path / "over.yaml"
    over.write_text("dotnet: {format: false}")
    words = ["settings", str(tmp_path), "--environment", "staging", "--settings", str(over)]
    assert cli.main(words) == 0
    lines = {line.split()[0]: line.split()[1:] for line in capsys.readouterr().out.splitlines() if line[:2] == "  "}
    assert lines["name"] == ['"shop"', "pipeline.yaml:1"]
    assert lines["spa.node"] == ['"24"', "pipeline.yaml:2", "(staging)"]
    assert lines["dotnet.format"] == ["false", f"{over}:1"]
    assert lines["dotnet.inputs"] == ["[]", "default"]
    assert cli.main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["environment"], found["environments"]) == ("staging", ["staging"])
    assert {"key": "spa.node", "value": "24", "origin": "pipeline.yaml:2 (staging)"} in found["settings"]
    assert {"key": "services", "value": {}, "origin": "default"} in found["settings"]


def test_the_schema_is_printed_for_editors(tmp_path, capsys):
    """It is the file that the package brings along."""
    assert cli.main(["settings", str(tmp_path), "--schema"]) == 0
    assert capsys.readouterr().out == (ROOT / "pipeline/settings/schema.json").read_text(encoding="utf-8")


def test_an_environment_decides_the_plan(app, capsys):
    """`plan --environment` lays the environment over the base; a misspelt one is P105."""
    (app / "pipeline.yaml").write_text("environments: {staging: {name: shop-staging}}")
    assert cli.main(["plan", str(app), "--environment", "staging", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["app"] == "shop-staging"
    assert cli.main(["plan", str(app), "--environment", "stagin"]) == 2
    assert "did you mean staging?" in capsys.readouterr().err


@pytest.fixture
def two(app):
    """Return a repository with two applications."""
    (app / "Admin").mkdir()
    (app / "Admin/Admin.csproj").write_text(PROJECT)
    webs = {"shop": "Shop.csproj", "admin": "Admin/Admin.csproj"}
    (app / "pipeline.yaml").write_text(json.dumps({"apps": {k: {"dotnet": {"web": v}} for k, v in webs.items()}}))
    return app


def test_several_applications_are_planned_together_or_one_alone(two, capsys):
    """Every verb understands --app; without it all of them are meant."""
    assert cli.main(["plan", str(two)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("shop + admin: ")
    assert "\n  shop:\n  build target      Shop.csproj" in out
    assert "  admin/api.publish  after admin/api.build" in out
    assert cli.main(["plan", str(two), "--app", "admin", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["app"] == "admin"
    assert cli.main(["plan", str(two), "--app", "amdin"]) == 2
    assert "did you mean admin?" in capsys.readouterr().err


def test_several_applications_are_explained_one_after_the_other(two, capsys):
    """As text and as JSON."""
    assert cli.main(["explain", str(two)]) == 0
    out = capsys.readouterr().out
    assert out.index("Known of shop:") < out.index("Known of admin:")
    assert cli.main(["explain", str(two), "--json"]) == 0
    assert [one["app"] for one in json.loads(capsys.readouterr().out)["apps"]] == ["shop", "admin"]


def test_doctor_looks_at_what_every_application_needs(two, monkeypatch, capsys):
    """The strictest of them decides."""
    (two / "Admin/Admin.csproj").write_text(PROJECT.replace("net10.0", "net12.0"))
    tools = {"dotnet": "10.0.100 [/x]", "git": "git"}
    read = Machine(system="Linux", now=datetime(2026, 1, 1, tzinfo=UTC), engine="none", tools=tools)
    monkeypatch.setattr(machine, "read", lambda *_words: read)
    assert cli.main(["doctor", str(two)]) == 3
    out = capsys.readouterr().out
    assert "PROBLEM  dotnet            SDK 10.0.100, 12.0 wanted" in out
    assert out.count("dotnet  ") == 1


def test_settings_under_another_name_are_not_overlooked(app, capsys):
    """`pipeline.yml` would be read by nobody, and the run would be another one than its author thinks."""
    (app / "pipeline.yml").write_text("name: x")
    assert cli.main(["plan", str(app)]) == 2
    assert "pipeline.yml: expected the name pipeline.yaml" in capsys.readouterr().err


def test_a_feed_is_part_of_the_plan(app, tmp_path, capsys):
    """--nuget-feed makes restore use the folder alone."""
    assert cli.main(["plan", str(app), "--nuget-feed", str(tmp_path), "--json"]) == 0
    restore = next(s for s in json.loads(capsys.readouterr().out)["steps"] if s["id"] == "api.restore")
    assert "${feed}" in restore["literals"][0]["text"]


@pytest.mark.parametrize("verb", ["ci", "plan"])
@pytest.mark.parametrize(
    ("files", "id_"),
    [
        ({"Shop.csproj": None}, "P101"),
        ({"Shop.csproj": "<Project"}, "P103"),
        ({"pipeline.yaml": "nmae: x"}, "P105"),
        ({"pipeline.yaml": "a: [1"}, "P105"),
    ],
)
def test_a_mistake_of_the_user(app, capsys, verb, files, id_):
    """Bad input is exit code 2 and one text with its id on standard error; no traceback, nothing on standard output."""
    for name, text in files.items():
        (app / name).unlink() if text is None else (app / name).write_text(text)
    assert cli.main([verb, str(app)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"{id_} ")
    assert "Traceback" not in said.err
    assert "what to do:" in said.err


@pytest.mark.parametrize("verb", ["ci", "plan"])
def test_a_missing_folder(verb, capsys):
    """A folder that does not exist is P108."""
    assert cli.main([verb, "does/not/exist"]) == 2
    assert capsys.readouterr().err.startswith("P108 a file or folder cannot be read: does/not/exist: No such file")


@pytest.mark.parametrize(("raw", "why"), [(None, "No such file or directory"), (b"\xff\xfe\x00", "is not UTF-8")])
def test_unreadable_settings(app, tmp_path, capsys, raw, why):
    """--settings that is missing or no UTF-8 is P108, named, in words that are not Python's."""
    file = tmp_path / "over.yaml"
    if raw:
        file.write_bytes(raw)
    assert cli.main(["plan", str(app), "--settings", str(file)]) == 2
    assert capsys.readouterr().err.splitlines()[0] == f"P108 a file or folder cannot be read: {file}: {why}"


def test_dagger_that_was_asked_for_and_is_missing(app, monkeypatch, tmp_path, capsys):
    """`--on dagger` without an engine is infrastructure: exit code 4 and P401."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert cli.main(["ci", str(app), "--on", "dagger"]) == 4
    assert capsys.readouterr().err.startswith("P401 ")


def test_a_secret_that_nobody_gave(app, monkeypatch, capsys):
    """A secret that the settings name and the environment lacks is P112, before anything runs."""
    (app / "pipeline.yaml").write_text("nuget: {source: 'https://n.test/', secret: FEED_PASSWORD}")
    monkeypatch.delenv("FEED_PASSWORD", raising=False)
    assert cli.main(["ci", str(app), "--on", "host"]) == 2
    assert "P112 a secret is missing: FEED_PASSWORD" in capsys.readouterr().err


def test_our_own_bug_is_70_with_what_to_paste(app, monkeypatch, capsys):
    """An unexpected exception is P700 with version, Python and traceback, and exit code 70."""

    def broken(_arguments):
        message = "odd"
        raise RuntimeError(message)

    monkeypatch.setattr("pipeline.verbs.plan.run", broken)
    assert cli.main(["plan", str(app)]) == 70
    said = capsys.readouterr()
    assert said.err.startswith("P700 the pipeline itself failed: pipeline ")
    assert "RuntimeError: odd" in said.err
    assert said.out == ""


def test_an_interrupt_is_130(app, monkeypatch, capsys):
    """Ctrl-C is told without a traceback."""

    def interrupted(_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.verbs.plan.run", interrupted)
    assert cli.main(["plan", str(app)]) == 130
    assert capsys.readouterr().err == "interrupted; every process it started was ended\n"


@pytest.mark.parametrize("words", [["nonsense"], ["ci", "--on", "moon"], ["plan", "--evidence", "x"]])
def test_a_wrong_call_is_2(words, capsys):
    """What argparse refuses has the exit code of a configuration error, with the usage."""
    with pytest.raises(SystemExit) as caught:
        cli.main(words)
    assert caught.value.code == 2
    assert "usage: pipeline" in capsys.readouterr().err


def test_without_a_word_it_tells_what_there_is(capsys):
    """Every verb with what it does, examples, and what the exit codes mean; the call itself is still a wrong one."""
    assert cli.main([]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    for name, does in VERBS.items():
        assert re.search(rf"^    {name} +{re.escape(does)}$", said.err, re.MULTILINE)
    assert "examples:\n" in said.err
    assert "exit codes:\n" in said.err


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_explains_itself(verb, capsys):
    """In more than its own line, and with examples that it understands."""
    with pytest.raises(SystemExit):
        cli.main([verb, "--help"])
    said = capsys.readouterr().out
    assert len(ABOUT[verb].text) > len(VERBS[verb])
    assert ABOUT[verb].examples
    for example in ABOUT[verb].examples:
        assert f"  {example}\n" in said
        words = shlex.split(example.partition("  #")[0].partition(" >")[0])
        assert words[:2] == ["pipeline", verb]
        assert cli._parsed(words[1:])[1].verb == verb


def test_the_exit_codes_are_all_explained(capsys):
    """None is left for a reader to guess."""
    cli.main([])
    said = capsys.readouterr().err.partition("exit codes:\n")[2]
    assert re.findall(r"^ +(\d+)  \S", said, re.MULTILINE) == [str(int(code)) for code in ExitCode]


@pytest.mark.parametrize(("words", "expected"), [(["--help"], "usage: pipeline"), (["--version"], "0.")])
def test_help_and_version(words, expected, capsys):
    """Both are green and need no application."""
    with pytest.raises(SystemExit) as caught:
        cli.main(words)
    assert caught.value.code == 0
    assert expected in capsys.readouterr().out


@pytest.mark.parametrize(("engine", "code"), [("", 0), ("no engine", 3)])
@pytest.mark.parametrize("as_text", [True, False])
def test_doctor(app, monkeypatch, capsys, engine, code, as_text):
    """`doctor` is 0 when nothing is missing, else 3, and tells each check as text or JSON."""
    asked = []

    def read(_folder, _env, addresses):
        asked.extend(addresses)
        return Machine(system="Linux", now=datetime(2026, 1, 1, tzinfo=UTC), engine=engine, tools={"dagger": "v0.21.8"})

    monkeypatch.setattr(machine, "read", read)
    assert cli.main(["doctor", str(app), *([] if as_text else ["--json"])]) == code
    out = capsys.readouterr().out
    names = [line[11:].split()[0] for line in out.splitlines() if line[2:3].strip()] if as_text else None
    found = names or [check["name"] for check in json.loads(out)["checks"]]
    assert found[:2] == ["engine", "dotnet"]
    assert asked == ["https://api.nuget.org/v3/index.json"]


def test_doctor_names_what_each_environment_lacks(app, monkeypatch, capsys):
    """A file outside of what discovery reads is looked into as well; what `ci` needs is not touched by it."""
    (app / "deploy").mkdir()
    (app / "deploy/one.toml").write_text('app = "shop-one"\n')
    (app / "fly.staging.toml").write_text('app = "shop-two"\n[http_service]\ninternal_port = 9090\n')
    (app / "deploy/odd.toml").write_bytes(b"\xff\xfe")
    configs = {"production": "deploy/one.toml", "odd": "deploy/odd.toml"}
    environments = {name: {"release": {"config": path}} for name, path in configs.items()}
    (app / "pipeline.yaml").write_text(json.dumps({"environments": environments}))
    read = Machine(system="Linux", now=datetime(2026, 1, 1, tzinfo=UTC), tools={"dagger": "v0.21.8"})
    monkeypatch.setattr(machine, "read", lambda *_words: read)

    assert cli.main(["doctor", str(app), "--json"]) == 0

    found = {check["name"]: check["more"] for check in json.loads(capsys.readouterr().out)["checks"]}
    staging, production = ("\n".join(found[f"release {name}"]) for name in ("staging", "production"))
    assert "`environments.staging` is not in pipeline.yaml" in staging
    assert "F152 fly.staging.toml:3: " in staging
    assert "not in pipeline.yaml" not in production
    assert "names the app" not in production
    assert "fly tokens create deploy -a shop-one -x 720h" in production
    assert any(line.startswith("deploy/odd.toml is not there, or cannot be read") for line in found["release odd"])


def test_doctor_tells_a_broken_repository_like_any_other_check(app, monkeypatch, capsys):
    """What would end `ci` at once is one line among the others."""
    (app / "pipeline.yaml").write_text("nmae: x")
    nothing = Machine(system="Linux", now=datetime(2026, 1, 1, tzinfo=UTC))
    monkeypatch.setattr(machine, "read", lambda *_words: nothing)
    assert cli.main(["doctor", str(app)]) == 3
    out = capsys.readouterr().out
    assert "PROBLEM  settings  P105 the settings are not valid: 1 problem\n" in out
    assert "  - pipeline.yaml:1 nmae: " in out


def test_a_red_report_is_red_for_every_reason():
    """The exit code is the report's verdict; no status is turned into another on the way out."""
    red = replace(samples.report(samples.result(status=Status.FAILED, reason="x")), verdict=errors.ExitCode.RED)
    assert as_json.read(as_json.text(red)).verdict is errors.ExitCode.RED


@pytest.mark.parametrize("verb", ["ci", "plan"])
def test_no_broken_pipe_is_green(app, ran, monkeypatch, verb):
    """Readers of our output are taken care of elsewhere (tests/process/test_output.py); any other pipe is a bug."""
    ran()

    def broken(*_words, **_more):
        raise BrokenPipeError

    monkeypatch.setattr("pipeline.verbs.shared.load_application", broken)
    assert cli.main([verb, str(app)]) == 70


def test_a_token_instead_of_a_variable_is_not_repeated(app, capsys):
    """Who gives the value itself is told the form, and his log does not hold it."""
    with pytest.raises(SystemExit) as caught:
        cli.main(["ci", str(app), "--nuget-token=hunter2"])
    said = capsys.readouterr().err
    assert (caught.value.code, "env:// and the name" in said, "hunter2" in said) == (2, True, False)


@pytest.mark.parametrize("verb", ["plan", "settings"])
def test_settings_that_are_no_file(app, tmp_path, capsys, verb):
    """A pipe would be waited for, a device read without an end: P108."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", "/dev/zero", tmp_path):
        assert cli.main([verb, str(app), "--settings", str(path)]) == 2
        assert f"{path}: not a regular file" in capsys.readouterr().err


def test_settings_that_are_too_large(app, tmp_path, capsys):
    """They are not even read."""
    with (tmp_path / "large.yaml").open("wb") as file:
        file.truncate(200_000_000)
    assert cli.main(["plan", str(app), "--settings", str(tmp_path / "large.yaml")]) == 2
    assert "large.yaml: larger than 100 MB" in capsys.readouterr().err
