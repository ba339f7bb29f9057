"""The proof of an image, on programs that do what an image may do wrong."""

from __future__ import annotations

import json

import pytest

from pipeline.parse import image_proof
from tests.process import image_root
from tests.process.image_root import ANSWERS, FILES, PAGE

LACKING = image_root.lacking()
pytestmark = pytest.mark.skipif(bool(LACKING), reason=f"NOT TESTED (image proof): {LACKING}")


@pytest.fixture
def prove(tmp_path):
    """Return a function that proves an image and returns what is wrong by the name of the check."""

    def run(**more):
        report, _ = image_root.prove(tmp_path, **more)
        assert report["problem"] == ""
        return {check["name"]: check["said"] for check in report["checks"] if not check["ok"]}

    return run


def test_a_good_image(tmp_path):
    """Every question is asked, in order, and the last one ends it."""
    report, _ = image_root.prove(tmp_path, release_command="")

    assert [(check["name"], check["ok"]) for check in report["checks"]] == [
        (name, True)
        for name in (
            "user", "command", "platform", "size", "contents", "start", "health", "spa page", "spa asset", "spa route",
            "api route", "stop",
        )
    ]  # fmt: skip
    assert report["bytes"] == 1000


@pytest.mark.parametrize("user", ["", "root", "0", "0:0", "app"])
def test_root_or_a_name(user, prove):
    """A name can mean root, and no platform can see whether it does; nothing is started then."""
    assert list(prove(config={"User": user or None})) == ["user"]


@pytest.mark.parametrize(
    ("config", "why"),
    [
        ({"Cmd": None}, "it names no command to start"),
        ({"Cmd": ["/bin/sh", "-c", "python3 server.py"]}, "it starts a shell"),
    ],
)
def test_a_command_that_is_none(config, why, prove):
    """A shell keeps the signal to end from the program."""
    assert prove(config=config)["command"].startswith(why)


def test_another_platform(prove):
    """Some registries answer with what they have."""
    assert prove(layout={"machine": "riscv64"})["platform"].startswith("it is for linux/riscv64, not for linux/")


def test_a_large_image(prove):
    """What a platform pulls counts, and 0 is no budget."""
    assert prove(layout={"sizes": 12_300_000}, max_megabytes=12)["size"] == (
        "12.3 MB to pull in 1 layers; 12 MB are allowed"
    )


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"files": FILES | {"usr/share/dotnet/sdk/x": ""}}, "it holds what only builds need: /usr/share/dotnet/sdk"),
        ({"files": FILES | {"app/wwwroot/a.js.map": ""}}, "it publishes source maps: /app/wwwroot/a.js.map"),
        ({"modes": {"app/server.py": 0o666}}, "the program may change its own files: /app/server.py"),
        ({"modes": {"app/wwwroot": 0o777}}, "the program may change its own files: /app/wwwroot"),
    ],
)
def test_what_does_not_belong_there(more, why, prove):
    """Tools of a build, source maps, and files that a program could change when somebody takes it over."""
    assert prove(**more) == {"contents": why}


def test_source_maps_that_are_wanted(prove):
    """The settings allow them."""
    assert prove(files=FILES | {"app/wwwroot/a.js.map": ""}, source_maps=True) == {}


@pytest.mark.parametrize(
    ("server", "why"),
    [
        ("raise SystemExit('no connection string')", "it ended with 1 at its start: no connection string"),
        ("raise RuntimeError('Unhandled exception. X')", "Unhandled exception. X"),
        ("open('/app/x', 'w')", "Read-only file system"),
        ("import os; os.setuid(0)", "Operation not permitted"),
        ("import time; time.sleep(60)", "nothing answers on port "),
    ],
)
def test_a_program_that_does_not_start(server, why, prove):
    """Its own words say why; it is no root, and its root is read-only."""
    found = prove(files=FILES | {"app/server.py": server}, start_seconds=2)
    assert list(found) == ["start"]
    assert why in found["start"]


def test_a_program_that_is_not_there(prove):
    """The image names what it does not hold."""
    assert "cannot be started" in prove(config={"Cmd": ["dotnet", "X.dll"]})["start"]


def test_a_program_of_another_machine_is_not_judged(tmp_path):
    """An engine that cannot run the image's platform says nothing about the image: neither red nor green."""
    files = FILES | {"app/odd": "\x7fELF of another machine"}
    report, _ = image_root.prove(tmp_path, files=files, modes={"app/odd": 0o755}, config={"Cmd": ["/app/odd"]})
    assert "Exec format error" in report["problem"]
    parsed = image_proof.parse(json.dumps(report), "/src")
    assert parsed.problems == ()
    assert "the image could not be started here" in parsed.unavailable[0]


def test_memory_where_programs_write(prove):
    """Temporary folders and what the platform mounts."""
    server = f"open('/tmp/a', 'w'); open('/data/b', 'w')\n{image_root.SERVER}"
    assert prove(files=FILES | {"app/server.py": server}, volumes=("/data",)) == {}


def test_a_folder_that_is_a_link_is_left_alone(prove, tmp_path):
    """It leads to a folder of the image, and from here to one of ours."""
    (tmp_path / "root/var").mkdir(parents=True)
    (tmp_path / "root/var/tmp").symlink_to("/tmp")  # noqa: S108  # inside of the image
    server = f"open('/var/tmp/a', 'w')\n{image_root.SERVER}"
    assert prove(files=FILES | {"app/server.py": server}) == {}


@pytest.mark.parametrize(
    ("path", "answer", "name", "why"),
    [
        ("/health", [500, "text/plain", "Unhealthy"], "health", "GET /health: 500 Unhealthy"),
        ("/health", [404, "text/html", ""], "health", "GET /health: 404"),
        ("/", [200, "text/html", "Hello"], "spa page", "GET /: a page, and not the one that the SPA's build made"),
        ("/", [404, "", ""], "spa page", "GET /: 404 of no kind; the page of the SPA was expected"),
        ("/assets/index-1a2b.js", [200, "text/html", PAGE], "spa asset", "200 text/html; the SPA's file was expected"),
        ("/deep", [404, "text/html", PAGE], "spa route", "GET /deep: 404 text/html; the page of the SPA was expected"),
        ("/deep", [200, "text/html", "x"], "spa route", "GET /deep: another page than /"),
        ("/api/version", [200, "text/html", PAGE], "api route", "200 text/html; an answer of the API was expected"),
        ("/api/version", [404, "text/plain", ""], "api route", "404 text/plain; an answer"),
        ("/api/version", [502, "text/plain", ""], "api route", "502 text/plain; an answer"),
    ],
)
def test_wrong_answers(path, answer, name, why, prove):
    """A platform would send users there."""
    found = prove(answers=ANSWERS | {path: answer}, start_seconds=2)
    assert why in found[name]


def test_an_image_without_the_spa(prove):
    """Its folder was not copied."""
    found = prove(files={"app/server.py": image_root.SERVER})
    assert found["spa page"] == found["spa asset"] == "there is no /app/wwwroot/index.html in the image"


def test_sigterm_ignored(prove):
    """A platform would kill it, with whatever it was doing."""
    assert prove(answers=ANSWERS | {"ignore": [200, "", ""]}) == {
        "stop": "it still runs 2 s after SIGTERM; a platform would kill it"
    }


def test_a_child_that_stays(prove):
    """The program ends, and what it had started goes on."""
    code = "import subprocess, sys\nsubprocess.Popen([sys.executable, 'real.py'])\nimport time\ntime.sleep(60)"
    found = prove(files=FILES | {"app/server.py": code, "app/real.py": image_root.SERVER})
    assert found == {"stop": "it ended, and a program that it had started still answers"}


@pytest.mark.parametrize(
    ("command", "why"),
    [("python3 release.py 0", ""), ("python3 release.py 3", "ended with 3: migrating"), ("none", "cannot be started")],
)
def test_the_release_command(command, why, prove, tmp_path):
    """It runs by the entrypoint before anything is started, and nothing is when it fails."""
    code = "import os, sys\nassert os.environ['RELEASE_COMMAND']\nprint('migrating')\nsys.exit(int(sys.argv[1]))"
    python = f"{image_root.sys.base_prefix}/bin/"
    found = prove(
        files=FILES | {"app/release.py": code}, release_command=command.replace("python3", f"{python}python3")
    )
    assert (list(found), why in found.get("release command", "")) == (["release command"] if why else [], True)


def test_what_the_caller_gives_reaches_the_program(tmp_path, monkeypatch):
    """Under its own name; nothing else of the caller does."""
    monkeypatch.setenv("PROOF_Main__Key", "one")
    monkeypatch.setenv("OTHER", "two")
    server = f"import os\nprint(os.environ.get('Main__Key'), os.environ.get('OTHER'), flush=True)\n{image_root.SERVER}"

    _, log = image_root.prove(tmp_path, files=FILES | {"app/server.py": server})

    assert log.splitlines()[0] == "one None"


def test_a_red_report_is_a_red_step(tmp_path):
    """The judge hears every check that failed."""
    image_root.prove(tmp_path, answers=ANSWERS | {"/health": [500, "", "no"]}, start_seconds=1)

    parsed = image_proof.parse((tmp_path / "proof.json").read_text(), "/src")

    assert parsed.problems == ("health: GET /health: 500 no",)
