from __future__ import annotations

import os

import pytest

from pipeline import errors
from pipeline.app.facts import MAX_AROUND, MAX_BYTES
from pipeline.read import files
from pipeline.read import source as module
from pipeline.read.source import read


@pytest.fixture
def tree(tmp_path):
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "App.csproj").write_text("<Project/>")
    return folder


def test_only_wanted_files_are_read(tree):
    """Files that discovery names are read with their paths from the root; of all else only the names are known."""
    (tree / "client").mkdir()
    (tree / "client/package.json").write_text("{}")
    (tree / "client/App.tsx").write_text("x")
    facts = read(tree)
    assert facts.paths == {"App.csproj", "client/package.json"}
    assert facts.texts == {"App.csproj": "<Project/>", "client/package.json": "{}"}
    assert facts.unreadable == {}
    assert facts.files == {"App.csproj", "client/package.json", "client/App.tsx"}


def test_a_glob_with_folders_means_them(tree):
    """`pipeline.yaml` is the one of the root, and a workflow lies in the folder of workflows."""
    for path in ("pipeline.yaml", "a/pipeline.yaml", ".github/workflows/ci.yml", "a/ci.yml", "Migrations/1_A.cs"):
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text("x")
    assert read(tree).paths == {"App.csproj", "pipeline.yaml", ".github/workflows/ci.yml", "Migrations/1_A.cs"}


def test_a_designer_file_counts_by_its_name(tree):
    """What tools generate beside a migration is megabytes without a word of use."""
    (tree / "Migrations").mkdir()
    (tree / "Migrations/1_A.Designer.cs").write_text("x")
    facts = read(tree)
    assert ("Migrations/1_A.Designer.cs" in facts.files, facts.paths) == (True, {"App.csproj"})


def test_names_from_elsewhere(tree):
    """Where only the wanted files are at hand, the caller says what else the source holds."""
    assert read(tree, ["App.csproj", "logo.svg"]).files == {"App.csproj", "logo.svg"}


def test_all_texts_together_have_a_bound(tree, monkeypatch):
    """Any number of files just below the limit of one: those near the root are read, the others are told."""
    monkeypatch.setattr(module, "MAX_TOTAL_AROUND", 25)
    (tree / "a").mkdir()
    (tree / "a/A.csproj").write_text("x" * 16)
    (tree / "Z.csproj").write_text("x" * 15)
    facts = read(tree)
    assert sorted(facts.texts) == ["App.csproj", "Z.csproj"]
    assert "too large" in facts.unreadable["a/A.csproj"]


def test_sources_have_a_purse_of_their_own(tree, monkeypatch):
    """Megabytes of code do not keep the files around it from being read."""
    monkeypatch.setattr(module, "MAX_TOTAL_BYTES", 5)
    (tree / "A.cs").write_text("x" * 16)
    facts = read(tree)
    assert (facts.texts, "A.cs" in facts.unreadable) == ({"App.csproj": "<Project/>"}, True)


def test_what_lies_around_an_application_is_small(tree):
    """A script of megabytes was not written by a person; a solution may be large."""
    for name in ("build.sh", "App.sln"):
        (tree / name).write_bytes(b"x" * (MAX_AROUND + 1))
    facts = read(tree)
    assert (facts.unreadable, "App.sln" in facts.texts) == ({"build.sh": "larger than 200 kB"}, True)


def test_a_tree_with_too_many_files_is_told(tree, monkeypatch):
    """A folder of data is no source tree: one clear error instead of minutes."""
    monkeypatch.setattr(files, "MAX_FILES", 2)
    for name in ("a", "b"):
        (tree / name).touch()
    with pytest.raises(errors.PipelineError) as caught:
        read(tree)
    assert caught.value.kind is errors.TREE_TOO_LARGE


def test_lock_files_count_by_presence(tree):
    """A lock file of megabytes is listed and not read."""
    (tree / "packages.lock.json").write_text("x" * 10)
    facts = read(tree)
    assert ("packages.lock.json" in facts.paths, "packages.lock.json" in facts.texts) == (True, False)


@pytest.mark.parametrize("name", ["node_modules", "bin", "obj", ".git", "TestResults"])
def test_folders_that_are_no_source_are_skipped(tree, name):
    """What tools write is not discovered, wherever it lies."""
    (tree / "deep" / name).mkdir(parents=True)
    (tree / "deep" / name / "package.json").write_text("{}")
    assert read(tree).paths == {"App.csproj"}


def test_a_relative_folder(tree, monkeypatch):
    """`.` is the usual folder."""
    monkeypatch.chdir(tree)
    assert read(type(tree)(".")).paths == {"App.csproj"}


def test_a_missing_folder_is_told(tmp_path):
    """A folder that does not exist is P108, named."""
    with pytest.raises(errors.PipelineError) as caught:
        read(tmp_path / "nowhere")
    assert caught.value.kind is errors.UNREADABLE
    assert caught.value.what == f"{tmp_path / 'nowhere'}: No such file or directory"


def test_a_file_instead_of_a_folder_is_told(tree):
    """A file is no source tree."""
    with pytest.raises(errors.PipelineError, match="Not a directory"):
        read(tree / "App.csproj")


def test_a_loop_of_folders_ends(tree):
    """A link to the folder above is not followed."""
    (tree / "loop").symlink_to(tree)
    assert read(tree).paths == {"App.csproj"}


def test_a_link_that_points_to_itself_is_left_out(tree):
    """A circle of links is no file."""
    (tree / "package.json").symlink_to("package.json")
    (tree / "a.csproj").symlink_to("b.csproj")
    (tree / "b.csproj").symlink_to("a.csproj")
    assert read(tree).paths == {"App.csproj"}


def test_a_dangling_link_is_left_out(tree):
    """A link to nothing is no file."""
    (tree / "package.json").symlink_to("gone.json")
    assert read(tree).paths == {"App.csproj"}


def test_a_link_within_the_tree_is_read(tree):
    """A link to a file of the tree is that file under another name."""
    (tree / "Other.csproj").symlink_to("App.csproj")
    assert read(tree).texts["Other.csproj"] == "<Project/>"


@pytest.mark.parametrize("absolute", [True, False])
def test_a_link_that_leaves_the_tree_is_left_out(tree, absolute):
    """No file outside of the tree is read, on whatever way the link gets there."""
    outside = tree.parent / "secret.json"
    outside.write_text("secret")
    (tree / "package.json").symlink_to(outside if absolute else "../secret.json")
    facts = read(tree)
    assert (facts.paths, "secret" in "".join(facts.texts.values())) == ({"App.csproj"}, False)


def test_a_folder_link_that_leaves_the_tree_is_not_followed(tree):
    """Files behind a link to another folder are not part of the tree."""
    outside = tree.parent / "other"
    outside.mkdir()
    (outside / "package.json").write_text("{}")
    (tree / "client").symlink_to(outside)
    assert read(tree).paths == {"App.csproj"}


def test_a_neighbour_with_the_same_beginning_is_outside(tree):
    """`app-old` is not inside of `app`."""
    old = tree.parent / "app-old"
    old.mkdir()
    (old / "package.json").write_text("{}")
    (tree / "package.json").symlink_to(old / "package.json")
    assert read(tree).paths == {"App.csproj"}


def test_an_unreadable_file_is_named(tree, monkeypatch):
    """A file without permission is listed with the reason; the others are read all the same."""
    (tree / "package.json").write_text("{}")
    kind = type(tree)
    real = kind.read_bytes

    def guarded(path):
        if path.name == "package.json":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(kind, "read_bytes", guarded)
    facts = read(tree)
    assert facts.unreadable == {"package.json": "Permission denied"}
    assert facts.texts == {"App.csproj": "<Project/>"}
    assert "package.json" in facts.paths


def test_an_unreadable_folder_is_named(tree, monkeypatch):
    """What lies in a folder without permission nobody can know: it is told, not skipped."""
    (tree / "src").mkdir()
    real = os.scandir

    def guarded(place):
        if str(place).endswith("src"):
            raise PermissionError(13, "Permission denied", str(place))
        return real(place)

    monkeypatch.setattr(os, "scandir", guarded)
    assert read(tree).unreadable == {"src": "Permission denied"}


def test_a_huge_file_is_not_read(tree):
    """A file of a terabyte costs nothing, and is told with the limit."""
    with (tree / "package.json").open("wb") as file:
        file.truncate(10**12)
    assert read(tree).unreadable == {"package.json": "larger than 1000 kB"}


def test_the_limit_itself_is_read(tree):
    """A file of exactly the limit is not too large."""
    (tree / "package.json").write_bytes(b"x" * MAX_BYTES)
    assert len(read(tree).texts["package.json"]) == MAX_BYTES


def test_a_named_pipe_is_not_waited_for(tree):
    """A pipe with a wanted name ends nothing: it is told and not opened."""
    os.mkfifo(tree / "package.json")
    assert read(tree).unreadable == {"package.json": "not a regular file"}


@pytest.mark.parametrize(
    "raw",
    [b"<P>\xc3\xa4</P>", b"\xef\xbb\xbf<P>\xc3\xa4</P>", "\ufeff<P>ä</P>".encode("utf-16-le"),
     "\ufeff<P>ä</P>".encode("utf-16-be")],
    ids=["utf-8", "utf-8 with BOM", "utf-16 little", "utf-16 big"],
)  # fmt: skip
def test_encodings(tree, raw):
    """UTF-8 with or without a mark and UTF-16 with a mark all give the same text."""
    (tree / "App.csproj").write_bytes(raw)
    assert read(tree).texts["App.csproj"] == "<P>ä</P>"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"caf\xe9", "not UTF-8 text"),
        (b"\xff\xfe<\x00P", "not UTF-16 text"),
        (b"\xfe\xff\xd8\x00\x00a", "not UTF-16 text"),
    ],
)
def test_another_encoding_is_told(tree, raw, why):
    """A file in another encoding, or a broken one, is named with the encoding that was expected."""
    (tree / "App.csproj").write_bytes(raw)
    assert read(tree).unreadable == {"App.csproj": why}


def test_an_empty_file_is_an_empty_text(tree):
    """Nothing is a text."""
    (tree / "package.json").write_text("")
    assert read(tree).texts["package.json"] == ""


def test_a_name_that_is_not_utf_8_can_be_printed(tree):
    """A name of odd bytes stands in the facts as text that every terminal and report can hold."""
    (tree / os.fsdecode(b"caf\xe9.csproj")).write_text("<Project/>")
    facts = read(tree)
    assert "caf\\xe9.csproj" in facts.paths
    assert [path for path in facts.paths if not path.encode()] == []


def test_a_file_with_a_name_that_is_not_utf_8_is_read(tree):
    """The odd name hides no content: the reason told is never `No such file`."""
    (tree / os.fsdecode(b"caf\xe9.csproj")).write_text("<Project/>")
    assert read(tree).texts["caf\\xe9.csproj"] == "<Project/>"


def test_lock_files_are_counted(tmp_path):
    """A scanner that passes over one says nothing: the count tells an empty one from one that was not read."""
    (tmp_path / "a").mkdir()
    (tmp_path / "package-lock.json").write_text('{"packages": {"": {}, "node_modules/x": {}}}')
    (tmp_path / "a" / "packages.lock.json").write_text('{"version": 1, "dependencies": {}}')
    (tmp_path / "a" / "package-lock.json").write_text('{"packages": {"')
    (tmp_path / "a" / "yarn.lock").write_bytes(b"\xff")

    locks = read(tmp_path).locks

    assert {path: lock.packages for path, lock in locks.items()} == {
        "package-lock.json": 1,
        "a/packages.lock.json": 0,
        "a/package-lock.json": None,
        "a/yarn.lock": None,
    }


def test_lock_files_have_a_purse_of_their_own(tree, monkeypatch):
    """However many there are: the first ones are counted, the others still have to be looked at."""
    monkeypatch.setattr(module, "MAX_TOTAL_LOCK_BYTES", 20)
    for name in ("a", "b"):
        (tree / name).mkdir()
        (tree / name / "package-lock.json").write_text('{"packages": {}}')
    locks = read(tree).locks
    assert (locks["a/package-lock.json"].packages, locks["b/package-lock.json"].packages) == (0, None)


def test_a_lock_file_that_is_a_pipe_is_not_waited_for(tree):
    """It is told, and nobody reads from it."""
    os.mkfifo(tree / "package-lock.json")
    assert read(tree).locks["package-lock.json"].packages is None
    assert read(tree).unreadable == {"package-lock.json": "not a regular file"}


def test_a_tree_deeper_than_the_stack(tree):
    """Folders are walked without recursion."""
    place = os.open(tree, os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("d", dir_fd=place)
        inner = os.open("d", os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = inner
    os.close(os.open("fly.toml", os.O_CREAT, dir_fd=place))
    os.close(place)
    deep = f"{'d/' * 1200}fly.toml"
    assert deep in read(tree).files
    for depth in range(1200, -1, -1):
        folder = tree / ("d/" * depth)
        (folder / "fly.toml").unlink(missing_ok=True)
        if depth:
            folder.rmdir()


def test_a_lock_file_that_is_a_link_out_of_the_tree_is_told(tree):
    """A scanner may follow it, or not; here it is not read."""
    (tree.parent / "elsewhere.json").write_text("{}")
    (tree / "package-lock.json").symlink_to(tree.parent / "elsewhere.json")
    facts = read(tree)
    assert facts.unreadable == {"package-lock.json": "a link that leads nowhere, or out of the source"}
    assert not facts.locks
