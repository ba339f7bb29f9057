"""Every function that a user can call answers, on a real engine."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from tests import apps
from tests.engine.dagger_call import SECONDS, call, dagger

pytestmark = pytest.mark.engine

VERBS = {
    "audit", "build", "ci", "deploy", "evidence", "explain", "fix", "image", "lint", "lock", "plan", "promote",
    "publish", "publish-evidence", "release-plan", "releases", "rollback", "sbom", "secrets-plan", "secrets-sync",
    "settings", "status", "test", "verify",
}  # fmt: skip


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """Return the small application, unchanged: most of its steps come from the cache."""
    return apps.minimal(tmp_path_factory.mktemp("verbs") / "app")


def command_line(*words, cwd=apps.ROOT):
    done = subprocess.run(
        ["dagger", "--progress=plain", *words], cwd=cwd, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def on_the_host(app, verb):
    words = [sys.executable, "-m", "pipeline.cli", verb, str(app.folder), "--json"]
    done = subprocess.run(words, cwd=apps.ROOT, capture_output=True, text=True, timeout=60, check=True)
    return json.loads(done.stdout)


def test_functions_are_listed_with_what_they_do():
    """`dagger functions` names every verb with a description, and nothing else."""
    table = command_line("functions").split("\n\n")[0]  # notes of the command line follow
    lines = [line.split(maxsplit=1) for line in table.splitlines()[1:]]

    assert {line[0] for line in lines} == VERBS
    assert all(len(line) == 2 and line[1].strip(" -") for line in lines)


def test_checks_are_listed():
    """`dagger check -l` names what `dagger check` would run."""
    listed = command_line("check", "-l")

    names = {line.split()[0] for line in listed.splitlines() if ":" in line}  # Dagger 0.21 prints a headline, 1.0 none
    assert names == {"pipeline:build", "pipeline:lint", "pipeline:test"}


def test_plan_names_every_step_and_runs_none(app):
    """As the host plans them; that the JSON of both is the same has a test of its own."""
    text = dagger(app, "plan")
    plan = on_the_host(app, "plan")

    ids = [step["id"] for step in plan["steps"]]
    built = [id_ for id_ in ids if not id_.startswith("audit.")]
    assert built == [
        "api.restore", "api.build", "api.format", "api.test.Hello.Tests", "api.publish", "image", "image.verify",
    ]  # fmt: skip
    assert {"audit.nuget", "audit.match", "audit.source", "audit.image.match"} <= set(ids)
    assert [id_ for id_ in ids if id_ in text.out] == ids


def test_explain_tells_every_fact_with_its_place(app):
    """The same facts as on the host, read through the engine: sources, their lines and files by name."""
    text = dagger(app, "explain").out
    facts = {fact["name"]: fact for fact in json.loads(dagger(app, "explain", "--as-json").out)["facts"]}

    assert list(facts.values()) == on_the_host(app, "explain")["facts"]
    assert all(name in text for name in facts)


def test_settings_name_their_origin(tmp_path):
    """The same rows as on the host; the environment is an argument of the module, a misspelt one no traceback."""
    app = apps.minimal(tmp_path / "app")
    app.write("pipeline.yaml", "name: shop\nenvironments: {staging: {test: {timeout_minutes: 40}}}\n")

    found = json.loads(dagger(app, "--environment=staging", "settings", "--as-json").out)
    wrong = dagger(app, "--environment=stagin", "settings")

    rows = {row["key"]: (row["value"], row["origin"]) for row in found["settings"]}
    assert rows["name"] == ("shop", "pipeline.yaml:1")
    assert rows["test.timeout_minutes"] == (40, "pipeline.yaml:2 (staging)")
    assert wrong.code == 1
    assert "did you mean staging?" in wrong.said
    assert "Traceback" not in wrong.said


def test_several_applications_and_one_of_them(tmp_path):
    """All of them run side by side; `--app` takes one with the ids that it would have alone."""
    app = apps.two_apps(tmp_path / "app")

    all_of_them = dagger(app, "test")
    alone = dagger(app, "--app=two", "build")
    image = dagger(app, "image", "user")

    assert all_of_them.code == 0, all_of_them.said
    assert "one/api.test.Hello.Tests" in all_of_them.out
    assert "two/api.test.Hello.Tests" in all_of_them.out
    assert alone.code == 0, alone.said
    assert "  api.publish" in alone.out
    assert image.code == 1
    assert "there are one/image, two/image; take one application with --app" in image.said


@pytest.mark.parametrize(
    ("verb", "wanted", "unwanted"),
    [
        ("lint", "api.format", "api.build"),
        ("test", "8/8 tests", "api.format"),
        ("build", "api.publish", "api.test"),
    ],
)
def test_a_verb_runs_its_own_steps(app, verb, wanted, unwanted):
    """A verb runs what it names and what that needs, and no more."""
    done = dagger(app, verb)

    assert done.code == 0, done.said
    assert done.out.startswith("GREEN  hello on dagger")
    assert wanted in done.out
    assert unwanted not in done.out


def test_the_image_is_not_root(app):
    """What a platform can see; the next test shows the command."""
    done = dagger(app, "image", "user")

    assert done.code == 0, done.said
    assert done.out.strip() == "1654:1654"


def test_the_image_starts_and_answers(app, tmp_path):
    """A container of the image, started as the image says, answers its health check on port 8080."""
    port = free_port()
    words = ("image", "up", f"--ports={port}:8080")
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(call(*words), cwd=app.folder, stdout=log, stderr=log)
    try:
        assert answer(f"http://127.0.0.1:{port}/health", process) == "Healthy", (tmp_path / "log").read_text()
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answer(url, process):
    """Return what a server says as soon as it is up, or None when its process ends or time is over."""
    end = time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310  # loopback
                return response.read().decode()
        except OSError:
            time.sleep(0.2)  # not up yet: nothing tells us when it is
    return None


def test_fix_mends_what_it_can_and_leaves_the_rest(tmp_path):
    """Of both stacks, and no other file; what nobody can mend by machine does not keep the others from being mended."""
    app, spa = apps.both(tmp_path / "app")
    apps.committed(app.folder)
    good = app.read(apps.GREETER)
    apps.misformat_csharp(app)
    apps.break_lint(spa)
    apps.misstyle(spa)

    done = dagger(app, "fix", "export", "--path", str(app.folder))

    assert done.code == 0, done.said
    assert app.read(apps.GREETER) == good
    status = ["git", "-C", str(app.folder), "status", "--porcelain", "--", ":!dagger.lock"]  # Dagger 1.0 writes it
    told = subprocess.run(status, capture_output=True, text=True, check=True).stdout
    assert told.split() == ["M", "client/src/format.ts"]
    assert "const all = n + n;" in spa.read("src/format.ts")
    assert "(value as any)" in spa.read("src/format.ts")


def test_fix_tells_why_it_cannot_start(tmp_path):
    """Without packages no linter runs: the summary says so, and there is no traceback."""
    app, spa = apps.both(tmp_path / "app")
    apps.outdate_npm_lock(spa)

    done = dagger(app, "fix", "export", "--path", str(app.folder))

    assert done.code == 1
    assert "RED  hello on dagger" in done.said
    assert "spa.install FAILED" in done.said
    assert "Traceback" not in done.said
