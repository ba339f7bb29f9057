"""The proof of an image, on programs that do what an image may do wrong."""

from __future__ import annotations

import json

import pytest

from pipeline.parse import image_proof
from pipeline.proof.files import Image
from pipeline.proof.program import LOOPBACK, address
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


USERS = "root:x:0:0::/:/bin/sh\nno line\napp:x:1654:1655::/:/bin/false\n"


@pytest.mark.parametrize(
    ("user", "told"), [("app", ": USER 1654"), ("app:app", ": USER 1654"), ("root", ""), ("me", "")]
)
def test_the_number_of_a_name(user, told, prove):
    """What to write there stands in the image, unless it is root."""
    said = prove(config={"User": user}, files=FILES | {"etc/passwd": USERS})["user"]
    assert said == f"its user is {user}; only a number shows that it is not root{told}"


@pytest.mark.parametrize(("user", "group"), [("1654", 1655), ("1654:7", 7), ("1700", 0)])
def test_the_group_of_a_number(user, group, tmp_path):
    """As container runtimes have it: of a user that the image does not know it is root's, who may write more."""
    image_root.archive(tmp_path / "image.tar", {"User": user})
    (tmp_path / "root/etc").mkdir(parents=True)
    (tmp_path / "root/etc/passwd").write_text(USERS)
    assert Image(tmp_path / "image.tar", tmp_path / "root").ids == (int(user.partition(":")[0]), group)


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


def changed(old, new):
    """Return the files of an image whose server does something else."""
    assert old in image_root.SERVER
    return FILES | {"app/server.py": image_root.SERVER.replace(old, new)}


@pytest.mark.skipif(address() == LOOPBACK, reason="NOT TESTED: this machine has no address but its own")
def test_a_program_that_listens_to_itself_alone(prove):
    """No platform reaches it there, however well it answers."""
    found = prove(files=changed('("", int', '("127.0.0.1", int'), start_seconds=1)
    assert list(found) == ["start"]
    assert "it listens on 127.0.0.1 alone, where no platform reaches it" in found["start"]


@pytest.mark.parametrize("piece", ["self.wfile.write(b'x')", "self.wfile.write(b'X-A: b\\r\\n')"])
def test_an_answer_that_never_ends(piece, prove):
    """A byte now and then is no answer, and the proof goes on."""
    slow = f"import time\n        while self.path == '/health': {piece}; self.wfile.flush(); time.sleep(0.2)"
    at = "self.end_headers()" if "wfile.write(b'x')" in piece else 'self.send_header("Content-Type", kind)'
    after = f"{at}\n        {'' if 'X-A' not in piece else 'self.flush_headers()'}\n        {slow}"
    assert "GET /health: TimeoutError" in prove(files=changed(at, after), start_seconds=1)["health"]


def test_a_program_that_answers_nothing_but_errors(prove):
    """Where nothing else is asked, that much is."""
    none = {"index": "", "health": "", "spa_route": "", "api_route": "", "start_seconds": 1}
    assert prove(answers={"*": [500, "", ""]}, **none) == {"answer": "GET /: 500; no other question is asked"}


def test_a_program_that_answers_at_last(prove):
    """Nothing is there, and that is an answer."""
    none = {"index": "", "health": "", "spa_route": "", "api_route": ""}
    assert prove(answers={"*": [404, "", ""]}, **none) == {}


def test_a_script_that_is_not_served(prove):
    """The first one is there."""
    page = PAGE.replace("<script", "<link href=/style.css><script")
    files = FILES | {"app/wwwroot/index.html": page}
    answers = ANSWERS | {"*": [200, "text/html", page], "/style.css": [200, "text/css", "a"]}
    found = prove(files=files, answers=answers | {"/assets/index-1a2b.js": [404, "", ""]})
    assert found == {"spa asset": "GET /assets/index-1a2b.js: 404 ; the SPA's file was expected"}


def test_a_program_that_wants_to_be_root(prove):
    """The engine lets this container mount; a file that makes root of a user would get that too."""
    code = "import os\nassert 'NoNewPrivs:\\t1' in open('/proc/self/status').read()\n"
    assert prove(files=FILES | {"app/server.py": code + image_root.SERVER}) == {}


def test_the_devices_of_the_machine_are_not_the_program_s(prove):
    """A group that an image names could read its disks."""
    code = "import os\nopen('/dev/shm/x', 'w'); open('/dev/null', 'w'); open('/dev/urandom', 'rb').read(1)\n"
    known = "fd full null random shm stderr stdin stdout tty urandom zero"
    code += f"assert set(os.listdir('/dev')) == set('{known}'.split())\n"
    assert prove(files=FILES | {"app/server.py": code + image_root.SERVER}) == {}


@pytest.mark.parametrize("link", ["/srv/app", "../srv/app", "/srv/../srv/app"])
def test_a_folder_that_leads_elsewhere_is_looked_at(link, prove, tmp_path):
    """Within the image, and not in this container."""
    (tmp_path / "root/srv").mkdir(parents=True)
    (tmp_path / "root/var").mkdir()
    (tmp_path / "root/var/web").symlink_to(link)
    files = {name.replace("app/", "srv/app/"): text for name, text in FILES.items()} | {"srv/app/a.js.map": ""}
    found = prove(files=files, folder="", index="/var/web/wwwroot/index.html", config={"WorkingDir": "/var/web"})
    assert found == {"contents": "it publishes source maps: /srv/app/a.js.map"}


def test_a_folder_that_is_not_there(prove):
    """Nothing in it is wrong, and nothing is in it."""
    assert prove(folder="/gone")["contents"] == "there is no folder /gone in it"


@pytest.mark.parametrize(
    ("more", "name", "why"),
    [
        ({"release_command": "dotnet 'x"}, "release command", "`dotnet 'x` cannot be read: No closing quotation"),
        ({"config": {"Env": ["A=a\0b"]}}, "start", "cannot be started: embedded null byte"),
        ({"health": "/gesund heit/\u00fc"}, "health", "GET /gesund heit/\u00fc: "),
        ({"config": {"Cmd": ["/bin/sh", "-ec", "python3 server.py"]}}, "command", "it starts a shell"),
    ],
)
def test_what_no_program_can_take(more, name, why, prove):
    """The report says so; it is never left out."""
    assert why in prove(**more)[name]


def test_a_log_without_end_is_not_read_whole(prove):
    """Its last words are told."""
    code = "import os\nos.truncate(1, 3_000_000_000)\nprint('done for', flush=True)\nraise SystemExit(3)"
    assert prove(files=FILES | {"app/server.py": code})["start"].endswith("done for")


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
