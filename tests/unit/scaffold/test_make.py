"""Which files a repository should hold, and what stands in them."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.render import evidence
from pipeline.scaffold import github, gitlab
from pipeline.scaffold.make import NO_DEPLOY, NO_GITHUB, make
from pipeline.scaffold.model import ENGINE, Question
from tests import samples
from tests.unit.scaffold.repositories import MODULE, repository

ROOT = Path(__file__).parents[3]
WORKFLOW = ".github/workflows/pipeline.yml"
DEPENDABOT = ".github/dependabot.yml"


def files(**more):
    return {file.path: file.text for file in make(repository(**more)).files}


def workflow(**more):
    (path,) = [path for path in files(**more) if path.startswith(".github/workflows/")]
    return yaml.safe_load(files(**more)[path])


def steps(content):
    return {step.get("name", step.get("uses")): step for step in content["jobs"]["ci"]["steps"]}


def command(content):
    return steps(content)["Build and test everything"]["run"]


def test_the_files_of_a_repository():
    """A workflow and Dependabot; settings only where something is open, GitLab only when asked for."""
    assert list(files()) == [WORKFLOW, DEPENDABOT]
    assert list(files(gitlab=True)) == [".gitlab-ci.yml", WORKFLOW, DEPENDABOT]
    assert "pipeline.yaml" in files(questions=(Question(key="dotnet.web", candidates=("a", "b")),))


def test_nothing_deploys_and_it_is_said():
    """No workflow calls a verb that does not exist."""
    scaffold = make(repository(gitlab=True))
    assert NO_DEPLOY in scaffold.notes
    assert [file.path for file in scaffold.files if "deploy" in file.text] == []


def test_the_workflow_does_one_thing_with_few_rights():
    """It reads the code, has a time limit and calls the pipeline at its version."""
    content = workflow()
    (job,) = content["jobs"].values()
    assert content["permissions"] == {}
    assert job["permissions"] == {"contents": "read"}
    assert job["timeout-minutes"] == 60
    assert command(content) == f"dagger --progress=report -m {MODULE} call evidence -o evidence"
    assert job["steps"][0]["with"] == {"fetch-depth": 0, "persist-credentials": False}


@pytest.mark.parametrize(
    ("branches", "expected"),
    [
        (("develop", "main", "x"), ["main", "develop"]),
        (("master",), ["master"]),
        ((), ["main"]),
        (("trunk: [x]",), ["main"]),
    ],
)
def test_pushes_to_the_main_branches_count(branches, expected):
    """Those that exist; a name that means something to YAML never gets into the file."""
    on = workflow(branches=branches)[True]  # YAML 1.1 reads `on` as true
    assert on["push"]["branches"] == expected
    assert set(on) == {"push", "pull_request", "workflow_dispatch"}


@pytest.mark.parametrize(
    ("default", "expected"),
    [("trunk", ["trunk", "main"]), ("main", ["main"]), ("", ["main"]), ("a: [b]", ["main"]), ("*", ["main"])],
)
def test_the_default_branch_counts_whatever_it_is_called(default, expected):
    """Unless its name means something to YAML or to a workflow's globs."""
    assert workflow(branches=("main",), default=default)[True]["push"]["branches"] == expected


def test_a_secret_goes_from_the_store_into_the_environment_of_one_step():
    """The command holds its name alone."""
    content = workflow(secret="FEED_PASSWORD")
    step = steps(content)["Build and test everything"]
    assert step["env"] == {"FEED_PASSWORD": "${{ secrets.FEED_PASSWORD }}"}
    assert (
        step["run"]
        == f"dagger --progress=report -m {MODULE} call --nuget-token=env://FEED_PASSWORD evidence -o evidence"
    )
    assert all("env" not in other for other in content["jobs"]["ci"]["steps"] if other != step)


def test_an_application_below_the_root():
    """It has its own workflow, names its folder, and leaves Dependabot to the root."""
    found = files(source="apps/my shop", questions=(Question(key="dotnet.web", answer="a"),))
    assert list(found) == ["apps/my shop/pipeline.yaml", ".github/workflows/pipeline-apps-my-shop.yml"]
    assert command(workflow(source="apps/my shop")) == (
        f"dagger --progress=report -m {MODULE} call '--source=apps/my shop' evidence -o evidence"
    )


@pytest.mark.parametrize("source", ['a"b', "a'b", "a: b", "a #b", "$(x)", "a\\b"])
def test_a_strange_folder_stays_one_word(source):
    """Neither YAML nor the shell reads more into it than a name."""
    import shlex  # noqa: PLC0415

    assert shlex.split(command(workflow(source=source)))[5] == f"--source={source}"


@pytest.mark.parametrize(
    "source", ["apps/${{ github.event.issue.title }}", "apps/$[[ inputs.x ]]", "a\nb", "caf\udce9"]
)
@pytest.mark.parametrize("more", [{}, {"gitlab": True, "github": False}], ids=["github", "gitlab"])
def test_a_folder_whose_name_is_an_expression_is_refused(source, more):
    """GitHub and GitLab put values into a command before any quote of a shell counts."""
    with pytest.raises(PipelineError) as caught:
        make(repository(source=source, **more))
    assert (caught.value.kind, caught.value.what) == (errors.FOLDER_NAME, ascii(source))


def test_gitlab_starts_the_engine_beside_the_job():
    """The Docker service, TLS, the engine's version and the same command as on GitHub."""
    content = yaml.safe_load(files(gitlab=True)[".gitlab-ci.yml"])
    job = content["ci"]
    assert job["services"] == [{"name": "registry.test/docker:28-dind", "alias": "docker"}]
    assert job["script"][0] == command(workflow())
    assert content["workflow"]["rules"][1]["if"] == '$CI_COMMIT_BRANCH == "main" || $CI_COMMIT_BRANCH == "develop"'


def test_gitlab_installs_what_it_knows_by_its_checksum():
    """We remark on a download that is run as it comes, so we write none; the version has its own checksum."""
    before = yaml.safe_load(files(gitlab=True)[".gitlab-ci.yml"])["ci"]["before_script"]
    assert not [line for line in before if re.search(r"\|\s*(?:ba)?sh\b", line)]
    assert f"/{ENGINE}/dagger_v{ENGINE}_linux_amd64.tar.gz" in before[1]
    assert gitlab.CLI_SHA256[ENGINE] in before[2]
    assert "sha256sum -c" in before[2]


def test_gitlab_keeps_the_reports_and_only_merge_requests_are_overtaken():
    """Red or green; GitLab shows tests and coverage by itself."""
    content = yaml.safe_load(files(gitlab=True)[".gitlab-ci.yml"])
    kept = content["ci"]["artifacts"]
    assert (kept["when"], kept["paths"], kept["reports"]["junit"]) == ("always", ["evidence/"], "evidence/junit.xml")
    assert kept["reports"]["coverage_report"]["path"] == f"evidence/{evidence.NAMES[4]}"
    assert content["ci"]["interruptible"] is True
    assert [rule["auto_cancel"]["on_new_commit"] for rule in content["workflow"]["rules"]] == ["interruptible", "none"]


def test_gitlab_alone():
    """Whoever does not use GitHub gets nothing for it, and is told how to."""
    scaffold = make(repository(gitlab=True, github=False))
    assert [file.path for file in scaffold.files] == [".gitlab-ci.yml"]
    assert NO_GITHUB in scaffold.notes


def test_the_evidence_is_kept_and_the_end_is_that_of_ci():
    """`evidence` is no error for red code: what it left is uploaded whatever happened, then the verdict decides."""
    names = list(steps(workflow()))
    run, keep, say = names[-3:]
    content = steps(workflow())
    assert run == "Build and test everything"
    assert (content[keep]["if"], content[keep]["with"]["path"]) == ("always()", "evidence")
    assert content[keep]["uses"] == github.UPLOAD.partition(" ")[0]
    assert "if" not in content[say]
    read = {word.rpartition("/")[2] for word in content[say]["run"].split() if word.startswith("evidence/")}
    assert read <= set(evidence.NAMES)


def test_only_a_pull_request_is_overtaken_by_its_next_push():
    """A commit on main that was never tested would be nobody's fault later."""
    assert workflow()["concurrency"]["cancel-in-progress"] == "${{ github.event_name == 'pull_request' }}"


def test_dependabot_watches_what_was_found():
    """NuGet where the solution is, npm where the SPA is, each Dockerfile, and always the actions."""
    more = {"files": frozenset({"Dockerfile", "ops/db.Dockerfile", "docs/Dockerfiles.md"})}
    updates = yaml.safe_load(files(**more)[DEPENDABOT])["updates"]
    assert [(entry["package-ecosystem"], entry["directory"]) for entry in updates] == [
        ("github-actions", "/"),
        ("nuget", "/"),
        ("npm", "/src/Shop.Web/client"),
        ("docker", "/"),
        ("docker", "/ops"),
    ]
    assert all(entry["cooldown"] == {"default-days": 7} for entry in updates)


def test_dependabot_looks_where_the_lock_file_is():
    """A workspace keeps one for all of its packages; in the SPA's own folder there is none."""
    app = samples.app(dotnet=None, spa=samples.spa(folder="web/packages/app", lock_file="web/package-lock.json"))
    updates = yaml.safe_load(files(app=app, files=frozenset())[DEPENDABOT])["updates"]
    assert ("npm", "/web") in [(entry["package-ecosystem"], entry["directory"]) for entry in updates]


def test_dependabot_names_only_the_halves_that_are_there():
    """No SPA, no npm; bun is a kind of its own."""
    net = yaml.safe_load(files(app=samples.app(spa=None), files=frozenset())[DEPENDABOT])["updates"]
    assert [entry["package-ecosystem"] for entry in net] == ["github-actions", "nuget"]
    bun = samples.app(dotnet=None, spa=samples.spa(package_manager="bun"))
    found = yaml.safe_load(files(app=bun, files=frozenset())[DEPENDABOT])["updates"]
    assert [entry["package-ecosystem"] for entry in found] == ["github-actions", "bun"]


@pytest.mark.parametrize("config", ["renovate.json", ".github/renovate.json5", ".renovaterc"])
def test_renovate_does_the_same(config):
    """Two bots on one repository would race."""
    scaffold = make(repository(files=frozenset({config})))
    assert DEPENDABOT not in [file.path for file in scaffold.files]
    assert f"no {DEPENDABOT}: {config} does the same" in scaffold.notes


def test_what_is_pinned_is_what_the_project_itself_runs():
    """A bot keeps the pins of our own workflow; the generated ones follow."""
    own = (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    for pin in (github.CHECKOUT, github.DAGGER, github.UPLOAD):
        assert f"uses: {pin}\n" in own, f"pipeline/scaffold/github.py pins {pin}, .github/workflows/ci.yml another"
    assert json.loads((ROOT / "dagger.json").read_text(encoding="utf-8"))["engineVersion"] == f"v{ENGINE}"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert f"dagger-io=={ENGINE}" in project["project"]["dependencies"]
