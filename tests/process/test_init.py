"""`pipeline init` on real repositories; what it writes passes the tools that know the format."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest
import yaml

from pipeline import cli, errors
from pipeline.app.model import Confidence, Fact
from pipeline.errors import PipelineError
from pipeline.plan.questions import EACH
from pipeline.run import repository, survey
from tests import apps
from tests.actionlint import findings
from tests.zizmor import zizmor

MODULE = "github.com/acme/pipeline@v1.2.3"
PROJECT = (
    '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net10.0</TargetFramework>'
    "</PropertyGroup></Project>"
)
WORKFLOW = ".github/workflows/pipeline.yml"


@pytest.fixture
def app(tmp_path):
    return apps.minimal(tmp_path / "app")


def init(app, *words):
    return cli.main(["init", str(app.folder), "--module", MODULE, *words])


def test_first_look_then_write_then_drift(app, capsys):
    """Shown and not written: 1. Written: 0. Nothing to do: 0. Changed by hand: 1, told, kept; forced: 0."""
    assert init(app) == 1
    assert "+name: pipeline" in capsys.readouterr().out
    assert not (app.folder / ".github").exists()
    assert init(app, "--write") == 0
    assert f"wrote {WORKFLOW}" in capsys.readouterr().err
    assert init(app) == 0
    app.append(WORKFLOW, "# mine\n")
    assert init(app, "--write") == 1
    assert f"{WORKFLOW}: was changed by hand" in capsys.readouterr().out
    assert app.read(WORKFLOW).endswith("# mine\n")
    assert init(app, "--write", "--force") == 0
    assert "# mine" not in app.read(WORKFLOW)


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 1), ("\n", 1), ("\x04", 1)])
def test_a_person_at_a_terminal_is_asked(app, answer, code):
    """Only yes writes; the question comes after the difference. Scripts are not asked, see the other tests."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "pipeline.cli", "init", str(app.folder), "--module", MODULE]
    process = subprocess.Popen(command, cwd=apps.ROOT, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    seen = b""
    while b"[y/N]" not in seen:
        seen += os.read(ours, 65536)
    os.write(ours, answer.encode())
    with contextlib.suppress(OSError):  # how a terminal ends
        while os.read(ours, 65536):
            pass
    assert process.wait(timeout=60) == code
    os.close(ours)
    assert b"+name: pipeline" in seen
    assert (app.folder / WORKFLOW).exists() == (code == 0)


def test_drift_of_the_gitlab_file_is_seen_without_asking_for_one(app, capsys):
    """Once written it is checked; one of another hand is nobody's business here."""
    assert init(app, "--write", "--gitlab") == 0
    assert init(app) == 0
    app.append(".gitlab-ci.yml", "# mine\n")
    assert init(app) == 1
    assert ".gitlab-ci.yml: was changed by hand" in capsys.readouterr().out
    app.write(".gitlab-ci.yml", "build: {script: [make]}\n")
    assert init(app) == 0


def test_gitlab_alone_stays_alone(app, capsys):
    """What was left out on purpose is no drift later; --github or --gitlab brings it back."""
    assert init(app, "--write", "--gitlab", "--no-github") == 0
    assert not (app.folder / ".github").exists()
    assert init(app) == 0
    assert "no GitHub workflow" in capsys.readouterr().out
    assert init(app, "--github") == 1
    assert init(app, "--gitlab") == 1


@pytest.fixture
def from_nowhere(monkeypatch):
    """Return nothing; this very pipeline has no address."""
    monkeypatch.setattr(repository, "_installed_from", lambda: "")
    monkeypatch.setattr(repository, "_checked_out_from", lambda: "")


@pytest.mark.usefixtures("from_nowhere")
def test_the_module_is_asked_for_once(app, capsys):
    """The first difference needs none; writing does; after that the workflow says it."""
    assert cli.main(["init", str(app.folder)]) == 1
    out = capsys.readouterr().out
    assert "-m github.com/OWNER/pipeline@TAG call" in out
    assert "note: before --write say where CI loads the pipeline from: P115 " in out
    assert cli.main(["init", str(app.folder), "--write"]) == 2
    assert not (app.folder / ".github").exists()
    assert cli.main(["init", str(app.folder), "--write", "--module", "acme"]) == 2
    assert "--module acme is no address with a version" in capsys.readouterr().err
    assert init(app, "--write") == 0
    assert cli.main(["init", str(app.folder)]) == 0


@pytest.mark.parametrize(("verdict", "code"), [(0, 0), (1, 1), (3, 1)])
def test_the_verdict_decides_how_the_job_ends(app, verdict, code):
    """As a shell that stops at the first error runs it."""
    if not shutil.which("jq"):
        pytest.skip("NOT TESTED (the end of the job): jq is not on PATH")
    init(app, "--write")
    (script,) = [
        step["run"]
        for step in yaml.safe_load(app.read(WORKFLOW))["jobs"]["ci"]["steps"]
        if step.get("name") == "Say what was proven, red unless it is green"
    ]
    app.write("evidence/summary.txt", "said\n")
    app.write("evidence/summary.md", "# said\n")
    app.write("evidence/report.json", json.dumps({"verdict": verdict}))
    env = os.environ | {"GITHUB_STEP_SUMMARY": str(app.folder / "page.md")}
    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=app.folder, env=env, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.splitlines()[0]) == (code, "said")
    assert app.read("page.md") == "# said\n"


def test_an_answer_is_never_dropped_in_silence(app, capsys):
    """An existing pipeline.yaml is the user's: 2, with the lines to add; once they stand there it is said no more."""
    app.write("pipeline.yaml", "name: shop\n")
    words = ("--write", "--set", "test.hang_minutes=7", "--set", "dotnet.sdk=10.0")
    assert init(app, *words) == 2
    out = capsys.readouterr().out
    block = 'test:\n  hang_minutes: 7\ndotnet:\n  sdk: "10.0"\n'
    assert f"belongs into that one):\n\n{block}" in out
    assert init(app, "--set", "test.hang_minutes=7") == 1
    app.append("pipeline.yaml", block)
    assert init(app, *words) == 0


def test_line_ends_of_windows_are_no_drift(app):
    """Git may check out with CRLF."""
    init(app, "--write")
    path = app.folder / WORKFLOW
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert init(app) == 0


def test_json(app, capsys):
    """One JSON value on standard output."""
    assert init(app, "--write", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert {file["path"]: file["written"] for file in found["files"]} == {
        WORKFLOW: True,
        ".github/dependabot.yml": True,
    }


def test_a_question_is_asked_answered_and_kept(tmp_path, capsys):
    """Two web projects: 2 with the candidates; --set answers, pipeline.yaml keeps it, `plan` is complete."""
    folder = tmp_path / "two"
    for name in ("A", "B"):
        (folder / name).mkdir(parents=True)
        (folder / name / f"{name}.csproj").write_text(PROJECT)
    app = apps.committed(folder)
    assert init(app, "--write") == 2
    out = capsys.readouterr().out
    assert "--set dotnet.web=A/A.csproj\n" in out
    assert f"  --set dotnet.web=B/B.csproj\n  {EACH}\n" in out
    assert cli.main(["plan", str(folder)]) == 2
    assert f"  - {EACH}\n" in capsys.readouterr().err
    app.remove("pipeline.yaml")
    assert init(app, "--write", "--set", "dotnet.web=B/B.csproj") == 0
    assert init(app) == 0
    assert cli.main(["plan", str(folder)]) == 0


def test_a_candidate_that_cannot_be_read_is_asked_all_the_same(app, capsys):
    """A folder that is there in Git alone (a submodule): named, with the way to say that it is none of ours."""
    app.write(".gitmodules", '[submodule "ui"]\n\tpath = ui\n\turl = https://x.test/ui\n')
    asked = Fact(name="spa folder", value=None, confidence=Confidence.ASKED, candidates=("ui", None), key="spa.folder")
    real = survey.discover

    def discover(facts, settings):
        found = real(facts, settings)
        return replace(found, facts=(*found.facts, asked)) if settings.spa.enabled else found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(survey, "discover", discover)
        assert init(app) == 2
        assert "  --set spa.folder=ui\n  --set spa.enabled=false\n" in capsys.readouterr().out
        assert init(app, "--set", "spa.enabled=false") == 1


def test_what_keeps_ci_from_starting_is_noted(tmp_path, capsys):
    """A SPA without lock file is no question, but init does not pretend that all is well."""
    spa = apps.spa(tmp_path / "app")
    spa.remove("package-lock.json")
    assert init(spa, "--write") == 0
    out = capsys.readouterr().out
    assert "note: `ci` will not start yet: P106 " in out
    assert "no pipeline.yaml is needed" not in out
    assert cli.main(["explain", str(spa.folder)]) == 0
    assert "\n`plan` stops here: P106 " in capsys.readouterr().out


def test_several_applications(tmp_path, capsys):
    """One workflow for all; each is asked for itself, and Dependabot watches what any of them has."""
    app, _ = apps.both(tmp_path / "app")
    for name in ("A", "B"):
        app.write(f"more/{name}/{name}.csproj", PROJECT)
    solutions = {"main": "Hello.sln", "more": "more/M.slnx"}
    app.write("pipeline.yaml", json.dumps({"apps": {k: {"dotnet": {"solution": v}} for k, v in solutions.items()}}))
    projects = "".join(f'<Project Path="{name}/{name}.csproj" />' for name in ("A", "B"))
    app.write("more/M.slnx", f"<Solution>{projects}</Solution>")
    assert init(app) == 2
    out = capsys.readouterr().out
    assert "  --set apps.more.dotnet.web=more/B/B.csproj\n" in out
    assert '+    directory: "/more"' in out
    assert '+    directory: "/"' in out
    assert out.count("package-ecosystem: npm") == 1
    assert init(app, "--set", "apps.more.dotnet.web=more/B/B.csproj") == 1


def test_a_wrong_answer_is_told_like_a_wrong_setting(app, capsys):
    """Key and value are checked."""
    assert init(app, "--set", "dotnet.wbe=x") == 2
    assert "--set dotnet.wbe:1 dotnet.wbe: expected one of" in capsys.readouterr().err


def test_a_folder_below_the_root_of_a_repository(tmp_path):
    """The workflow goes to the root, the command names the folder."""
    apps.copy("minimal8", tmp_path / "repo/apps/shop")
    shutil.rmtree(tmp_path / "repo/apps/shop/.git")
    root = apps.committed(tmp_path / "repo")
    assert cli.main(["init", str(tmp_path / "repo/apps/shop"), "--module", MODULE, "--write"]) == 0
    (workflow,) = (tmp_path / "repo/.github/workflows").iterdir()
    assert "--source=apps/shop evidence -o evidence" in root.read(workflow.relative_to(root.folder).as_posix())


def test_the_branches_that_exist(app):
    """Local ones, those of origin, and the one a new repository stands on."""
    git = ["git", "-C", str(app.folder)]
    subprocess.run([*git, "branch", "-m", "trunk"], check=True)
    subprocess.run([*git, "update-ref", "refs/remotes/origin/develop", "HEAD"], check=True)
    subprocess.run([*git, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/develop"], check=True)
    place = repository.locate(app.folder)
    assert {"trunk", "develop"} <= set(place.branches)
    assert place.default == "develop"


def test_without_git_the_folder_is_the_repository(tmp_path, monkeypatch):
    """And no branch is known."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (tmp_path / "x").mkdir()
    place = repository.locate(tmp_path / "x")
    assert (place.root, place.source, place.branches) == ((tmp_path / "x").resolve(), ".", ())


def test_a_link_does_not_lead_the_writer_out(app, tmp_path, capsys):
    """A repository with a hostile .github gets nothing written elsewhere."""
    (tmp_path / "elsewhere").mkdir()
    (app.folder / ".github").symlink_to(tmp_path / "elsewhere")
    assert init(app, "--write") == 2
    assert "a link leads out of the repository" in capsys.readouterr().err
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_link_does_not_lead_the_writer_into_git(app, capsys):
    """A workflow that is a hook in truth would be run by the next commit."""
    hook = app.folder / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n")
    (app.folder / ".github/workflows").mkdir(parents=True)
    (app.folder / WORKFLOW).symlink_to("../../.git/hooks/pre-commit")
    assert init(app, "--write", "--force") == 2
    assert f"{WORKFLOW}: a link leads into git's own folder" in capsys.readouterr().err
    assert hook.read_text() == "#!/bin/sh\n"


def test_a_file_that_is_a_link_is_not_written(app, capsys):
    """What it leads to, another file of the repository, has a text of its own."""
    (app.folder / ".github/workflows").mkdir(parents=True)
    (app.folder / WORKFLOW).symlink_to("../../README.md")
    app.write("README.md", "# mine\n")
    assert init(app, "--write", "--force") == 2
    assert f"{WORKFLOW}: a link" in capsys.readouterr().err
    assert app.read("README.md") == "# mine\n"


def test_no_file_beside_those_that_are_written_is_touched(app, tmp_path):
    """Neither a link that waits for a name in between, nor a file of the user's that has it."""
    (tmp_path / "outside").write_text("outside\n")
    (app.folder / ".github/workflows").mkdir(parents=True)
    (app.folder / f"{WORKFLOW}.new").symlink_to(tmp_path / "outside")
    app.write(".github/dependabot.yml.new", "mine\n")
    assert init(app, "--write") == 0
    assert ((tmp_path / "outside").read_text(), app.read(".github/dependabot.yml.new")) == ("outside\n", "mine\n")
    assert (app.folder / f"{WORKFLOW}.new").is_symlink()
    held = {path.name for path in (app.folder / ".github").rglob("*") if not path.is_dir()}
    assert held == {"pipeline.yml", "pipeline.yml.new", "dependabot.yml", "dependabot.yml.new"}
    assert (app.folder / WORKFLOW).stat().st_mode & 0o400


def test_a_file_that_is_none_is_told(app, capsys):
    """A pipe in the place of a workflow would be waited for without an end."""
    (app.folder / ".github/workflows").mkdir(parents=True)
    os.mkfifo(app.folder / WORKFLOW)
    assert init(app, "--write") == 2
    assert f"{WORKFLOW}: not a regular file" in capsys.readouterr().err


@pytest.mark.parametrize(
    "given", ["", "github.com/acme/pipeline", "x@v1", "github.com/a/b@v1; rm -rf /", "github.com/a/b@$(x)"]
)
def test_an_address_without_a_version_is_refused(given, monkeypatch):
    """A workflow must not run whatever is newest, and nothing gets into its shell."""
    monkeypatch.setattr(repository, "_installed_from", lambda: "")
    monkeypatch.setattr(repository, "_checked_out_from", lambda: "")
    with pytest.raises(PipelineError) as caught:
        repository.module_reference(given)
    assert caught.value.kind is errors.MODULE_UNKNOWN


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://github.com/acme/pipeline.git", "github.com/acme/pipeline@v1"),
        ("git@github.com:acme/pipeline.git", "github.com/acme/pipeline@v1"),
        ("ssh://git@git.example.com/group/sub/pipeline", "git.example.com/group/sub/pipeline@v1"),
        ("git+https://github.com/acme/pipeline", "github.com/acme/pipeline@v1"),
        ("/home/user/pipeline", ""),
        ("https://me:secret@github.com/acme/pipeline", ""),
    ],
)
def test_the_address_follows_from_the_remote(url, expected):
    """As Dagger writes it; a local folder or one with a password is none."""
    assert repository._address(url, "v1") == expected


VARIANTS = [(), ("--gitlab",), ("--set", "nuget.source=https://n.test/v3", "--set", "nuget.secret=FEED_PASSWORD")]


@pytest.mark.parametrize("words", VARIANTS, ids=["plain", "gitlab", "secret"])
def test_zizmor_finds_nothing_in_what_is_written(app, words):
    """No finding of any weight, in the workflow and in the Dependabot file."""
    assert init(app, "--write", *words) == 0
    assert "workflows/pipeline.yml" in zizmor(app.folder)


@pytest.mark.parametrize("words", VARIANTS, ids=["plain", "gitlab", "secret"])
def test_actionlint_finds_nothing_in_what_is_written(app, words):
    """Expressions, keys and contexts are those that GitHub knows."""
    assert init(app, "--write", *words) == 0
    assert findings(app.folder / WORKFLOW) == ""
