"""The scripts that scan steps bring along."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline.plan import identity, scripts

node = pytest.mark.skipif(not shutil.which("node"), reason="NOT TESTED (node): not on PATH")


@pytest.fixture
def run(tmp_path):
    """Return a function that runs a script with its words."""

    def script(name, *words, **more):
        for each in ("borrow.sh", name):
            (tmp_path / each).write_text(scripts.text(each), encoding="utf-8")
        file = tmp_path / name
        return subprocess.run(["sh", str(file), *map(str, words)], capture_output=True, text=True, check=False, **more)

    return script


@pytest.fixture
def tool(tmp_path):
    """Return a function that makes a tool which prints a text and ends with a code."""

    def made(said, code):
        file = tmp_path / "tool"
        file.write_text(f"#!/bin/sh\nprintf '%s' '{said}'\nexit {code}\n", encoding="utf-8")
        file.chmod(0o755)
        return file

    return made


@pytest.mark.parametrize(
    ("said", "code", "expected"),
    [
        ('{"severity": 1}', 0, 0),
        ('{"severity": 1}', 1, 0),
        ('{"severity": 1}', 2, 2),
        ('{"error": 1}', 0, 5),
        ('{"error": 1}', 1, 5),
        ("", 0, 5),
    ],
)
def test_an_answer_is_kept_and_anything_else_is_an_error(said, code, expected, run, tool, tmp_path):
    """Findings are an answer although the tool ends with 1; what holds no answer is asked again next time."""
    file = tmp_path / "answer"

    done = run("answer.sh", file, '"severity"', tool(said, code))

    assert (done.returncode, file.read_text()) == (expected, said)
    assert ("no answer" in done.stderr) is (expected == 5)


LISTED = Path(__file__).parents[1] / "fixtures" / "trivy-0.74.0-other-locks.json"


def npm_lock(tmp_path, lock, listed=LISTED):
    script = tmp_path / "npm-lock.mjs"
    script.write_text(scripts.text("npm-lock.mjs"), encoding="utf-8")
    command = ["node", str(script), str(listed), lock, str(tmp_path / "locked")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@node
@pytest.mark.parametrize("lock", ["pnpm10/pnpm-lock.yaml", "yarn1/yarn.lock", "yarn4/yarn.lock"])
def test_a_lock_file_of_another_manager(lock, tmp_path):
    """Its packages, and nobody else's, as npm writes them; the application itself is none."""
    done = npm_lock(tmp_path, lock)

    assert (done.returncode, done.stdout) == (0, f"4 packages of {lock}\n")
    packages = json.loads((tmp_path / "locked" / "package-lock.json").read_text())["packages"]
    assert {(p["name"], p["version"], p.get("dev", False)) for key, p in packages.items() if key} == {
        ("lodash", "4.17.20", False), ("@types/ms", "0.7.34", False), ("mkdirp", "0.5.1", True),
        ("minimist", "0.0.8", True),
    }  # fmt: skip
    own = json.loads((tmp_path / "locked" / "package.json").read_text())
    assert packages[""]["dependencies"] == own["dependencies"]


@node
def test_packages_without_a_version_are_named(tmp_path):
    """A package of a git repository is nothing that a registry has advisories about."""
    packages = [
        {"Name": "a", "Version": "1.0.0"},
        {"Name": "a", "Version": "2.0.0"},
        {"Name": "b", "Version": "https://x"},
    ]
    listed = tmp_path / "list.json"
    listed.write_text(json.dumps({"Results": [{"Target": "yarn.lock", "Packages": packages}]}))

    done = npm_lock(tmp_path, "yarn.lock", listed)

    assert done.stdout.splitlines() == [
        "not asked about b https://x: no version of a registry",
        "2 packages of yarn.lock",
    ]


@node
def test_a_list_without_the_lock_file(tmp_path):
    """Nothing to ask is an error: a scanner that did not read the file must not look like a clean one."""
    done = npm_lock(tmp_path, "other/yarn.lock")
    assert (done.returncode, done.stderr) == (5, "the list of packages names none of other/yarn.lock\n")


class Repository:
    """A git repository of a test's own."""

    def __init__(self, folder):
        self.folder = folder
        self.git("init", "-q", "-b", "main")

    def git(self, *words):
        person = ("-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false")
        command = ["git", "-C", str(self.folder), *person, *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def commit(self, **files):
        for name, text in files.items():
            file = self.folder / name
            if text is None:
                file.unlink()
            else:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(text if isinstance(text, bytes) else text.encode())
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "x")


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "repository"
    folder.mkdir()
    return Repository(folder)


def laid_out(run, repository, tmp_path, folder="."):
    """Return the history as (path, text) pairs, and the report about it."""
    target, report = tmp_path / "history", tmp_path / "report.json"
    done = run("history.sh", repository.folder / ".git", folder, target, report)
    assert done.returncode == 0, done.stderr
    files = [file for file in target.rglob("*") if file.is_file() and file.parent.name != "messages"]
    found = {("/".join(file.relative_to(target).parts[1:]), file.read_bytes().decode()) for file in files}
    return found, json.loads(report.read_text())


def test_the_folders_that_trivy_passes_over_are_copied(run, tmp_path):
    """Only at the root, and none that leads elsewhere; a second call changes nothing."""
    source, elsewhere = tmp_path / "source", tmp_path / "elsewhere"
    for folder in (source / "dev/deep", source / "src/dev", elsewhere):
        folder.mkdir(parents=True)
        (folder / "a.txt").write_text("one")
    (source / "proc").symlink_to(elsewhere)
    (source / "sys").write_text("a file")

    for _ in range(2):
        done = run("passed-over.sh", source, source / ".pipeline/root", tmp_path)
        assert done.returncode == 0, done.stderr

    root = source / ".pipeline/root"
    assert [str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()] == ["dev/deep/a.txt"]
    assert (source / "dev/deep/a.txt").exists()


def test_every_version_of_every_file_is_there(run, repository, tmp_path):
    """Deleted files, old versions, other branches and odd names."""
    repository.commit(**{"a.txt": "one", "with blank ü.txt": "odd", "gone.txt": "deleted"})
    repository.commit(**{"a.txt": "two", "gone.txt": None})
    repository.git("checkout", "-q", "-b", "other")
    repository.commit(**{"b.txt": "elsewhere"})
    repository.git("checkout", "-q", "main")

    found, report = laid_out(run, repository, tmp_path)

    assert found == {
        ("a.txt", "one"),
        ("a.txt", "two"),
        ("with blank ü.txt", "odd"),
        ("gone.txt", "deleted"),
        ("b.txt", "elsewhere"),
    }
    assert report == {
        "version": 3, "shallow": False, "sparse": False, "commits": 3, "blobs": 5, "skipped": 0, "whole": True,
        "submodules": [],
    }  # fmt: skip
    assert repository.git("status", "--porcelain") == "", "the repository is only read"


@pytest.mark.parametrize("folder", [".", "app"])
def test_what_a_merged_branch_deleted_is_there(folder, run, repository, tmp_path):
    """The merge equals one of its parents, the branch is gone, and the secret is not."""
    repository.commit(**{"app/a.txt": "one"})
    repository.git("checkout", "-q", "-b", "side")
    repository.commit(**{"app/leak.txt": "secret"})
    repository.commit(**{"app/leak.txt": None})
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    repository.git("branch", "-q", "-D", "side")

    found, _ = laid_out(run, repository, tmp_path, folder)

    assert "secret" in {text for _, text in found}


@pytest.mark.parametrize("why", ["partial", "damaged"])
def test_a_history_with_holes_is_none(why, run, repository, tmp_path):
    """What is not there was not looked at, whatever the rest says."""
    repository.commit(**{"a.txt": "one"})
    repository.commit(**{"a.txt": "two"})
    clone = tmp_path / "clone"
    repository.git("config", "uploadpack.allowFilter", "true")
    words = ["--filter=blob:none"] if why == "partial" else []
    subprocess.run(["git", "clone", "-q", *words, repository.folder.as_uri(), str(clone)], check=True)
    if why == "damaged":
        blob = repository.git("rev-parse", "HEAD~1:a.txt").strip()
        for pack in (clone / ".git/objects/pack").glob("*.pack"):
            text = pack.read_bytes()
            pack.unlink()
            subprocess.run(["git", "-C", str(clone), "unpack-objects", "-q"], input=text, check=True)
        (clone / ".git/objects" / blob[:2] / blob[2:]).unlink()

    done = run("history.sh", clone / ".git", ".", tmp_path / "history", tmp_path / "report.json")

    assert done.returncode != 0
    assert not (tmp_path / "report.json").exists()


def test_the_planted_secret_is_no_part_of_the_history(run, repository, tmp_path):
    """It lies there before the history does, and is not counted with it."""
    repository.commit(**{"a.txt": "one"})
    planted = tmp_path / "history/.pipeline/canary.txt"
    planted.parent.mkdir(parents=True)
    planted.write_text("canary")

    _, report = laid_out(run, repository, tmp_path)

    assert report["blobs"] == 1


@pytest.mark.parametrize("name", ["GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE", "GIT_SHALLOW_FILE", "GIT_WORK_TREE"])
def test_what_a_hook_says_about_its_repository_does_not_count(name, run, repository, tmp_path, monkeypatch):
    """The pipeline may be called by one."""
    repository.commit(**{"a.txt": "one"})
    monkeypatch.setenv(name, str(tmp_path / "elsewhere"))

    found, _ = laid_out(run, repository, tmp_path)

    assert found == {("a.txt", "one")}


@pytest.mark.parametrize("program", ["hook", "monitor", "filter"])
def test_no_program_of_the_repository_runs(program, run, repository, tmp_path):
    """A clone of a stranger names programs in its configuration; reading its history starts none."""
    repository.commit(**{"a.txt": "one"})
    ran, git = tmp_path / "ran", repository.folder / ".git"
    tool = tmp_path / "tool"
    tool.write_text(f"#!/bin/sh\ntouch {ran}\ncat\n")
    tool.chmod(0o755)
    if program == "hook":
        (tmp_path / "hooks").mkdir()
        (tmp_path / "hooks/post-index-change").write_bytes(tool.read_bytes())
        (tmp_path / "hooks/post-index-change").chmod(0o755)
        repository.git("config", "core.hooksPath", str(tmp_path / "hooks"))
    elif program == "monitor":
        repository.git("config", "core.fsmonitor", str(tool))
    else:
        repository.git("config", "filter.x.smudge", str(tool))
        (git / "info").mkdir(exist_ok=True)
        (git / "info/attributes").write_text("* filter=x\n")

    found, _ = laid_out(run, repository, tmp_path)

    assert (found, ran.exists()) == ({("a.txt", "one")}, False)


def test_only_the_folder_of_the_application_counts(run, repository, tmp_path):
    """In a repository of several the others answer for themselves; paths are those of the application."""
    repository.commit(**{"app/src/a.txt": "mine", "app2/b.txt": "theirs", "c.txt": "theirs too"})

    found, report = laid_out(run, repository, tmp_path, "app")

    assert found == {("src/a.txt", "mine")}
    assert (report["blobs"], report["whole"]) == (1, False)


@pytest.mark.parametrize(("folder", "named"), [(".", ["app/b ?c?", "app/gone", "lib"]), ("app", ["b ?c?", "gone"])])
def test_submodules_are_named(folder, named, run, repository, tmp_path):
    """Theirs is a history that is not here, whatever .gitmodules says, and also when they are gone."""
    repository.commit(**{"app/a.txt": "one"})
    commit = repository.git("rev-parse", "HEAD").strip()
    for path in ("lib", 'app/b "c\n', "app/gone"):
        repository.git("update-index", "--add", "--cacheinfo", f"160000,{commit},{path}")
    repository.git("commit", "-q", "-m", "more")
    repository.git("rm", "-q", "--cached", "app/gone")
    repository.git("commit", "-q", "-m", "less")

    found, report = laid_out(run, repository, tmp_path, folder)

    assert report["submodules"] == named
    assert {text for _, text in found} == {"one"}


@pytest.mark.parametrize("folder", [":x", "[app]", "a\\tb", "new\nline"])
def test_a_folder_is_a_name_and_no_pattern(folder, run, repository, tmp_path):
    """Neither one with a sign of magic, nor a class of letters, a backslash or a line's end."""
    repository.commit(**{f"{folder}/a.txt": "mine", "app/b.txt": "theirs"})

    found, _ = laid_out(run, repository, tmp_path, folder)

    assert found == {("a.txt", "mine")}


def test_a_large_file_is_left_out_and_counted(run, repository, tmp_path):
    """It is data; the report says that it was not looked at."""
    repository.commit(**{"large.bin": b"x" * 10_000_001, "a.txt": "one"})

    found, report = laid_out(run, repository, tmp_path)

    assert ({path for path, _ in found}, report["skipped"]) == ({"a.txt"}, 1)


def test_a_shallow_clone_says_so(run, repository, tmp_path):
    """Most of the history is not there."""
    repository.commit(**{"a.txt": "one"})
    repository.commit(**{"a.txt": "two"})
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--depth=1", repository.folder.as_uri(), str(clone)], check=True)
    shallow = Repository.__new__(Repository)
    shallow.folder = clone

    found, report = laid_out(run, shallow, tmp_path)

    assert (found, report["shallow"]) == ({("a.txt", "two")}, True)


@pytest.mark.parametrize("words", [("sparse-checkout", "set", "a"), ("config", "core.sparseCheckout", "true")])
def test_a_sparse_checkout_says_so(words, run, repository, tmp_path):
    """It may stand in either file of settings; the history is whole all the same."""
    repository.commit(**{"a/x.txt": "one", "b/x.txt": "two"})
    repository.git(*words)

    found, report = laid_out(run, repository, tmp_path)
    assert (report["sparse"], {text for _, text in found}) == (True, {"one", "two"})

    repository.git("sparse-checkout", "disable")
    shutil.rmtree(tmp_path / "history")
    assert laid_out(run, repository, tmp_path)[1]["sparse"] is False


def test_what_is_no_repository_is_an_error(run, tmp_path):
    """A scan of nothing must not look like a scan."""
    done = run("history.sh", tmp_path / "nowhere", ".", tmp_path / "target", tmp_path / "report")

    assert done.returncode != 0
    assert not (tmp_path / "report").exists()


def test_an_empty_history_is_one(run, repository, tmp_path):
    """A repository without a commit has nothing to hide."""
    found, report = laid_out(run, repository, tmp_path)

    assert (found, report["commits"], report["blobs"]) == (set(), 0, 0)


def test_a_renamed_file_is_there_under_each_name(run, repository, tmp_path):
    """Rules look at names too, and git names a version of a file but once."""
    repository.commit(**{"appsettings.json": "secret"})
    repository.git("mv", "appsettings.json", "settings.bak")
    repository.git("commit", "-q", "-m", "moved")
    repository.commit(other="secret")

    found, report = laid_out(run, repository, tmp_path)

    assert found == {("appsettings.json", "secret"), ("settings.bak", "secret"), ("other", "secret")}
    assert report["blobs"] == 3


def test_a_file_that_became_a_folder(run, repository, tmp_path):
    """The same content may have had both names."""
    repository.commit(a="secret")
    repository.commit(a=None)
    repository.commit(**{"a/b": "secret"})

    found, _ = laid_out(run, repository, tmp_path)

    assert found == {("a", "secret"), ("a/b", "secret")}


@pytest.mark.parametrize("name", [" ", " lead.ts", "new\nline.ts", "tab\there", '"quoted"', "-x"])
def test_odd_names_are_names(name, run, repository, tmp_path):
    """Git keeps every byte but NUL."""
    repository.commit(**{name: "secret"})
    repository.commit(**{name: None, "a.txt": "one"})

    found, _ = laid_out(run, repository, tmp_path)

    assert (name, "secret") in found


def test_what_only_a_tag_or_a_work_tree_has_is_there(run, repository, tmp_path):
    """A tag of a file, an annotated one, one of a folder, and a commit that no branch has."""
    repository.commit(**{"a.txt": "one"})
    for text in ("light", "annotated"):
        (repository.folder / "loose").write_text(text)
        blob = repository.git("hash-object", "-w", "loose").strip()
        repository.git("tag", *(("-a", "-m", "x") if text == "annotated" else ()), text, blob)
    repository.commit(**{"gone/b.txt": "in a tree", "loose": None})
    repository.git("tag", "folder", "HEAD:gone")
    repository.git("reset", "-q", "--hard", "HEAD~1")
    repository.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
    linked = Repository.__new__(Repository)
    linked.folder = tmp_path / "linked"
    linked.commit(**{"c.txt": "detached"})

    found, _ = laid_out(run, repository, tmp_path)

    assert {text for _, text in found} == {"one", "light", "annotated", "in a tree", "detached"}


def test_messages_are_text_to_a_scanner(run, repository, tmp_path):
    """Trivy passes over a file whose first letters hold a control character, and all messages are one."""
    repository.commit(**{"a.txt": "one"})
    repository.git("commit", "-q", "--allow-empty", "-m", "\x02pasted\x1b[0m\x7f ü\tend")

    laid_out(run, repository, tmp_path)

    said = "".join(file.read_text() for file in (tmp_path / "history/messages").iterdir())
    assert "pasted[0m ü\tend\n" in said


def test_a_tag_of_a_tag_is_followed(run, repository, tmp_path):
    """What it names in the end, and what each of them says."""
    repository.commit(**{"a.txt": "one"})
    (repository.folder / "loose").write_text("tagged")
    blob = repository.git("hash-object", "-w", "loose").strip()
    repository.git("tag", "-a", "-m", "said inside", "inner", blob)
    repository.git("tag", "-a", "-m", "said outside", "outer", "inner")
    repository.git("tag", "-d", "inner")

    found, _ = laid_out(run, repository, tmp_path)

    assert ("refs/tags/outer", "tagged") in found
    said = "".join(file.read_text() for file in (tmp_path / "history/messages").iterdir())
    assert "said inside" in said
    assert "said outside" in said


@pytest.mark.parametrize("ref", ["refs/worktree/keep", "refs/bisect/bad"])
def test_a_ref_of_a_linked_work_tree_counts(ref, run, repository, tmp_path):
    """Git keeps it beside the work tree, and no other one shows it."""
    repository.commit(**{"a.txt": "one"})
    repository.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    linked = Repository.__new__(Repository)
    linked.folder = tmp_path / "linked"
    linked.commit(**{"b.txt": "kept"})
    linked.git("update-ref", ref, "HEAD")
    linked.git("reset", "-q", "--hard", "HEAD~1")

    found, _ = laid_out(run, repository, tmp_path)

    assert ("b.txt", "kept") in found


def test_messages_are_there(run, repository, tmp_path):
    """Of commits and of tags: people paste tokens into them."""
    repository.commit(**{"a.txt": "one"})
    repository.git("commit", "-q", "--allow-empty", "-m", "said in a commit")
    repository.git("tag", "-a", "-m", "said in a tag", "v1")

    target = tmp_path / "history"
    assert run("history.sh", repository.folder / ".git", ".", target, tmp_path / "report.json").returncode == 0

    said = "".join(file.read_text() for file in (target / "messages").iterdir())
    assert "said in a commit" in said
    assert "said in a tag" in said


def commit_of(run, repository, folder=".", tree=None):
    """Return what is said of the commit that the files are, and which of them are not its own."""
    done = run("commit.sh", repository.folder / ".git", folder, tree or repository.folder / folder)
    assert done.returncode == 0, done.stderr
    return identity.read(done.stdout, "1.0")


@pytest.fixture
def tree(repository, tmp_path):
    """Return a function that copies what a call brings along: the files, without the repository."""

    def copied(folder="."):
        target = tmp_path / "tree"
        shutil.copytree(repository.folder / folder, target, ignore=shutil.ignore_patterns(".git"), symlinks=True)
        return target

    return copied


def test_the_commit_of_the_files(run, repository, tree):
    """Its hash, its date and its address for everybody."""
    repository.commit(**{"app/a.txt": "one", "b.txt": "two"})
    repository.git("remote", "add", "origin", "https://me:hunter2@git.test/shop.git")
    found, changed = commit_of(run, repository, tree=tree())

    assert (found.revision, changed) == (repository.git("rev-parse", "HEAD").strip(), ())
    assert found.created == repository.git("log", "-1", "--format=%cI").strip()
    assert (found.source, found.version) == ("https://git.test/shop.git", "1.0")


def test_files_that_are_not_the_commit_s(run, repository, tree):
    """Changed and added ones; what is not there was left out by whoever called, and line ends are nobody's change."""
    repository.commit(**{"app/a.txt": "one\n", "app/unix.txt": "1\n2\n", "app/gone.txt": "x", "b.txt": "two"})
    copied = tree("app")
    (copied / "a.txt").write_text("other\n")
    (copied / "new file.txt").write_text("new")
    (copied / "unix.txt").write_bytes(b"1\r\n2\r\n")
    (copied / "gone.txt").unlink()

    assert commit_of(run, repository, "app", copied)[1] == ("a.txt", "new file.txt")


ODD = (
    'q"u.txt',
    "t\tb.txt",
    "back\\slash.txt",
    "l\nf.txt",
    "c\rr.txt",
    "end\r",
    "-x",
    " sp ace ",
    "\u2028",
    "d\nir/x.txt",
)


def test_odd_names_are_those_of_the_commit(run, repository, tree):
    """Git quotes them where a line holds one."""
    repository.commit(**dict.fromkeys(ODD, "one"))
    assert commit_of(run, repository, tree=tree())[1] == ()


@pytest.mark.parametrize("name", [*ODD, "a.txt\nb.txt", "sub/a.txt\nsub/b.txt"])
def test_a_new_file_hides_behind_no_name(run, repository, tree, name):
    """Two lines of its name may be files of the commit's, and a line of nothing else may be none."""
    repository.commit(**{"a.txt": "one", "b.txt": "two", "sub/a.txt": "one", "sub/b.txt": "two"})
    copied = tree()
    (copied / name).parent.mkdir(exist_ok=True, parents=True)
    (copied / name).write_text("new")

    assert len(commit_of(run, repository, tree=copied)[1]) == 1


def test_links_are_compared_too(run, repository, tree):
    """One that leads elsewhere, one in place of a file, a new one; some systems keep a file in place of a link."""
    repository.commit(**{"a.txt": "one", "b.txt": "two"})
    for name in ("kept", "moved", "flat", "l\nf"):
        (repository.folder / name).symlink_to("a.txt")
    repository.git("add", ".")
    repository.git("commit", "-q", "-m", "links")
    copied = tree()
    assert commit_of(run, repository, tree=copied)[1] == ()

    for name, to in [("moved", "/etc/passwd"), ("b.txt", "a.txt"), ("new", "a.txt")]:
        (copied / name).unlink(missing_ok=True)
        (copied / name).symlink_to(to)
    (copied / "flat").unlink()
    (copied / "flat").write_text("a.txt")
    assert commit_of(run, repository, tree=copied)[1] == ("b.txt", "moved", "new")


def test_a_submodule_is_not_the_commit_s_to_compare(run, repository, tree, tmp_path):
    """Its files are another repository's."""
    other = tmp_path / "other"
    other.mkdir()
    Repository(other).commit(**{"x.txt": "x"})
    repository.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other), "libs/other")
    repository.git("commit", "-q", "-m", "submodule")

    assert commit_of(run, repository, tree=tree())[1] == ()


def test_nothing_of_the_repository_runs_to_compare(run, repository, tree, tmp_path):
    """A clone of a stranger names filters."""
    repository.commit(**{"a.txt": "one"})
    tool = tmp_path / "tool"
    tool.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\ncat\n")
    tool.chmod(0o755)
    repository.git("config", "filter.x.clean", str(tool))
    (repository.folder / ".git/info/attributes").write_text("* filter=x\n")

    assert commit_of(run, repository, tree=tree())[1] == ()
    assert not (tmp_path / "ran").exists()


def test_without_a_commit_there_is_none_to_name(run, repository):
    """The image cannot say one."""
    done = run("commit.sh", repository.folder / ".git", ".", repository.folder)
    assert done.returncode != 0
