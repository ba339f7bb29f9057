"""The private copy: what belongs to the source by the rules of git, or of the folder alone."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from pipeline import errors
from pipeline.run import workcopy


def _git(folder, *words):
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)


@pytest.fixture(autouse=True)
def _no_git_of_others(monkeypatch):
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "app"
    (folder / "src").mkdir(parents=True)
    (folder / "src/a.cs").write_text("a")
    return folder


@pytest.fixture
def repo(source):
    _git(source, "init", "-q")
    (source / ".gitignore").write_text("*.user\n/out/\n")
    _git(source, "add", "-A")
    return source


def _copied(source):
    target = source.parent / "copy"
    workcopy.copy(source, target)
    return {path.relative_to(target).as_posix() for path in target.rglob("*") if not path.is_dir()}


def test_tracked_and_new_files_but_not_ignored_ones(repo):
    """What a commit of everything would hold is copied; ignored files are not."""
    (repo / "new.cs").write_text("n")
    (repo / "mine.user").write_text("u")
    (repo / "out").mkdir()
    (repo / "out/x").write_text("x")
    assert _copied(repo) == {".gitignore", "src/a.cs", "new.cs"}


def test_what_the_user_sees_counts(repo):
    """An edit that is not committed is copied, a deleted file is not."""
    (repo / "src/a.cs").write_text("edited")
    (repo / "src/b.cs").write_text("b")
    _git(repo, "add", "-A")
    (repo / "src/b.cs").unlink()
    assert _copied(repo) == {".gitignore", "src/a.cs"}
    assert (repo.parent / "copy/src/a.cs").read_text() == "edited"


def test_a_folder_inside_of_a_repository(repo):
    """An application below a repository's root is copied from its own folder."""
    (repo / "other").mkdir()
    (repo / "other/x").write_text("x")
    target = repo.parent / "copy"
    workcopy.copy(repo / "src", target)
    assert [path.name for path in target.iterdir()] == ["a.cs"]


@pytest.mark.parametrize("name", ["with space.cs", "ümläut.cs", 'quo"te.cs', "new\nline.cs"])
def test_odd_names(repo, name):
    """Any name that the file system holds is copied."""
    (repo / name).write_text("x")
    assert name in _copied(repo)


def test_a_name_that_is_not_utf_8(repo):
    """A name of odd bytes is copied byte by byte."""
    name = os.fsdecode(b"caf\xe9.cs")
    (repo / name).write_text("x")
    assert name in _copied(repo)


def test_without_git_build_outputs_are_left_out(source):
    """A folder that is no repository is copied without what tools write."""
    for name in ("bin", "obj", "node_modules", "TestResults"):
        (source / "src" / name).mkdir()
        (source / "src" / name / "x").write_text("x")
    assert _copied(source) == {"src/a.cs"}


def test_without_the_git_program(repo, monkeypatch):
    """A machine without git copies by the folder's rules."""
    monkeypatch.setenv("PATH", "")
    (repo / "obj").mkdir()
    (repo / "obj/x").write_text("x")
    assert _copied(repo) == {".gitignore", "src/a.cs", "mine.user"} - {"mine.user"}


def test_permissions_are_kept(repo):
    """A script stays executable."""
    (repo / "run.sh").write_text("#!/bin/sh\n")
    (repo / "run.sh").chmod(0o755)
    _copied(repo)
    assert os.access(repo.parent / "copy/run.sh", os.X_OK)


def test_the_source_is_only_read(repo):
    """Writing to the copy changes nothing in the source."""
    _copied(repo)
    (repo.parent / "copy/src/a.cs").write_text("changed")
    assert (repo / "src/a.cs").read_text() == "a"


@pytest.mark.parametrize("tracked", [True, False])
def test_a_link_within_the_tree_stays_a_link(source, tracked):
    """A relative link leads to the copy's own file."""
    (source / "link.cs").symlink_to("src/a.cs")
    if tracked:
        _git(source, "init", "-q")
    _copied(source)
    link = source.parent / "copy/link.cs"
    assert link.resolve() == (source.parent / "copy/src/a.cs").resolve()


@pytest.mark.parametrize("tracked", [True, False])
def test_a_link_that_leaves_the_tree_is_left_out(source, tracked):
    """No file of the machine gets into the copy."""
    (source.parent / "secret").write_text("secret")
    (source / "link").symlink_to("../secret")
    if tracked:
        _git(source, "init", "-q")
    assert _copied(source) == {"src/a.cs"}


def test_an_absolute_link_within_the_tree_leads_to_the_copy(repo):
    """A step that writes through a link never writes into the user's source."""
    (repo / "link.cs").symlink_to(repo / "src/a.cs")
    _copied(repo)
    (repo.parent / "copy/link.cs").write_text("changed")
    assert (repo / "src/a.cs").read_text() == "a"


@pytest.mark.parametrize("tracked", [True, False])
def test_a_loop_of_links_ends(source, tracked):
    """Links in a circle neither hang nor break the copy."""
    (source / "loop").symlink_to("loop")
    (source / "up").symlink_to(".")
    if tracked:
        _git(source, "init", "-q")
    assert "src/a.cs" in _copied(source)


def test_a_submodule_is_no_file(repo):
    """A submodule is listed as a folder; it is not copied and does not break the copy."""
    inner = repo / "inner"
    inner.mkdir()
    _git(inner, "init", "-q")
    _git(inner, "-c", "user.name=t", "-c", "user.email=t@t.test", "commit", "-q", "--allow-empty", "-m", "x")
    subprocess.run(["git", "-C", str(repo), "add", "inner"], check=False, capture_output=True)
    assert _copied(repo) == {".gitignore", "src/a.cs"}


def test_a_pipe_is_no_file(source):
    """A named pipe is not waited for."""
    os.mkfifo(source / "pipe")
    assert _copied(source) == {"src/a.cs"}


def test_an_unreadable_file_is_told(repo, monkeypatch):
    """A file without permission is P108, named."""

    def refused(file, _target):
        raise PermissionError(13, "Permission denied", str(file))

    monkeypatch.setattr(shutil, "copy2", refused)
    with pytest.raises(errors.PipelineError) as caught:
        workcopy.copy(repo, repo.parent / "copy")
    assert caught.value.kind is errors.UNREADABLE
    assert caught.value.what == f"{repo / '.gitignore'}: Permission denied"
