"""One list of files: what discovery reads is what the work copy holds, by the rules of git."""

from __future__ import annotations

import os
import subprocess

import pytest

from pipeline import errors
from pipeline.app.inventory import inventory
from pipeline.errors import PipelineError
from pipeline.load import load
from pipeline.read import files
from pipeline.read.source import read
from pipeline.run import workcopy

WEB = (
    '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup>'
    "<TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>"
)
TESTS = (
    '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>'
    '<ItemGroup><PackageReference Include="Microsoft.NET.Test.Sdk" Version="17.14.1" />'
    '<PackageReference Include="xunit" Version="2.9.3" /></ItemGroup></Project>'
)
PERSON = ("-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false")


def _git(folder, *words):
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)


def _head(folder):
    done = subprocess.run(["git", "-C", str(folder), "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _write(folder, path, text="x"):
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text)


@pytest.fixture(autouse=True)
def _no_git_of_others(monkeypatch):
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def repo(tmp_path):
    folder = tmp_path / "app"
    _write(folder, "src/Shop/Shop.csproj", WEB)
    _write(folder, "tests/Shop.Tests/Shop.Tests.csproj", TESTS)
    _write(folder, ".gitignore", "/scratch/\n*.user\n")
    _git(folder, "init", "-q")
    _git(folder, "add", "-A")
    return folder


def _names(folder):
    return set(files.listing(folder).names)


TRACKED = {"src/Shop/Shop.csproj", "tests/Shop.Tests/Shop.Tests.csproj", ".gitignore"}


def test_an_ignored_project_is_neither_found_nor_copied(repo):
    """The test project in an ignored folder has no step: its files would not be there."""
    _write(repo, "scratch/Old.Tests.csproj", TESTS)
    assert [step.id for step in load(repo).plan if "test" in step.id] == ["api.test.Shop.Tests"]
    workcopy.copy(repo, repo.parent / "copy")
    assert not (repo.parent / "copy/scratch").exists()


def test_discovery_and_the_work_copy_see_the_same(repo):
    """Tracked, new, ignored, deleted and built files, links and a folder of dependencies: one list decides."""
    for path in ("new/New.csproj", "scratch/x", "My.user", "bin/x.dll", "src/Shop/obj/project.assets.json", "gone.cs"):
        _write(repo, path)
    _write(repo, "node_modules/a/package.json", "{}")
    _git(repo, "add", "gone.cs", "-f", "bin/x.dll")
    (repo / "gone.cs").unlink()
    (repo / "link.cs").symlink_to("src/Shop/Shop.csproj")
    (repo / "folder").symlink_to("src")
    workcopy.copy(repo, repo.parent / "copy")
    copied = {p.relative_to(repo.parent / "copy").as_posix() for p in (repo.parent / "copy").rglob("*")}
    assert {path for path in copied if not (repo / path).is_dir()} == read(repo).files
    assert read(repo).files == TRACKED | {"new/New.csproj", "link.cs"}
    assert read(repo).ignored == {"bin/x.dll"}
    assert (repo.parent / "copy/folder/Shop/Shop.csproj").is_file()


def test_a_folder_below_the_root_of_a_repository(repo):
    """Rules of the folders above hold."""
    _write(repo, "src/mine.user")
    _write(repo, "src/new.cs")
    assert _names(repo / "src") == {"Shop/Shop.csproj", "new.cs"}


def test_a_folder_that_a_repository_around_it_ignores(repo):
    """It is a source tree of its own, say an export below somebody's home: it is walked."""
    _write(repo, "scratch/A.csproj", WEB)
    _write(repo, "scratch/obj/x")
    assert _names(repo / "scratch") == {"A.csproj"}


def test_no_repository_at_all(tmp_path):
    """An export holds no rules: all but what tools write."""
    _write(tmp_path, "A.csproj")
    _write(tmp_path, "My.user")
    _write(tmp_path, "obj/x")
    assert _names(tmp_path) == {"A.csproj", "My.user"}


def test_an_empty_folder_called_git(tmp_path):
    """What git itself calls no repository is none."""
    (tmp_path / ".git").mkdir()
    _write(tmp_path, "A.csproj")
    assert _names(tmp_path) == {"A.csproj"}


def test_a_machine_without_git(repo, monkeypatch):
    """The folder is walked."""
    _write(repo, "obj/x")
    monkeypatch.setenv("PATH", "")
    assert _names(repo) == TRACKED


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """Put a `git` on PATH that runs a script."""

    def write(script):
        (tmp_path / "tools").mkdir()
        (tmp_path / "tools/git").write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / "tools/git").chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path / 'tools'}{os.pathsep}{os.environ['PATH']}")

    return write


DUBIOUS = "fatal: detected dubious ownership in repository at '/src'"


@pytest.mark.parametrize("use", [read, lambda folder: workcopy.copy(folder, folder.parent / "copy")])
def test_git_that_refuses_is_told(repo, fake, use):
    """A repository of another owner is an error with the words of git, never another source."""
    fake(f'echo "{DUBIOUS}" >&2; exit 128')
    with pytest.raises(PipelineError) as caught:
        use(repo)
    assert (caught.value.kind, caught.value.details) == (errors.GIT_FAILED, (DUBIOUS,))
    assert str(repo) in caught.value.what


def test_a_damaged_repository_is_told(repo):
    """An index that git cannot read is an error too."""
    (repo / ".git/index").write_bytes(b"no index")
    with pytest.raises(PipelineError) as caught:
        files.listing(repo)
    assert caught.value.kind is errors.GIT_FAILED


def test_a_repository_that_is_elsewhere(tmp_path):
    """A work tree whose repository is gone has rules that nobody can read: told, not guessed."""
    (tmp_path / ".git").write_text("gitdir: /nowhere/.git/worktrees/x\n")
    with pytest.raises(PipelineError) as caught:
        files.listing(tmp_path)
    assert caught.value.kind is errors.GIT_FAILED


def test_words_of_git_in_another_language(repo, fake):
    """The words are compared, so git is asked for the ones that we know."""
    fake('[ "$LC_ALL" = C ] || exit 9; printf "H 100644 0 0\\ta.cs\\0"')
    _write(repo, "a.cs")
    assert _names(repo) == {"a.cs"}


def test_below_a_hook_of_another_repository(repo, tmp_path, monkeypatch):
    """A hook says which repository git works on; we work on the folder that was named."""
    other = tmp_path / "other"
    _write(other, "b.cs")
    _git(other, "init", "-q")
    for name, value in (("GIT_DIR", other / ".git"), ("GIT_WORK_TREE", other), ("GIT_INDEX_FILE", other / "index")):
        monkeypatch.setenv(name, str(value))
    assert _names(repo) == TRACKED


def test_what_configures_git_stays(repo, fake, monkeypatch):
    """A CI system names the folders that it trusts in the environment."""
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    fake('[ "$GIT_CONFIG_COUNT" = 1 ] || exit 9; printf "H 100644 0 0\\t.gitignore\\0"')
    assert _names(repo) == {".gitignore"}


def test_a_folder_that_git_cannot_read_is_told(repo, fake):
    """What lies in it nobody can know, so it is not passed over."""
    locked = "warning: could not open directory 'src/locked/': Permission denied"
    other = locked.replace("src/locked", "obj")
    fake(f'''echo "{locked}" >&2; echo "{other}" >&2; printf "H 100644 0 0\\t.gitignore\\0"''')
    assert read(repo).unreadable == {"src/locked": "Permission denied"}
    with pytest.raises(PipelineError, match="src/locked: Permission denied"):
        workcopy.copy(repo, repo.parent / "copy")


def test_a_tracked_file_behind_a_locked_folder(repo, monkeypatch):
    """The folder is named that keeps us out, and not each file below it."""
    real = type(repo).lstat

    def guarded(path):
        if "/tests/" in str(path):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(type(repo), "lstat", guarded)
    monkeypatch.setattr(os, "access", lambda path, _mode: not str(path).endswith("/tests"))
    assert files.listing(repo).unreadable == {"tests": "Permission denied"}


def test_a_folder_that_became_a_link(repo, tmp_path):
    """Git goes on naming the files that lay there; what the link leads to is not the source."""
    _write(tmp_path, "outside/Shop.csproj", "secret")
    (repo / "src/Shop/Shop.csproj").unlink()
    (repo / "src/Shop").rmdir()
    (repo / "src/Shop").symlink_to(tmp_path / "outside")
    assert _names(repo) == TRACKED - {"src/Shop/Shop.csproj"}


def test_a_submodule_is_part_of_the_source(repo, tmp_path):
    """Its own rules hold in it; one that is not checked out is empty."""
    inner = tmp_path / "inner"
    _write(inner, "Inner.csproj", WEB)
    _write(inner, ".gitignore", "*.tmp\n")
    _git(inner, "init", "-q")
    _git(inner, "add", "-A")
    _git(inner, *PERSON, "commit", "-q", "-m", "x")
    for name in ("sub", "empty"):
        _git(repo, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), name)
    _git(repo, "submodule", "deinit", "-q", "-f", "empty")
    _write(repo, "sub/x.tmp")
    assert _names(repo) == TRACKED | {".gitmodules", "sub/Inner.csproj", "sub/.gitignore"}
    assert read(repo).empty == {"empty"}


@pytest.mark.parametrize("gone", [False, True])
def test_a_submodule_that_nothing_names_is_told(gone, repo):
    """Git knows that there is one without .gitmodules, which may lie above the source."""
    _git(repo, *PERSON, "commit", "-q", "-m", "x")
    _git(repo, "update-index", "--add", "--cacheinfo", f"160000,{_head(repo)},src/lib")
    if not gone:
        (repo / "src/lib").mkdir()
    assert read(repo / "src").empty == {"lib"}
    assert ("source", "lib") in {gap[:2] for gap in inventory(read(repo / "src")).gaps}


def test_a_repository_that_happens_to_lie_here_is_not(repo):
    """A clone or a work tree that nobody added is not what a commit would hold."""
    _write(repo, "other/Other.csproj", WEB)
    _git(repo / "other", "init", "-q")
    _git(repo / "other", "add", "-A")
    _git(repo / "other", *PERSON, "commit", "-q", "-m", "x")
    assert _names(repo) == TRACKED


def test_too_many_files(repo, monkeypatch):
    """The bound holds for what git lists; what is ignored does not count."""
    for n in range(5):
        _write(repo, f"scratch/{n}")
    monkeypatch.setattr(files, "MAX_FILES", 3)
    assert len(_names(repo)) == 3
    _write(repo, "one-more.cs")
    with pytest.raises(PipelineError) as caught:
        files.listing(repo)
    assert caught.value.kind is errors.TREE_TOO_LARGE


def _ignored(file):
    file.write_text("name: shop\n")
    (file.parent / ".gitignore").write_text("pipeline.*\n")


def _linked_out(file):
    (file.parent.parent / "outside.yaml").write_text("name: shop\n")
    file.symlink_to("../outside.yaml")


NOT_READ = [
    (_ignored, "git ignores it"),
    (_linked_out, "a link that leads nowhere, or out of the source"),
    (lambda file: file.symlink_to("nowhere.yaml"), "a link that leads nowhere, or out of the source"),
    (os.mkfifo, "not a regular file"),
    (lambda file: file.mkdir(), "not a regular file"),
]


@pytest.mark.parametrize("name", ["pipeline.yaml", "pipeline.exceptions.yaml"])
@pytest.mark.parametrize(("lay", "why"), NOT_READ, ids=["ignored", "out", "nowhere", "pipe", "folder"])
def test_settings_that_are_there_and_not_read_are_told(repo, name, lay, why):
    """A run without them would be another one than their author thinks."""
    lay(repo / name)
    with pytest.raises(PipelineError, match=f"{name}: {why}") as caught:
        load(repo)
    assert caught.value.kind is errors.UNREADABLE


def test_a_link_within_the_source_is_read(repo):
    """Settings may lie elsewhere in the tree."""
    _write(repo, "build/settings.yaml", "name: shop\n")
    (repo / "pipeline.yaml").symlink_to("build/settings.yaml")
    assert load(repo).plan.app == "shop"


def test_what_a_sparse_checkout_leaves_out_is_told(repo):
    """It is tracked and ships; nothing here can look at it."""
    _write(repo, "svc/deep/package-lock.json", "{}")
    _write(repo, "kept/a.txt")
    _git(repo, "add", "-A")
    _git(repo, *PERSON, "commit", "-q", "-m", "more")
    _git(repo, "sparse-checkout", "set", "--no-cone", "/*", "!/svc/")
    assert read(repo).absent == {"svc"}
    assert ("source", "svc", "a sparse checkout leaves it out") in inventory(read(repo)).gaps
    (repo / "kept/a.txt").unlink()
    assert read(repo).absent == {"svc"}, "what is deleted is another matter"
