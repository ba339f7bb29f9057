"""The host runner with commands of our own in the place of toolchains: secrets, environments, places."""

from __future__ import annotations

import json
import os
import sys

import anyio
import pytest

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.judge.model import Status
from pipeline.plan.model import Output, Service
from pipeline.run.host import HostRunner, require_tools
from tests import samples

CANARY = "canary-8f3b1c-value"
SHOW = ("sh", "-c", 'echo "token=$FEED_TOKEN"; env')
# A server that writes down what it was given, and opens its port.
REDIS = """#!{python}
import json, os, pathlib, socket, sys
pathlib.Path("environment").write_text(json.dumps(dict(os.environ)))
with socket.create_server(("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1]))) as server:
    while True:
        server.accept()[0].close()
"""


@pytest.fixture
def env(tmp_path, monkeypatch):
    """Return our own environment, whose PATH finds a `dotnet` and a server that tells what it sees."""
    tools = tmp_path / "tools"
    tools.mkdir()
    server = REDIS.format(python=sys.executable)
    for name, text in (("dotnet", ""), ("npm", ""), ("node", ""), ("redis-server", server)):
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("FEED_TOKEN", CANARY)
    monkeypatch.setenv("OTHER_TOKEN", "x")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return dict(os.environ)


@pytest.fixture
def scratch(tmp_path):
    return tmp_path / "scratch"


def _run(scratch, env, *steps):
    source = scratch.parent / "app"
    source.mkdir(exist_ok=True)
    (source / "App.csproj").write_text("<Project/>")
    scratch.mkdir()
    plan = samples.plan(*steps, services=(Service(name="redis", image="registry.test/redis:7", port=6379),))

    async def main():
        runner = HostRunner(source, scratch, feed=None, env=env)
        with anyio.fail_after(60):
            return await runner.run(plan)

    return {result.id: result for result in anyio.run(main)}


def _log(scratch, step):
    return (scratch / "out" / step / "log").read_text()


def _holding(folder, text):
    """Return the files that hold a text."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.relative_to(folder).as_posix() for path in files if text.encode() in path.read_bytes()]


@pytest.mark.parametrize("code", [0, 1])
def test_a_secret_is_seen_by_its_step_alone(scratch, env, code):
    """The step that fetches has it, its log does not; other steps and servers never see it, whatever happens."""
    fetch = samples.plain_step("fetch", commands=(SHOW, ("sh", "-c", f"exit {code}")), secrets=("FEED_TOKEN",))
    test = samples.plain_step("test", commands=(SHOW,), services=("redis",))
    results = _run(scratch, env, fetch, test)
    assert results["fetch"].status is (Status.FAILED if code else Status.PASSED)
    assert results["test"].status is Status.PASSED, results["test"].tail
    assert "token=***\n" in _log(scratch, "fetch")
    assert "token=\n" in _log(scratch, "test")
    assert "PATH" in (scratch / "services/test/redis/environment").read_text()
    assert _holding(scratch, CANARY) == []
    assert CANARY not in repr(results)


def test_a_server_gets_what_it_needs_and_no_more(scratch, env):
    """What else the caller's environment holds does not reach a server either; its locale decides how texts sort."""
    _run(scratch, env, samples.plain_step("test", commands=(("true",),), services=("redis",)))
    seen = set(json.loads((scratch / "services/test/redis/environment").read_text()))
    assert ({"PATH", "LC_ALL"} <= seen, {"HOME", "PWD", "OTHER_TOKEN", "FEED_TOKEN"} & seen) == (True, set())


def test_a_step_is_not_below_a_hook(scratch, env):
    """A tool that asks git for a version works on its own folder, not on the repository of the hook that calls us."""
    step = samples.plain_step("build", commands=(SHOW,))
    _run(scratch, env | {"GIT_DIR": "/nowhere/.git", "GIT_INDEX_FILE": "index"}, step)
    seen = {line.partition("=")[0] for line in _log(scratch, "build").splitlines()}
    assert ("PATH" in seen, {"GIT_DIR", "GIT_INDEX_FILE"} & seen) == (True, set())


WAITS = ("sh", "-c", "for i in $(seq 100); do test -e ../spa-was-here && exit 0; sleep 0.1; done; exit 1")


def test_a_step_that_waits_for_its_turn_takes_no_place(scratch, env, monkeypatch):
    """On two cores `api.format` waits while `api.build` runs, and the SPA's steps go on beside them."""
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    build, form = (samples.plain_step(name, commands=(WAITS,)) for name in ("api.build", "api.format"))
    spa = samples.plain_step("spa.install", tool="node", commands=(("touch", "../spa-was-here"),))
    results = _run(scratch, env, build, form, spa)
    assert {result.status for result in results.values()} == {Status.PASSED}


def test_steps_that_write_the_one_work_tree_take_turns(scratch, env):
    """No two builds meet in the obj folders; tests write reports of their own and run side by side."""
    alone = ("sh", "-c", "mkdir ../busy && sleep 0.3 && rmdir ../busy")
    steps = [samples.plain_step(f"api.{n}", commands=(alone,)) for n in range(3)]
    results = _run(scratch, env, *steps)
    assert {result.status for result in results.values()} == {Status.PASSED}


def test_no_folder_of_the_run_is_shown(scratch, env):
    """They are gone when a reader sees them: files of the source and reports are named below their roots."""
    command = ("sh", "-c", 'echo "at $PWD/a.cs"; echo "to $OUT/a.trx"; exit 1')
    step = samples.plain_step("build", commands=(command,), env=(("OUT", "${out}"),))
    assert _run(scratch, env, step)["build"].tail == "at a.cs\nto a.trx"


def _dist(path="client/dist"):
    return (Output(path=path, kind="directory", tree=True),)


def test_what_lay_there_is_no_output(scratch, env):
    """A committed build, of last year perhaps, does not make a build green; nor does an empty folder."""
    app = scratch.parent / "app" / "client" / "dist"
    app.mkdir(parents=True)
    (app / "index.html").write_text("old")
    steps = [
        samples.plain_step("spa.build", tool="node", commands=(("true",),), outputs=_dist()),
        samples.plain_step("spa.empty", tool="node", commands=(("mkdir", "-p", "empty"),), outputs=_dist("empty")),
        samples.plain_step(
            "spa.well", tool="node", commands=(("sh", "-c", "mkdir well; echo x >well/a"),), outputs=_dist("well")
        ),
    ]
    found = _run(scratch, env, *steps)
    assert found["spa.build"].reason.startswith("left no folder client/dist")
    assert found["spa.empty"].reason.startswith("left no folder empty")
    assert found["spa.well"].status is Status.PASSED


def test_a_secret_that_a_later_step_finds_in_a_file_is_not_shown(scratch, env):
    """The restore can write it anywhere; the log and the reports of every step are redacted."""
    write = samples.plain_step(
        "api.restore", commands=(("sh", "-c", 'echo "$FEED_TOKEN" >leak'),), secrets=("FEED_TOKEN",)
    )
    shows = ("sh", "-c", 'cat leak; cp leak "$0/a.trx"', "${out}")
    show = samples.plain_step(
        "api.build", start="api.restore", commands=(shows,), outputs=(Output(path="*.trx", kind="x"),)
    )
    _run(scratch, env, write, show)
    assert _log(scratch, "api.build") == "***\n"
    assert _holding(scratch / "out", CANARY) == []


def test_no_search_for_configuration_leaves_the_copy(scratch, env):
    """MSBuild, NuGet and editors look upwards, and the next folder may be writable for anybody."""
    _run(scratch, env, samples.plain_step("api.build", commands=(("true",),)))
    above = {path.name for path in scratch.iterdir()}
    assert {"Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "nuget.config"} <= above


def test_no_other_user_reads_the_copy(scratch, env):
    """A server of another user passes through the scratch folder, and everybody with him."""
    _run(scratch, env, samples.plain_step("build", commands=(("true",),)))
    modes = {path.name: path.stat().st_mode & 0o077 for path in scratch.iterdir() if path.is_dir()}
    assert ({"source", "out"} <= set(modes), set(modes.values())) == (True, {0})


@pytest.mark.parametrize("lay", ["touch ../out/b", "ln -s /nowhere ../out/b", "mkdir ../out/b; touch ../out/b/old"])
def test_what_a_build_leaves_in_the_place_of_reports(scratch, env, lay):
    """A later step's report folder is made anew."""
    first = samples.plain_step("a", commands=(("sh", "-c", lay),))
    second = samples.plain_step("b", start="a", commands=(("sh", "-c", "ls ../out/b | grep -v log; true"),))
    results = _run(scratch, env, first, second)
    assert [result.status for result in results.values()] == [Status.PASSED, Status.PASSED]
    assert _log(scratch, "b") == ""


def test_npm_without_node_is_a_missing_tool(scratch, env):
    """The npm on PATH is a script of Node, and alone it ends with 127, which is no fault of the code."""
    npm = scratch.parent / "npm-alone"
    npm.mkdir()
    for name in ("npm", "dotnet"):
        (npm / name).write_text("#!/bin/sh\nexec node\n")
        (npm / name).chmod(0o755)
    steps = samples.plain_step("spa.build", tool="node", commands=(("npm", "ci"),)), samples.plain_step("api.build")
    with pytest.raises(PipelineError, match=r"not on PATH: node\n") as caught:
        require_tools(samples.plan(steps[0]), {"PATH": str(npm)})
    assert caught.value.kind is errors.TOOL_MISSING
    require_tools(samples.plan(*steps), {"PATH": str(npm)})
    result = _run(scratch, env | {"PATH": str(npm)}, steps[0])["spa.build"]
    assert (result.status, result.reason, result.error_id) == (
        Status.UNAVAILABLE,
        "`node` is not on PATH",
        errors.TOOL_MISSING.id,
    )
