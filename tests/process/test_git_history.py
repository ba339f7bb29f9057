"""Where the git history of a source tree lies."""

from __future__ import annotations

import os
import subprocess

import pytest

from pipeline.run import git_history


@pytest.fixture
def repository(tmp_path):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "apps" / "shop").mkdir(parents=True)
    return tmp_path.resolve()


def test_the_root_of_a_repository(repository):
    """Its own folder of objects, and the root as the place."""
    found = git_history.find(repository, os.environ)
    assert (found.git, found.folder) == (str(repository / ".git"), ".")


@pytest.mark.parametrize("name", ["shop", "sh\u2028op", "sh\nop", " shop "])
def test_a_folder_of_a_repository(name, repository):
    """The place is the way from the root, whatever its name holds."""
    (repository / "apps" / name).mkdir(exist_ok=True)
    found = git_history.find(repository / "apps" / name, os.environ)
    assert (found.git, found.folder) == (str(repository / ".git"), f"apps/{name}")


def test_a_worktree_has_the_history_of_its_repository(repository, tmp_path_factory):
    """Its `.git` is a file that points there."""
    person = ("-c", "user.name=test", "-c", "user.email=test@example.com")
    subprocess.run(["git", "-C", str(repository), *person, "commit", "-q", "--allow-empty", "-m", "x"], check=True)
    other = tmp_path_factory.mktemp("other") / "tree"
    subprocess.run(["git", "-C", str(repository), "worktree", "add", "-q", str(other)], check=True)

    found = git_history.find(other, os.environ)
    assert (found.git, found.folder) == (str(repository / ".git"), ".")


def test_variables_of_a_hook_do_not_mislead(repository, tmp_path_factory):
    """In a hook git names another repository."""
    other = tmp_path_factory.mktemp("plain")
    found = git_history.find(other, {**os.environ, "GIT_DIR": str(repository / ".git")})
    assert found is None


def test_no_repository_and_no_git(tmp_path):
    """Then there is no history, and the scan is unavailable."""
    assert git_history.find(tmp_path, os.environ) is None
    assert git_history.find(tmp_path, {"PATH": str(tmp_path)}) is None
