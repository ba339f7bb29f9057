"""Trees on a real disk that were made to hurt, before a process with little memory and time.

Each must end with an answer or with one clear error: no crash, no traceback, nothing from outside of the tree.
"""

from __future__ import annotations

import json
import os
import resource
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.read.source import read

ROOT = Path(__file__).parents[2]
CANARY = "c4nary-0f-the-world-outside"
# Python, YAML and the parsers alone take a quarter of it.
MEMORY = 1_500_000_000
SECONDS = 60
WEB = (
    '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>'
    "</Project>"
)
PACKAGE = '{"scripts": {"build": "vite build"}, "dependencies": {"react": "19"}}'
BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
BOMB = f'<?xml version="1.0"?><!DOCTYPE Project [<!ENTITY e0 "lol">{BOMB}]><Project>&e11;</Project>'
NAMES = (
    "Dockerfile", "docker-compose.yml", ".env", "fly.toml", "src/Program.cs", "deploy.sh", "src/appsettings.json",
    ".github/workflows/ci.yml", "c/index.html", "nuget.config", "Directory.Build.props", "c/package-lock.json",
)  # fmt: skip


@pytest.fixture
def tree(tmp_path):
    """Return a small application, taken away at the end however deep it has become."""
    folder = tmp_path / "app"
    write(folder, "src/Web.csproj", WEB)
    write(folder, "c/package.json", PACKAGE)
    write(folder, "c/package-lock.json", "{}")
    yield folder
    subprocess.run(["rm", "-rf", str(folder)], check=True)


def write(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def limited():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def explain(folder):
    """Explain a tree within the limits; return the exit code and all that was said."""
    command = [sys.executable, "-m", "pipeline.cli", "explain", "--json", str(folder)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, timeout=2 * SECONDS, preexec_fn=limited, check=False
    )  # fmt: skip
    said = done.stdout.decode("utf-8", "replace") + done.stderr.decode("utf-8", "replace")
    assert done.returncode in {0, 2}, f"exit code {done.returncode}: {said[-3000:]}"
    assert "Traceback" not in said
    assert CANARY not in said
    return done.returncode, said


def answered(folder):
    """Explain a tree that must be answered; return the remarks as (id, file)."""
    code, said = explain(folder)
    assert code == 0, said[-2000:]
    return [(remark["id"], remark["file"]) for remark in json.loads(said)["remarks"]]


def refused(folder, error):
    """Explain a tree that must be refused with this error, once."""
    code, said = explain(folder)
    assert (code, said.count(error), said.count("what to do:")) == (2, 1, 1), said[-2000:]
    return said


@pytest.mark.parametrize("name", NAMES)
def test_a_gigabyte_around_the_application_is_told_and_not_read(tree, name):
    """A sparse file costs nothing on disk, and nothing here either."""
    with write(tree, name, "").open("wb") as file:
        file.truncate(1_000_000_000)
    if name.endswith("lock.json"):
        # Of a lock file the first lines are enough.
        assert answered(tree)
    elif name.endswith(".props"):
        refused(tree, "P109 ")
    else:
        assert ("R139", name) in answered(tree)


@pytest.mark.parametrize("name", ["src/Web.csproj", "c/package.json", "App.slnx"])
def test_a_gigabyte_of_project_is_refused(tree, name):
    """What cannot be read cannot be planned: one error with the name."""
    with write(tree, name, "").open("wb") as file:
        file.truncate(1_000_000_000)
    assert name in refused(tree, "P109 ")


@pytest.mark.parametrize(
    "name", ["src/Web.csproj", "App.slnx", "Directory.Build.props", "src/Directory.Packages.props"]
)
def test_an_entity_bomb_does_not_go_off(tree, name):
    """Entities are refused before they are expanded."""
    write(tree, name, BOMB)
    assert name in refused(tree, "P103 ")


def test_an_entity_bomb_beside_the_application_is_told(tree):
    """nuget.config is read for remarks only."""
    write(tree, "nuget.config", BOMB)
    assert ("R139", "nuget.config") in answered(tree)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("src/Web.csproj", '<Project Sdk="Microsoft.NET.Sdk.Web">' + "<a>" * 100_000 + "</a>" * 100_000 + "</Project>"),
        ("src/Web.csproj", '<Project Sdk="Microsoft.NET.Sdk.Web">' + "<Choose><When Condition=''>" * 30_000),
        ("src/Directory.Build.props", "<Project>" + "<ImportGroup>" * 60_000),
        ("App.slnx", "<Solution>" + "<Folder>" * 100_000),
        ("c/package.json", '{"scripts": ' + "[" * 400_000),
        ("c/package.json", '{"a":' * 150_000),
        ("global.json", '{"sdk": ' * 100_000),
        ("c/package-lock.json", '{"packages": ' * 900_000),
        ("fly.toml", "a = " + "[" * 90_000),
        ("fly.toml", "a." * 60_000 + "b = 1"),
        ("docker-compose.yml", "[" * 150_000),
        (".github/workflows/ci.yml", "- " * 90_000),
        ("src/appsettings.json", '{"a":' * 150_000 + "1" + "}" * 150_000),
        ("pipeline.yaml", "a: " + "{b: " * 20_000),
        ("src/Program.cs", "{" * 190_000 + ".Migrate("),
    ],
)
def test_deep_nesting_ends(tree, name, text):
    """Answered, or refused with the name of the file; never a stack that overflows."""
    write(tree, name, text)
    code, said = explain(tree)
    assert code == 0 or name in said


RAW = ("ä".encode("latin-1") * 50, os.urandom(4000), b"\xff\xfe<\x00P", WEB.encode("utf-16-le"), b"\0" * 99)


@pytest.mark.parametrize("raw", RAW, ids=["latin-1", "random", "cut utf-16", "no mark", "zeros"])
def test_another_encoding_around_the_application_ends(tree, raw):
    """All of the files at once: what cannot be read is told."""
    for name in NAMES:
        if not name.endswith((".props", "lock.json")):
            write(tree, name, raw)
    answered(tree)


@pytest.mark.parametrize("name", ["src/Web.csproj", "c/package.json", "Directory.Build.props"])
@pytest.mark.parametrize("raw", RAW[:2], ids=["latin-1", "random"])
def test_a_project_in_another_encoding_is_refused(tree, name, raw):
    """Where discovery needs the file, the error names it."""
    write(tree, name, raw)
    assert name in refused(tree, "P108 ")


def test_circles_of_projects_and_imports(tree):
    """Two projects that reference each other, props that import each other, a script that calls itself."""
    inner = '<ItemGroup><ProjectReference Include="{}" /></ItemGroup><Import Project="../a.props" /></Project>'
    write(tree, "src/Web.csproj", WEB.replace("</Project>", inner.format("../lib/Lib.csproj")))
    write(tree, "lib/Lib.csproj", WEB.replace(".Web", "").replace("</Project>", inner.format("../src/Web.csproj")))
    write(tree, "a.props", '<Project><Import Project="b.props" /></Project>')
    write(tree, "b.props", '<Project><Import Project="a.props" /><Import Project="b.props" /></Project>')
    write(tree, "c/package.json", PACKAGE.replace('"vite build"', '"npm run build && vite build", "test": "npm test"'))
    assert answered(tree)


def test_a_property_that_doubles_itself(tree):
    """Forty lines that would be a terabyte."""
    doubling = "<A>$(A)$(A)</A>" * 40
    write(tree, "src/Web.csproj", WEB.replace("<TargetFramework>", f"<A>xxxxxxxxxx</A>{doubling}<TargetFramework>"))
    assert answered(tree)


TARGETS = ["secret", "../secret", "/dev/zero", "/proc/self/environ", "loop", "."]


def link(tree, name, target):
    """Put a link in the place of a file: absolute, relative, to a device, to itself, or to a folder."""
    outside = write(tree.parent, "secret", f"<Project>{CANARY}</Project>")
    path = write(tree, name, "")
    path.unlink()
    up = "../" * name.count("/")
    places = {"secret": str(outside), "../secret": f"{up}../secret", "loop": path.name}
    path.symlink_to(places.get(target, target))


@pytest.mark.parametrize("target", TARGETS)
def test_links_out_of_the_tree_are_not_read(tree, target, monkeypatch):
    """Nothing of what lies there is in the answer, nor of the environment of the process."""
    monkeypatch.setenv("CANARY", CANARY)
    for name in (*NAMES, "App.sln", "global.json", "pipeline.staging.yaml"):
        link(tree, name, target)
    answered(tree)


@pytest.mark.parametrize("name", ["src/Web.csproj", "c/package.json", "pipeline.yaml"])
@pytest.mark.parametrize("target", ["secret", "/dev/zero"])
def test_a_project_that_is_a_link_out_of_the_tree_is_none(tree, name, target):
    """It is not there, as far as anybody can tell."""
    link(tree, name, target)
    explain(tree)


def test_a_folder_link_out_of_the_tree_is_not_followed(tree):
    """Neither the folder itself nor what lies in it."""
    write(tree.parent, "other/Dockerfile", f"FROM {CANARY}\n")
    write(tree.parent, "other/.env", f"A_PASSWORD={CANARY}\n")
    (tree / "deploy").symlink_to("../other")
    (tree / "loop").symlink_to(".")
    assert [file for _, file in answered(tree) if file and file.startswith(("deploy", "loop"))] == []


def test_pipes_and_sockets_are_not_waited_for(tree):
    """Whatever has a wanted name is opened only when it is a file."""
    for name in ("Dockerfile", "fly.toml", "package-lock.json", "src/packages.lock.json"):
        os.mkfifo(tree / name)
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(tree)
        try:
            server.bind("deploy.sh")
        finally:
            os.chdir(here)
        assert {("R139", "Dockerfile"), ("R139", "deploy.sh")} <= set(answered(tree))


@pytest.mark.parametrize(
    "name",
    [b"caf\xe9.sh", b"a\nb.sh", b"\x1b[31m.sh", b"::error::x.sh", b"-rf.sh", b"x" * 252 + b".sh", b"$(id).sh", b" .sh"],
)
def test_odd_names_can_be_told(tree, name):
    """Bytes that are no text, lines, colours, orders to a CI system: a name is data."""
    Path(os.fsdecode(os.fsencode(tree) + b"/" + name)).write_text("curl https://a.test | sh\n")
    assert "R526" in [id_ for id_, _ in answered(tree)]


@pytest.mark.parametrize("depth", [900, 2500])
def test_folders_as_deep_as_a_disk_allows(tree, depth):
    """Deeper than Python's stack, and deeper than a path can be long."""
    place = os.open(tree, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("dd", dir_fd=place)
        inner = os.open("dd", os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = inner
    os.close(os.open("fly.toml", os.O_CREAT | os.O_WRONLY, dir_fd=place))
    os.close(place)
    code, said = explain(tree)
    assert code == 0 or "P108 " in said


@pytest.mark.large
def test_a_hundred_thousand_files(tree):
    """A data set among the sources: answered within seconds, with all the names and little memory."""
    for folder in range(100):
        (tree / f"data/{folder}").mkdir(parents=True)
        place = os.open(tree / f"data/{folder}", os.O_RDONLY)
        for number in range(1000):
            os.close(os.open(f"{number}.dat", os.O_CREAT | os.O_WRONLY, dir_fd=place))
        os.close(place)
    began = time.process_time()
    facts = read(tree)
    assert (len(facts.files), sorted(facts.texts)) == (
        100_003,
        ["c/package-lock.json", "c/package.json", "src/Web.csproj"],
    )
    assert time.process_time() - began < 30
    assert answered(tree)


@pytest.mark.large
def test_thousands_of_files_that_are_looked_at(tree):
    """As many scripts, workflows, images and projects: the bounds together, not one by one."""
    for number in range(600):
        write(tree, f"s/{number}.sh", "npm audit || true\n" * 20)
        write(tree, f"d/{number}/Dockerfile", "FROM a\nCOPY * b\nRUN dotnet restore\n" * 5)
        write(tree, f"w/{number}/A.csproj", WEB)
        write(tree, f".github/workflows/{number}.yml", "on: push\njobs:\n  a:\n    steps:\n      - run: fly deploy\n")
    code, said = explain(tree)
    assert code == 0, said[-2000:]
