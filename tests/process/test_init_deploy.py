"""`pipeline init` on repositories that are released to Fly.io; what it writes passes the tools that know the format."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest
import yaml

from pipeline import cli
from tests import apps
from tests.actionlint import findings
from tests.zizmor import zizmor

MODULE = "github.com/acme/pipeline@v1.2.3"
DEPLOY, ROLLBACK = ".github/workflows/deploy.yml", ".github/workflows/rollback.yml"


def init(app, *words):
    return cli.main(["init", str(app.folder), "--module", MODULE, *words])


def toml(name):
    return f'app = "{name}"\n[http_service]\n  internal_port = 8080\n'


def at_github(app, **tomls):
    """Give a repository an address, and the fly.toml of environments."""
    remote = ["remote", "add", "origin", "git@github.com:Acme/Shop.git"]
    subprocess.run(["git", "-C", str(app.folder), *remote], check=True)
    for name, path in tomls.items():
        app.write(path, toml(f"shop-{name}"))
    return app


@pytest.fixture
def app(tmp_path):
    """Return an application with two environments."""
    return at_github(apps.minimal(tmp_path / "app"), staging="fly.staging.toml", production="fly.production.toml")


def step(app, job, name, path=DEPLOY):
    (found,) = [one for one in yaml.safe_load(app.read(path))["jobs"][job]["steps"] if one.get("name") == name]
    return found["run"]


def bash(app, script, **env):
    """Run a script as GitHub runs one: until a command of it fails."""
    if not shutil.which("jq"):
        pytest.skip("NOT TESTED (the scripts of a job): jq is not on PATH")
    given = os.environ | {"GITHUB_STEP_SUMMARY": str(app.folder / "page.md")} | env
    given |= {"GITHUB_OUTPUT": str(app.folder / "output"), "RUNNER_TEMP": str(app.folder.parent)}
    return subprocess.run(
        ["bash", "-e", "-c", script], cwd=app.folder, env=given, capture_output=True, text=True, check=False
    )


def test_shown_written_and_checked(app, capsys):
    """The settings are proposed with the workflows; what was written is as it should be, and holds."""
    assert init(app) == 1
    out = capsys.readouterr().out
    assert '+      branch: "develop"' in out
    assert '+  repository: "ghcr.io/acme/shop"' in out
    assert "+name: deploy" in out
    assert init(app, "--write") == 0
    assert init(app) == 0
    capsys.readouterr()
    assert cli.main(["settings", str(app.folder), "--environment", "production", "--json"]) == 0
    told = {one["key"]: one["value"] for one in json.loads(capsys.readouterr().out)["settings"]}
    assert (told["release.approval"], told["publish.secret"]) == (True, "GITHUB_TOKEN")


def test_drift_is_told(app, capsys):
    """Changed by hand: told and kept. Another branch in the settings: the workflow is not what it should be."""
    init(app, "--write")
    app.append(DEPLOY, "# mine\n")
    assert init(app, "--write") == 1
    assert f"{DEPLOY}: was changed by hand" in capsys.readouterr().out
    assert init(app, "--write", "--force") == 0
    app.replace("pipeline.yaml", '"develop"', '"next"')
    assert init(app) == 1
    assert f"{DEPLOY}: is as an older version wrote it" in capsys.readouterr().out
    assert init(app, "--write") == 0
    assert "branches: [next, " in app.read(DEPLOY)
    app.remove(ROLLBACK)
    assert init(app) == 1


def test_settings_of_ones_own_are_not_changed(app, capsys):
    """The lines are printed, and the repository differs until they stand there."""
    app.write("pipeline.yaml", "name: shop\n")
    assert init(app, "--write") == 1
    _, _, lines = capsys.readouterr().out.partition("belongs into that one):\n\n")
    assert app.read("pipeline.yaml") == "name: shop\n"
    app.append("pipeline.yaml", lines[: lines.index("\n\n") + 1] if "\n\n" in lines else lines)
    assert init(app) == 0


def test_no_deploy_leaves_it_out(app, capsys):
    """No workflow, no proposal, no question."""
    assert init(app, "--write", "--no-deploy") == 0
    assert not (app.folder / DEPLOY).exists()
    assert not (app.folder / "pipeline.yaml").exists()
    assert "no workflow deploys" in capsys.readouterr().out
    assert init(app) == 1


def test_a_registry_that_nobody_knows_is_asked_for(tmp_path, capsys):
    """Without an address of the repository: 2, and the answer is kept."""
    app = apps.minimal(tmp_path / "app")
    app.write("fly.toml", toml("shop"))
    assert init(app) == 2
    assert "  --set publish.repository=ghcr.io/OWNER/NAME\n" in capsys.readouterr().out
    assert init(app, "--set", "publish.repository=ghcr.io/OWNER/NAME") == 2
    assert "publish.repository: expected a repository" in capsys.readouterr().err
    assert init(app, "--write", "--set", "publish.repository=ghcr.io/acme/shop") == 0
    assert 'secret: "GITHUB_TOKEN"' in app.read("pipeline.yaml")
    assert init(app) == 0


def test_what_is_to_be_written_is_one_text(tmp_path, capsys):
    """No section may stand twice in a file, so an answer and what deploying wants are told together."""
    app = apps.minimal(tmp_path / "app")
    app.write("fly.toml", toml("shop"))
    assert init(app, "--write") == 2
    capsys.readouterr()
    assert init(app, "--write", "--set", "publish.repository=ghcr.io/acme/shop") == 2
    out = capsys.readouterr().out
    assert out.count("is yours and was not changed") == 1
    assert 'repository: "ghcr.io/acme/shop"' in out.partition("belongs into that one):\n\n")[2]
    assert out.partition("belongs into that one):\n\n")[2].count("publish:") == 1


def test_a_repository_without_a_release_is_told_so(tmp_path, capsys):
    """No fly.toml, no environment with a release: nothing is written, and why."""
    app = apps.minimal(tmp_path / "app")
    app.write("pipeline.yaml", "environments: {nightly: {test: {hang_minutes: 9}}}\n")
    assert init(app, "--write") == 0
    assert not (app.folder / DEPLOY).exists()
    assert "no workflow deploys: there is no fly.toml" in capsys.readouterr().out


def test_environments_of_the_settings_are_enough(tmp_path):
    """A fly.toml may be made later; those that are about tests alone are no places to release to."""
    app = at_github(apps.minimal(tmp_path / "app"))
    release = {"app": "shop-eu", "branch": "trunk", "secrets": {"JWT": "env:JWT"}}
    environments = {"eu": {"release": release}, "nightly": {"test": {"hang_minutes": 9}}}
    publish = {"repository": "registry.test/shop", "user": "me", "secret": "OWN"}
    app.write("pipeline.yaml", json.dumps({"environments": environments, "publish": publish}))
    assert init(app, "--write") == 0
    jobs = yaml.safe_load(app.read(DEPLOY))["jobs"]
    assert list(jobs) == ["publish", "deploy-eu"]
    assert jobs["deploy-eu"]["environment"]["url"] == "https://shop-eu.fly.dev"
    assert "--values=env://RELEASE_SECRETS" in app.read(DEPLOY)


def test_an_environment_of_another_name_takes_its_file(tmp_path):
    """One app on Fly.io is not released to twice because its file is called otherwise."""
    app = at_github(apps.minimal(tmp_path / "app"), staging="fly.staging.toml", production="fly.toml")
    config = {"release": {"config": "fly.staging.toml"}}
    app.write("pipeline.yaml", json.dumps({"environments": {"qa": config, "live": {"release": {"branch": "main"}}}}))
    init(app, "--write")
    jobs = yaml.safe_load(app.read(DEPLOY))["jobs"]
    # `live` is one of the names of production, so somebody is asked unless the settings say otherwise.
    assert list(jobs) == ["publish", "deploy-qa", "plan-live", "deploy-live"]
    assert jobs["deploy-live"]["environment"]["url"] == "https://shop-production.fly.dev"


def two_apps(folder):
    app = at_github(apps.two_apps(folder), production="one/src/Hello.Web/fly.toml")
    app.write("two/src/Hello.Web/fly.staging.toml", toml("two-staging"))
    return app


def test_several_applications(tmp_path, capsys):
    """Each has its own workflows with its own environments, and a place for its images."""
    app = two_apps(tmp_path / "app")
    assert init(app, "--write") == 1
    out = capsys.readouterr().out
    assert 'repository: "ghcr.io/acme/shop/two"' in out
    one, two = (yaml.safe_load(app.read(f".github/workflows/deploy-{name}.yml"))["jobs"] for name in ("one", "two"))
    assert list(one) == ["publish", "plan-production", "deploy-production"]
    assert list(two) == ["publish", "deploy-staging"]
    proposed = out.partition("belongs into that one):\n\n")[2].rpartition("\n\n")[0]
    app.write("pipeline.yaml", json.dumps(merged(json.loads(app.read("pipeline.yaml")), yaml.safe_load(proposed))))
    assert init(app) == 0


def merged(one, more):
    """Return settings with more of them."""
    both = one | more
    return both | {key: merged(one[key], more[key]) for key in one.keys() & more.keys() if isinstance(one[key], dict)}


def one_environment(folder):
    return at_github(apps.minimal(folder), production="fly.toml")


def one_branch(folder):
    app = at_github(apps.minimal(folder), staging="fly.staging.toml", production="fly.toml")
    environments = {name: {"release": {"branch": "main"}} for name in ("staging", "production")}
    app.write("pipeline.yaml", json.dumps({"environments": environments}))
    return app


def with_secrets(folder):
    app = at_github(apps.minimal(folder), staging="fly.staging.toml", production="fly.toml")
    release = {"secrets": {"JWT": "env:JWT"}, "token": "FLY_SHOP"}
    app.write("pipeline.yaml", json.dumps({"release": release, "environments": {"production": {}}}))
    return app


def folder_of_many(folder):
    app = at_github(apps.minimal(folder), staging="apps/my shop/fly.staging.toml", production="apps/my shop/fly.toml")
    for name in ("src", "tests", "Hello.sln"):
        shutil.move(app.folder / name, app.folder / "apps/my shop" / name)
    return app


REPOSITORIES = {
    "one environment": (one_environment, "."),
    "one branch": (one_branch, "."),
    "secrets": (with_secrets, "."),
    "several applications": (two_apps, "."),
    "a folder": (folder_of_many, "apps/my shop"),
    "incidents": (lambda folder: at_github(apps.copy("incidents", folder)), "."),
}


@pytest.mark.parametrize("kind", REPOSITORIES)
def test_the_tools_that_know_the_format_find_nothing(tmp_path, kind):
    """Neither zizmor, whatever its weight, nor actionlint; and a second look finds every file as it should be."""
    make, source = REPOSITORIES[kind]
    app = make(tmp_path / "app")
    words = ["init", str(app.folder / source), "--module", MODULE]
    cli.main([*words, "--write"])
    written = sorted((app.folder / ".github/workflows").glob("*.yml"))
    assert len(written) in {3, 5}
    looked_at = zizmor(app.folder)
    for file in written:
        assert file.name in looked_at
        assert findings(file) == ""


@pytest.mark.parametrize(
    ("told", "goes_on"),
    [({"image": "r.test/a@sha256:1"}, True), ({"image": ""}, False), ({"error": {"id": "P125"}}, False)],
)
def test_only_an_image_goes_on(app, told, goes_on):
    """A red run has none, and neither has one that was refused, which leaves no summary."""
    init(app, "--write")
    app.write("evidence/publish.json", json.dumps({"schema": 1, **told}))
    done = bash(app, step(app, "publish", "Say what was published, red without an image"))
    assert (done.returncode == 0) is goes_on
    output = app.folder / "output"
    assert (output.read_text() if output.exists() else "") == ("image=r.test/a@sha256:1\n" if goes_on else "")


@pytest.mark.parametrize(
    ("rules", "code"), [(["branch_policy", "required_reviewers"], 0), (["branch_policy"], 1), ([], 1), (None, 1)]
)
def test_an_environment_that_asks_nobody_is_refused(app, tmp_path, rules, code):
    """What GitHub makes by itself has no rules: production would be anybody's. One that is not there is none."""
    init(app, "--write")
    client = tmp_path / "bin/gh"
    client.parent.mkdir()
    # The last words of the call are --jq and its program.
    client.write_text('#!/bin/sh\n[ -f rules.json ] || exit 1\nfor last; do :; done\njq "$last" rules.json\n')
    client.chmod(0o755)
    if rules is not None:
        app.write("rules.json", json.dumps({"protection_rules": [{"id": 1, "type": rule} for rule in rules]}))
    script = step(app, "plan-production", "See that somebody will be asked")
    done = bash(app, script, PATH=f"{client.parent}{os.pathsep}{os.environ['PATH']}", GITHUB_REPOSITORY="acme/shop")
    assert done.returncode == code
    assert ("::error::nobody would be asked" in done.stdout) == (code == 1)


def test_the_hash_of_the_plan_goes_on_and_its_text_is_shown(app, tmp_path):
    """In a block of code that no line of the plan can end; a plan that is refused is the end."""
    init(app, "--write")
    client = tmp_path / "bin/dagger"
    client.parent.mkdir()
    client.write_text('#!/bin/sh\ncat "$PLAN"\nexit "$CODE"\n')
    client.chmod(0o755)
    told = {"hash": "0123456789abcdef", "unchanged": False, "text": "production: shop\n```\nhash 0123456789abcdef\n"}
    app.write("told.json", json.dumps(told))
    env = {"PATH": f"{client.parent}{os.pathsep}{os.environ['PATH']}", "PLAN": str(app.folder / "told.json")}
    script = step(app, "plan-production", "Tell what would change")
    assert bash(app, script, CODE="1", IMAGE="x", GITHUB_ACTOR="me", **env).returncode == 1
    assert not (app.folder / "output").exists()
    assert bash(app, script, CODE="0", IMAGE="x", GITHUB_ACTOR="me", **env).returncode == 0
    assert app.read("output") == "hash=0123456789abcdef\nunchanged=false\n"
    assert all(line.startswith("    ") for line in app.read("page.md").splitlines())


@pytest.mark.parametrize(
    ("job", "name", "path"),
    [
        ("deploy-production", "Release what was approved, and prove it or go back", DEPLOY),
        ("rollback-production", "Go back, and prove it", ROLLBACK),
    ],
)
@pytest.mark.parametrize("code", [0, 1])
def test_what_came_of_a_release_is_on_the_page(app, tmp_path, job, name, path, code):
    """Most of all when it is red, where the engine tells it as an error; and the job ends as the release did."""
    init(app, "--write")
    client = tmp_path / "bin/dagger"
    client.parent.mkdir()
    client.write_text('#!/bin/sh\necho verify ... >&2\necho "$WORD  production"\nexit "$CODE"\n')
    client.chmod(0o755)
    env = {"PATH": f"{client.parent}{os.pathsep}{os.environ['PATH']}", "CODE": str(code), "WORD": "ALERT"}
    done = bash(
        app, step(app, job, name, path), IMAGE="x", HASH="y", RELEASE="", ACCEPT_LOSS="", GITHUB_ACTOR="me", **env
    )
    assert (done.returncode, "ALERT  production" in done.stdout) == (code, True)
    assert "    ALERT  production" in app.read("page.md").splitlines()
