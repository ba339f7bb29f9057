"""What is asked of git: the folder of a stranger is read, and nothing that it names is run."""

from __future__ import annotations

import os
import subprocess

import pytest

from pipeline import cli, errors
from pipeline.errors import PipelineError
from pipeline.read import files, git
from pipeline.run import git_history, machine, repository
from tests import apps


@pytest.fixture
def app(tmp_path):
    return apps.minimal(tmp_path / "app")


@pytest.fixture
def trap(tmp_path):
    """Return a program that leaves a mark, and whether it ran."""
    program, mark = tmp_path / "program", tmp_path / "mark"
    program.write_text(f"#!/bin/sh\ntouch {mark}\n")
    program.chmod(0o755)
    return str(program), mark.exists


def _git(folder, *words, **more):
    return subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, **more).stdout


def _everything(folder):
    """Ask all that any verb asks."""
    files.listing(folder)
    git_history.find(folder, os.environ)
    machine._newest_commit(folder, os.environ)
    repository.locate(folder)


def test_no_monitor_of_the_repository_is_run(app, trap):
    """An archive may bring `.git/config`; git would ask the program named there which files changed."""
    program, ran = trap
    _git(app.folder, "config", "core.fsmonitor", program)
    subprocess.run(["git", "-C", str(app.folder), "ls-files", "--others"], check=True, capture_output=True)
    assert ran(), "plain git runs it, or this test proves nothing"
    (app.folder.parent / "mark").unlink()
    _everything(app.folder)
    assert not ran()


def test_a_repository_inside_of_a_clone_is_not_taken_for_one(app, trap):
    """A commit can hold no `.git`, but a folder with the files of a repository and a configuration of its own."""
    program, ran = trap
    inner = app.folder / "inner"
    subprocess.run(["git", "init", "-q", "--bare", str(inner)], check=True)
    for name, value in (("core.bare", "false"), ("core.worktree", str(inner)), ("core.fsmonitor", program)):
        _git(inner, "config", "--file", str(inner / "config"), name, value)
    with pytest.raises(PipelineError) as caught:
        files.listing(inner)
    assert (caught.value.kind, ran()) == (errors.GIT_FAILED, False)
    assert "safe.bareRepository" in caught.value.details[0]


def test_no_program_that_verifies_signatures_is_run(app, trap):
    """`git log` would run it for a signed commit when the repository says so."""
    program, ran = trap
    commit = _git(app.folder, "cat-file", "commit", "HEAD").decode()
    head, _, message = commit.partition("\n\n")
    block = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----"
    signed = f"{head}\n{block}\n\n{message}".encode()
    made = _git(app.folder, "hash-object", "-t", "commit", "-w", "--stdin", input=signed).decode().strip()
    _git(app.folder, "update-ref", "HEAD", made)
    for name, value in (("gpg.program", program), ("log.showSignature", "true")):
        _git(app.folder, "config", name, value)
    _everything(app.folder)
    assert not ran()
    assert machine._newest_commit(app.folder, os.environ)


def test_nothing_is_fetched(app, trap):
    """A missing object of a partial clone would be fetched by a command of the repository."""
    program, ran = trap
    settings = {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.url": f"ext::{program}",
        "remote.origin.promisor": "true",
        "protocol.ext.allow": "always",
    }
    for name, value in settings.items():
        _git(app.folder, "config", name, value)
    head = _git(app.folder, "rev-parse", "HEAD").decode().strip()
    (app.folder / ".git/objects" / head[:2] / head[2:]).unlink()
    _everything(app.folder)
    assert not ran()


def test_a_question_without_an_answer_ends(app, monkeypatch, capsys):
    """Rules of ignoring that never end (a pipe nobody writes to): P121 after a while."""
    monkeypatch.setattr(git, "SECONDS", 0.5)
    (app.folder / ".gitignore").unlink(missing_ok=True)
    os.mkfifo(app.folder / ".gitignore")
    assert cli.main(["plan", str(app.folder)]) == 2
    assert "P121" in capsys.readouterr().err
    assert git.text(app.folder, "ls-files", "--others", "--exclude-standard") == ""


def test_init_below_a_hook(app, tmp_path, monkeypatch, capsys):
    """The module is pinned by its own repository, and the place by the folder's, not by the one of the hook."""
    other = apps.committed(tmp_path / "other")
    _git(other.folder, "remote", "add", "origin", "https://git.test/stranger/other.git")
    plain = repository._checked_out_from(), repository.locate(app.folder)
    monkeypatch.setenv("GIT_DIR", str(other.folder / ".git"))
    assert (repository._checked_out_from(), repository.locate(app.folder)) == plain
    monkeypatch.setenv("GIT_WORK_TREE", str(other.folder))
    assert cli.main(["init", str(app.folder), "--module", "github.com/acme/pipeline@v1"]) == 1
    assert "stranger" not in capsys.readouterr().out


def test_a_repository_that_names_another_folder_as_its_own(app, tmp_path):
    """`core.worktree` leads elsewhere: the folder that was named is the repository, nothing is written beside it."""
    (tmp_path / "elsewhere").mkdir()
    _git(app.folder, "config", "core.worktree", str(tmp_path / "elsewhere"))
    place = repository.locate(app.folder)
    assert (place.root, place.source) == (app.folder.resolve(), ".")


def test_a_branch_whose_name_is_no_text(app):
    """Names are bytes to git."""
    head = _git(app.folder, "rev-parse", "HEAD").strip()
    (app.folder / ".git/packed-refs").write_bytes(head + b" refs/heads/caf\xe9\n")
    assert os.fsdecode(b"caf\xe9") in repository.locate(app.folder).branches
    assert cli.main(["init", str(app.folder), "--module", "github.com/acme/pipeline@v1"]) == 1


def test_a_commit_of_a_day_that_no_calendar_has(app):
    """Git takes any number as a date."""
    day = {"GIT_COMMITTER_DATE": "@99999999999999 +0000"}
    person = ("-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false")
    _git(app.folder, *person, "commit", "-q", "--allow-empty", "-m", "x", env=os.environ | day)
    assert machine._newest_commit(app.folder, os.environ) is None
