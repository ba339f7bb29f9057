from __future__ import annotations

import os
import subprocess

import pytest

from pipeline.fly import providers
from pipeline.release.values import MAX_BYTES, problem


def read(folder, provider, **env):
    found = providers.read({"A": provider}, folder, env)
    return (found.values["A"].reveal() if found.values else None), found.lacking.get("A", "")


@pytest.mark.parametrize("value", ["x", " x\n", "a=#\"'b", "two\nlines\n"])
def test_a_variable_counts_as_it_is(tmp_path, value):
    """Nothing of it is cut."""
    assert read(tmp_path, "env:KEY", KEY=value) == (value, "")


@pytest.mark.parametrize(
    ("env", "why"), [({}, "env:KEY: the variable is not set"), ({"KEY": ""}, "env:KEY: the variable is empty")]
)
def test_a_variable_that_says_nothing(tmp_path, env, why):
    """CI systems make a secret that they do not have an empty text."""
    assert read(tmp_path, "env:KEY", **env) == (None, why)


def test_somebody_elses_is_not_looked_for(tmp_path):
    """A name without a place is neither there nor missed."""
    assert read(tmp_path, "") == (None, "")


@pytest.mark.parametrize(
    ("content", "value"),
    [(b"x", "x"), (b"x\n", "x"), (b"x\r\n", "x"), (b"x\n\n", "x\n"), (b"\na\nb\n", "\na\nb"), (b"x\r", "x\r")],
)
def test_a_file_counts_without_its_last_line_end(tmp_path, content, value):
    """Editors put one there; everything else stays."""
    (tmp_path / "key").write_bytes(content)
    assert read(tmp_path, "file:key") == (value, "")


def test_a_link_within_the_folder_is_followed(tmp_path):
    """As mounted secrets are."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/real").write_text("x")
    (tmp_path / "key").symlink_to("deep/real")
    assert read(tmp_path, "file:key") == ("x", "")


def spoil(folder, how):
    file = folder / "key"
    if how == "folder":
        file.mkdir()
    elif how == "pipe":
        os.mkfifo(file)
    elif how == "outside":
        (folder.parent / "outside").write_text("x")
        file.symlink_to("../outside")
    elif how == "itself":
        file.symlink_to("key")
    elif how == "bytes":
        file.write_bytes(b"\xff\xfe")


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("nothing", "No such file or directory"),
        ("folder", "it is no regular file"),
        ("pipe", "it is no regular file"),
        ("outside", "the link leads out of the folder"),
        ("itself", "Too many levels of symbolic links"),
        ("bytes", "its content is not UTF-8"),
    ],
)
def test_a_file_that_is_none(tmp_path, how, why):
    """Each with its reason, and without waiting for anybody."""
    folder = tmp_path / "app"
    folder.mkdir()
    spoil(folder, how)
    assert read(folder, "file:key") == (None, f"file:key: {why}")


def test_the_largest_file(tmp_path):
    """What is too long is told; no more than that is read."""
    (tmp_path / "key").write_text("x" * MAX_BYTES + "\n")
    assert problem(providers.read({"A": "file:key"}, tmp_path, {}).values["A"]) == ""
    (tmp_path / "key").write_text("x" * 10 * MAX_BYTES)
    value = providers.read({"A": "file:key"}, tmp_path, {}).values["A"]
    assert (problem(value), len(value.reveal())) == ("its value is longer than 64 KiB", MAX_BYTES + 3)


def test_a_file_that_git_tracks_is_no_secret(tmp_path):
    """Everybody with the repository has it; one that git ignores, or does not know yet, is fine."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "deploy").mkdir()
    for name in ("key", "*"):
        (tmp_path / "deploy" / name).write_text("x")
        assert read(tmp_path, f"file:deploy/{name}") == ("x", "")
        subprocess.run(["git", "-C", str(tmp_path), "--literal-pathspecs", "add", f"deploy/{name}"], check=True)
        why = f"file:deploy/{name}: git tracks the file, so its content is no secret any more"
        assert read(tmp_path, f"file:deploy/{name}") == (None, why)
