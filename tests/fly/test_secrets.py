"""Secrets of an app: from the settings to the simulated platform, and with the real flyctl into its machines."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import anyio
import httpx
import pytest

from pipeline import cli
from pipeline.errors import PipelineError
from pipeline.fly import secrets
from pipeline.fly.client import FlyApp
from pipeline.fly.records import Log
from pipeline.load import Choices, look
from pipeline.registry import reference, trouble
from pipeline.registry.client import Repository
from pipeline.release.model import Goal, Record, Verdict
from pipeline.run.call import NotGreen, refusal
from pipeline.run.secrets_of_call import Secrets
from tests.apps import ROOT
from tests.fly.conftest import CHECK, ONE, TOML
from tests.fly.simulator import TOKEN
from tests.registry.server import Registry, serving

CANARY = "c4n4ry p4ss#w0rd"
SETTINGS = """
release: {{machines_api: "{url}"}}
environments:
  staging:
    release:
      app: shop
      secrets: {{Jwt__Key: "env:JWT_KEY", Smtp__Password: "file:deploy/smtp", DATABASE_URL: ""}}
"""


@pytest.fixture
def folder(sim, tmp_path):
    """Return a folder whose staging declares three secrets."""
    made = tmp_path / "app"
    (made / "deploy").mkdir(parents=True)
    (made / "pipeline.yaml").write_text(SETTINGS.format(url=sim.url))
    (made / "fly.toml").write_text('app = "other"\n[env]\nTZ = "UTC"\n')
    (made / "Shop.csproj").write_text('<Project Sdk="Microsoft.NET.Sdk.Web"></Project>')
    (made / "deploy/smtp").write_text(f"{CANARY} of a file\n")
    sim.app("shop", image=ONE)
    return made


def environment(tmp_path, **more):
    """Return the variables of a caller whose temporary files are looked at."""
    (tmp_path / "tmp").mkdir(exist_ok=True)
    own = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path / "tmp"), "NO_PROXY": "*"}
    own |= {"HOME": str(tmp_path / "tmp"), "PYTHONDONTWRITEBYTECODE": "1", "JWT_KEY": CANARY, "FLY_API_TOKEN": TOKEN}
    return {name: value for name, value in (own | more).items() if value is not None}


def begin(tmp_path, *words, **more):
    command = [sys.executable, "-m", "pipeline.cli", "secrets", *words]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=tmp_path / "app", env=environment(tmp_path, **more), stdout=pipe, stderr=pipe)


def call(tmp_path, *words, **more):
    """Return code, output and errors of `pipeline secrets`, in which nothing is ever shown."""
    with begin(tmp_path, *words, **more) as run:
        out, err = (text.decode() for text in run.communicate(timeout=60))
    assert [text for text in (out, err) if "c4n4ry" in text] == []
    return run.returncode, out, err


def kept(sim):
    return {name: one.value for name, one in sim.world.app("shop").versions[-1].items()}


def give(sim, **values):
    sim.world.set_secrets(sim.world.app("shop"), values)


def test_from_a_plan_with_missing_secrets_to_a_green_one(sim, folder, tmp_path):
    """`plan` is red while one is missing that nobody gave; `sync` brings the others and touches no machine."""
    before = sim.machine("shop")["instance_id"]
    code, out, _ = call(tmp_path, "plan", "staging")
    assert (code, out.splitlines()[0]) == (1, "Secrets of shop (staging): 3 declared, 1 missing")
    assert "MISSING  DATABASE_URL" in out
    code, out, _ = call(tmp_path, "sync", "staging")
    assert (code, out.splitlines()[0]) == (
        0,
        "Secrets of shop (staging), version 1: they reach the machines with the next deploy",
    )
    assert kept(sim) == {"Jwt__Key": CANARY, "Smtp__Password": f"{CANARY} of a file"}
    assert sim.machine("shop")["instance_id"] == before
    give(sim, DATABASE_URL="x", OLD="y")
    code, out, _ = call(tmp_path, "plan", "staging", "--json")
    told = json.loads(out)
    assert (code, told["missing"], [one["state"] for one in told["secrets"]]) == (
        0,
        [],
        ["present", "present", "extra", "present"],
    )


def test_a_second_time_changes_nothing(sim, folder, tmp_path):
    """The digests are as before, which is how a deploy knows that there is nothing to do."""
    call(tmp_path, "sync", "staging")
    code, out, _ = call(tmp_path, "sync", "staging", "--json")
    told = json.loads(out)["staged"]
    assert (code, told["version"], told["changed"], told["same"]) == (0, 2, [], ["Jwt__Key", "Smtp__Password"])
    code, out, _ = call(tmp_path, "sync", "staging", "--only", "Jwt__Key", "--json", JWT_KEY="another")
    assert (json.loads(out)["staged"]["changed"], kept(sim)["Jwt__Key"]) == (["Jwt__Key"], "another")


def test_what_nobody_declared_goes_only_when_it_is_said(sim, folder, tmp_path):
    """A database that was attached has its address there."""
    give(sim, DATABASE_URL="x", OLD="y")
    call(tmp_path, "sync", "staging")
    assert "OLD" in kept(sim)
    code, out, _ = call(tmp_path, "sync", "staging", "--prune")
    assert (code, "OLD" in kept(sim), "DATABASE_URL" in kept(sim)) == (0, False, True)
    assert "  OLD             deleted\n" in out


@pytest.mark.parametrize(
    ("env", "id_", "told"),
    [
        ({"JWT_KEY": None}, "P135", "Jwt__Key: env:JWT_KEY: the variable is not set"),
        ({"JWT_KEY": ""}, "P135", "Jwt__Key: env:JWT_KEY: the variable is empty"),
        ({"JWT_KEY": "c4n4ry" * 20_000}, "P134", "Jwt__Key: its value is longer than 64 KiB"),
        ({"JWT_KEY": b"c4n4ry\xff"}, "P134", "Jwt__Key: its value is not UTF-8"),
        ({"FLY_API_TOKEN": None}, "P112", "the variable FLY_API_TOKEN holds no token"),
        ({"FLY_API_TOKEN": "c4n4ry\nx"}, "P132", "the token is empty, or holds characters that no token has"),
        ({"FLY_API_TOKEN": "c4n4ry"}, "P132", "asking for its secrets: 127.0.0.1 answers 401"),
    ],
)
def test_what_is_not_at_hand_or_not_allowed_changes_nothing(sim, folder, tmp_path, env, id_, told):
    """All of them or none; and never in words that show a value."""
    code, out, err = call(tmp_path, "sync", "staging", **env)
    assert (code, out, err.startswith(f"{id_} "), told in err) == (2, "", True, True)
    assert kept(sim) == {}


def test_a_name_in_clear_is_refused_before_anything_is_asked(sim, folder, tmp_path):
    """It stands in the fly.toml of this environment, which counts before the common one."""
    (folder / "fly.staging.toml").write_text('[env]\nJWT__KEY = "x"\n')
    code, _, err = call(tmp_path, "plan", "staging")
    assert (code, "Jwt__Key: stands in [env] of the fly.toml too, as JWT__KEY" in err, sim.calls()) == (2, True, [])


@pytest.fixture
def here(folder, tmp_path, monkeypatch):
    """Let this process be the caller, and wait for nothing."""
    monkeypatch.setattr(trouble, "FIRST_WAIT", 0.01)
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    return lambda *words: cli.main(["secrets", *words, "--folder", str(folder)])


@pytest.mark.parametrize(
    ("status", "end"),
    [(401, (2, "P132")), (404, (2, "P133")), (422, (4, "P413")), (500, (4, "P413")), (429, (4, "P413"))],
)
def test_an_api_that_repeats_values_is_not_quoted(sim, here, status, end, capsys):
    """Whatever it says of a request that it refuses, at each attempt."""
    sim.fault("POST", "/secrets", status, times=99, body=json.dumps({"error": f"invalid value {CANARY!r}"}))
    code = here("sync", "staging")
    out, err = capsys.readouterr()
    assert ((code, err[:4]), out, "c4n4ry" in err) == (end, "", False)


def test_a_lost_answer_is_asked_for_again(sim, folder, tmp_path):
    """What is set twice is set once."""
    sim.fault("POST", "/secrets", "lost")
    code, _, _ = call(tmp_path, "sync", "staging")
    assert (code, kept(sim)["Jwt__Key"], len(sim.calls("POST", "/secrets"))) == (0, CANARY, 2)


def test_no_value_stands_on_a_command_line_or_in_a_file(sim, folder, tmp_path):
    """Not while the values are on their way, and not afterwards."""
    held = sim.pause_before("POST", "/secrets")
    with begin(tmp_path, "sync", "staging") as run:
        held.wait()
        lines = [file.read_bytes() for file in processes(run.pid)]
        during = with_canary(tmp_path)
        held.release()
        run.communicate(timeout=60)
    assert lines
    assert [line for line in lines if b"c4n4ry" in line] == []
    assert run.returncode == 0
    # The file that holds it is the caller's own.
    assert (during, with_canary(tmp_path)) == (["app/deploy/smtp"], ["app/deploy/smtp"])


def processes(root):
    """Return the command lines of a process and of all that came from it."""
    found, parents = {root}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    for _ in parents:
        found |= {child for child, parent in parents.items() if parent in found}
    return [Path(f"/proc/{number}/cmdline") for number in found]


def with_canary(tmp_path):
    files = (file for file in tmp_path.rglob("*") if file.is_file())
    return sorted(file.relative_to(tmp_path).as_posix() for file in files if b"c4n4ry" in file.read_bytes())


def test_our_own_bug_shows_no_value(sim, folder, tmp_path):
    """Its traceback holds the lines of the code, and what an exception says."""
    (tmp_path / "tmp").mkdir(exist_ok=True)
    (tmp_path / "tmp/broken.py").write_text(
        "import json, httpx\nfrom pipeline import cli\n"
        "async def post(self, *words, **more):\n    raise RuntimeError(f'odd: {sorted(more)}')\n"
        "httpx.AsyncClient.request = post\n"
        "raise SystemExit(cli.main(['secrets', 'sync', 'staging']))\n"
    )
    command = [sys.executable, str(tmp_path / "tmp/broken.py")]
    done = subprocess.run(command, cwd=folder, env=environment(tmp_path), capture_output=True, text=True, check=False)
    assert (done.returncode, "RuntimeError: odd" in done.stderr) == (70, True)
    assert "c4n4ry" not in done.stdout + done.stderr


@pytest.fixture
def log(folder):
    """Return a registry that keeps the log of releases, and a function that records one that works."""
    with serving(Registry()) as registry:
        publish = f"\npublish: {{repository: '{registry.host}/shop', plain_http: true}}\n"
        (folder / "pipeline.yaml").write_text((folder / "pipeline.yaml").read_text() + publish)

        async def write(digests):
            async with httpx.AsyncClient(trust_env=False) as http:
                repository = Repository(reference.parse(f"{registry.host}/shop"), http, plain=True)
                goal = Goal(app="shop", environment="staging", source="", digest="", config="", config_digest="")
                record = Record(id="1", goal=goal, verdict=Verdict.VERIFIED, secrets=tuple(digests.items()))
                await Log(repository, "shop").write(record)

        yield registry, lambda digests: anyio.run(write, digests)


def told(here, capsys):
    here("plan", "staging", "--json")
    return json.loads(capsys.readouterr().out)


def test_drift_is_told_by_the_log_of_releases(sim, here, log, capsys):
    """A digest that is another than at the last release that worked; and why nobody knows, where that is so."""
    registry, record = log
    give(sim, DATABASE_URL="x", Jwt__Key="y", Smtp__Password="z")
    assert told(here, capsys)["unrecorded"] == "no release is recorded"
    digests = {one["name"]: one["digest"] for one in told(here, capsys)["secrets"]}
    record(digests)
    assert {one["state"] for one in told(here, capsys)["secrets"]} == {"present"}
    give(sim, DATABASE_URL="of an attacker")
    found = told(here, capsys)
    assert (found["unrecorded"], [one["state"] for one in found["secrets"]]) == ("", ["changed", "present", "present"])
    registry.fault = lambda *_: 403
    assert told(here, capsys)["unrecorded"].startswith("the log of releases: P125 ")


@contextmanager
def refusing():
    try:
        yield
    except PipelineError as error:
        raise refusal(error) from None


@pytest.fixture
def dagger_call(folder):
    """Return what a call of the module works with, without an engine."""

    async def seen():
        return look(folder, Choices(environment="staging"))

    token = secret(TOKEN)
    more = {"environment": "staging", "app": "", "registry_token": None}
    return SimpleNamespace(look=seen, fly_token=token, refusing=refusing, **more)


def secret(text):
    """Return what Dagger gives in the place of a secret."""

    async def plaintext():
        return text

    return SimpleNamespace(plaintext=plaintext)


def synced(given, text, *, prune=False, only=(), as_json=False):
    return asyncio.run(Secrets(given).sync(secret(text), prune=prune, only=only, as_json=as_json))


def test_a_call_of_the_module_brings_the_values_in_one_secret(sim, dagger_call):
    """All that the settings name a place for, wherever that is."""
    values = {"Jwt__Key": CANARY, "Smtp__Password": "two\nlines"}
    with pytest.raises(NotGreen) as caught:
        asyncio.run(Secrets(dagger_call).plan(None, as_json=False))
    assert str(caught.value).startswith("Secrets of shop (staging): 3 declared, 3 missing")
    said = synced(dagger_call, json.dumps(values))
    assert (kept(sim), "c4n4ry" in said) == (values, False)
    give(sim, DATABASE_URL="x")
    said = asyncio.run(Secrets(dagger_call).plan(secret("Jwt__Key=x"), as_json=True))
    assert [one["sync"] for one in json.loads(said)["secrets"]] == ["keep", "set again", "keep"]


def test_a_call_of_the_module_is_refused_as_one_of_the_command_line_is(sim, dagger_call):
    """A value that should have come, one that is mistyped, no token."""
    for text, id_ in (('{"Jwt__Key": "x"}', "P135"), ("c4n4ry", "P136")):
        with pytest.raises(NotGreen) as caught:
            synced(dagger_call, text)
        assert str(caught.value).startswith(f"config error\n{id_} ")
        assert "c4n4ry" not in str(caught.value)
    assert "Jwt__Key  new" in synced(dagger_call, '{"Jwt__Key": "x"}', only=("Jwt__Key",))
    dagger_call.fly_token = None
    with pytest.raises(NotGreen, match="--fly-token"):
        synced(dagger_call, "")


@pytest.mark.parametrize("host", ["fly.example.com", "93.184.215.14"])
def test_neither_token_nor_values_leave_in_clear(folder, dagger_call, host):
    """A plain address is for this machine and its neighbours."""
    (folder / "pipeline.yaml").write_text(SETTINGS.format(url=f"http://{host}"))
    with pytest.raises(NotGreen, match="expected an https address"):
        synced(dagger_call, "{}")


async def _staged(sim, **values):
    async with httpx.AsyncClient(trust_env=False) as http:
        app = FlyApp("shop", api=sim.url, token=f" {TOKEN}\n", http=http)
        return await app.set_secrets(values), await secrets.newest(app)


@pytest.mark.flyctl
@pytest.mark.parametrize("told", [True, False])
def test_flyctl_lets_no_machine_have_older_secrets(sim, flyctl, told):
    """By the configuration that `minimum` writes; without it the platform may start a machine with those of before."""
    flyctl.toml = TOML + CHECK + '[deploy]\nrelease_command = "migrate"\n'
    (machine,) = sim.app("shop", image=ONE)
    sim.world.stale_secrets = True
    version, newest = anyio.run(lambda: _staged(sim, A="one", B=CANARY))
    assert (version, newest) == (1, 2)
    if told:
        (flyctl.folder / "home/config.yml").write_text(secrets.minimum(newest, "shop"))
    code, _, err = flyctl.deploy()
    assert code == 0, err
    made = [one.json for one in sim.requests if one.method == "POST" and one.path.endswith(("/machines", machine))]
    assert [one.get("min_secrets_version") for one in made] == ([2, 2] if told else [None, None])
    assert sim.world.app("shop").machines[machine].secrets_version == (2 if told else 1)


def test_a_stray_429_is_no_end(sim, monkeypatch):
    """It ends flyctl; here it is asked again."""
    monkeypatch.setattr(trouble, "FIRST_WAIT", 0.01)
    sim.app("shop", image=ONE)
    sim.fault("POST", "/secrets", 429)
    assert anyio.run(lambda: _staged(sim, A="one"))[0] == 1
