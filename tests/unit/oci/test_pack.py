"""Images as files: the same input gives the same bytes, and the base stays what it was."""

from __future__ import annotations

import io
import json
import os
import tarfile
from dataclasses import asdict, replace

import pytest

from pipeline.oci import __main__ as program
from pipeline.oci import layer, layout, pack
from pipeline.oci.spec import Base, Content, Spec
from tests.oci_base import base


@pytest.fixture
def tree(tmp_path):
    """Return a folder with what an image is made of, and its specification."""
    for name, text in {"own/App.dll": "code", "own/sub/b.txt": "b", "spa/index.html": "<html>"}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "none").mkdir()
    archive, _ = base(tmp_path)
    spec = Spec(
        name="app",
        bases=(Base(platform="linux/amd64", archive=str(archive)),),
        contents=(
            Content(name="packages", folder=str(tmp_path / "none"), to="/app"),
            Content(name="assemblies", folder=str(tmp_path / "own"), to="/app"),
            Content(name="spa", folder=str(tmp_path / "spa"), to="/app/wwwroot"),
        ),
        workdir="/app",
        command=("dotnet", "App.dll"),
        user="1654:1654",
        port=8080,
        env={"ASPNETCORE_HTTP_PORTS": "8080"},
        labels={"org.opencontainers.image.revision": "abc"},
    )
    return tmp_path, spec


def packed(tree, spec, name="out"):
    target = tree / name
    target.mkdir()
    return pack.images(spec, target), target


def test_the_same_files_give_the_same_image(tree):
    """Whatever their dates, owners and order; a second machine gets the digest of the first."""
    folder, spec = tree
    one, first = packed(folder, spec, "one")
    for path in (folder / "own").rglob("*"):
        os.utime(path, (1, 1))
        path.chmod(0o700 if path.is_dir() else 0o600)
    two, second = packed(folder, spec, "two")

    assert one == two
    assert (first / "linux-amd64.tar").read_bytes() == (second / "linux-amd64.tar").read_bytes()


def test_an_edit_changes_only_its_layer(tree):
    """Base and assemblies stay what every registry has already."""
    folder, spec = tree
    one, _ = packed(folder, spec, "one")
    (folder / "spa/index.html").write_text("<HTML>")
    two, _ = packed(folder, spec, "two")

    changed = [a[0] for a, b in zip(one[0].layers, two[0].layers, strict=True) if a != b]
    assert changed == ["spa"]
    assert one[0].digest != two[0].digest


def test_a_page_of_the_same_length_gets_another_date(tree):
    """ASP.NET Core makes its ETag of date and length; browsers would keep the old page."""
    folder, _ = tree
    page = folder / "spa/index.html"
    before = layer.date_of(page)
    page.write_text("<HTML>")
    assert layer.date_of(page) != before


def test_what_is_in_the_layers(tree):
    """Files at their place, of root, and nobody else may change them; an empty folder makes no layer."""
    folder, spec = tree
    (image,), target = packed(folder, spec)
    assert [name for name, _ in image.layers] == ["base", "assemblies", "spa"]

    found = {}
    archive = layout.Archive(target / image.archive)
    for _, content in archive.opened(archive.layers[1:]):
        with tarfile.open(fileobj=io.BytesIO(content.read())) as tar:
            found |= {entry.name: (entry.type, oct(entry.mode), entry.uid, entry.gid) for entry in tar}
    assert found == {
        "app": (tarfile.DIRTYPE, "0o755", 0, 0),
        "app/App.dll": (tarfile.REGTYPE, "0o644", 0, 0),
        "app/sub": (tarfile.DIRTYPE, "0o755", 0, 0),
        "app/sub/b.txt": (tarfile.REGTYPE, "0o644", 0, 0),
        "app/wwwroot": (tarfile.DIRTYPE, "0o755", 0, 0),
        "app/wwwroot/index.html": (tarfile.REGTYPE, "0o644", 0, 0),
    }


def test_links_stay_links(tree):
    """Also those to folders, and nothing behind them is packed twice."""
    folder, spec = tree
    (folder / "own/to-file").symlink_to("App.dll")
    (folder / "own/to-folder").symlink_to("sub")
    (image,), target = packed(folder, spec)
    archive = layout.Archive(target / image.archive)
    for _, content in archive.opened(archive.layers[1:2]):
        with tarfile.open(fileobj=io.BytesIO(content.read())) as tar:
            links = {entry.name: entry.linkname for entry in tar if entry.issym()}
    assert links == {"app/to-file": "App.dll", "app/to-folder": "sub"}


def test_how_it_starts(tree):
    """Its own command and no entrypoint of the base; the base's environment where nothing else is said."""
    folder, spec = tree
    (image,), target = packed(folder, spec)
    whole = layout.Archive(target / image.archive).config
    own = whole["config"]

    assert (own["Cmd"], own["User"], own["WorkingDir"], own.get("Entrypoint")) == (
        ["dotnet", "App.dll"], "1654:1654", "/app", None,
    )  # fmt: skip
    assert own["Env"] == ["PATH=/usr/bin", "ASPNETCORE_HTTP_PORTS=8080"]
    assert own["ExposedPorts"] == {"8080/tcp": {}}
    # The base's version would be taken for that of the application.
    assert own["Labels"] == {"maker": "somebody", "org.opencontainers.image.revision": "abc"}
    assert len(whole["rootfs"]["diff_ids"]) == len(whole["history"]) == 3
    assert whole["created"] == "2026-01-01T00:00:00Z"


def test_the_date_is_that_of_the_commit(tree):
    """Not of the build."""
    folder, spec = tree
    (image,), target = packed(folder, replace(spec, created="2026-11-02T00:00:00Z"))
    assert layout.Archive(target / image.archive).config["created"] == "2026-11-02T00:00:00Z"


def test_the_layers_of_the_base_are_kept_as_they_are(tree):
    """A registry that has them is not sent them again."""
    folder, spec = tree
    (image,), _ = packed(folder, spec)
    _, blob = base(folder, "again.tar")
    assert image.layers[0] == ("base", blob)


def test_a_base_of_another_platform_is_refused(tree):
    """Some registries answer with what they have."""
    folder, spec = tree
    wrong = replace(spec, bases=(replace(spec.bases[0], platform="linux/arm64"),))
    with pytest.raises(ValueError, match="image for linux/amd64 when linux/arm64 was asked for"):
        packed(folder, wrong)


@pytest.mark.parametrize("content", [b"", b"no tar", b"\0" * 10240])
def test_what_is_no_image_is_refused(tree, content):
    """With its name."""
    folder, spec = tree
    (folder / "base.tar").write_bytes(content)
    with pytest.raises(ValueError, match=r"base\.tar is no image"):
        packed(folder, spec)


def test_the_program_reports(tree, capsys):
    """Digest, layers, and an index over several platforms."""
    folder, spec = tree
    other, _ = base(folder, "arm.tar", architecture="arm64")
    both = replace(spec, bases=(*spec.bases, Base(platform="linux/arm64", archive=str(other))))
    (folder / "spec.json").write_text(json.dumps(asdict(both)))
    program.main(str(folder / "spec.json"), str(folder / "out"), str(folder / "report.json"))

    report = json.loads((folder / "report.json").read_text())
    index = (folder / "out/index.json").read_bytes()
    assert report["digest"] == layout.Descriptor.of(layout.INDEX, index).digest
    assert [entry["platform"]["architecture"] for entry in json.loads(index)["manifests"]] == ["amd64", "arm64"]
    assert [entry["digest"] for entry in json.loads(index)["manifests"]] == [i["digest"] for i in report["images"]]
    assert report["problem"] == ""
    assert report["digest"] in capsys.readouterr().out


def test_the_program_says_why_there_is_no_image(tree):
    """The judge reads it; an exit code could not say it."""
    folder, spec = tree
    (folder / "base.tar").write_bytes(b"")
    (folder / "spec.json").write_text(json.dumps(asdict(spec)))
    program.main(str(folder / "spec.json"), str(folder / "out"), str(folder / "report.json"))

    report = json.loads((folder / "report.json").read_text())
    assert (report["digest"], report["images"]) == ("", [])
    assert "is no image" in report["problem"]


def changed(archive, *without, **documents):
    """Write an archive anew, without some of it, or with a document that is not what its name says."""
    with tarfile.open(archive) as old:
        kept = {member.name: old.extractfile(member).read() for member in old}
    kept = {name: text for name, text in kept.items() if not any(part in name for part in without)}
    with tarfile.open(archive, "w") as tar:
        for name, text in (kept | documents).items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text))


def described(archive, **said):
    """Write an archive of which manifest and configuration say something else, and are what their names say."""
    whole = layout.Archive(archive)
    config = layout.canonical(whole.config | said.pop("config", {}))
    own = layout.Descriptor.of(layout.CONFIG, config)
    manifest = layout.canonical(whole.manifest | {"config": own.as_json()} | said)
    top = layout.Descriptor.of(layout.MANIFEST, manifest)
    texts = {"index.json": layout.canonical({"manifests": [top.as_json()]})}
    texts |= {f"blobs/sha256/{one.digest[7:]}": text for one, text in ((top, manifest), (own, config))}
    changed(archive, **texts)


def test_a_document_that_is_not_what_its_name_says(tree):
    """One that names itself has no end."""
    folder, spec = tree
    name = "a" * 64
    loop = json.dumps({"manifests": [{"digest": f"sha256:{name}"}]}).encode()
    changed(folder / "base.tar", **{"index.json": loop, f"blobs/sha256/{name}": loop})
    with pytest.raises(ValueError, match=r"sha256:a+ holds something else"):
        packed(folder, spec)


def test_a_base_without_its_layer(tree):
    """No registry would take the image."""
    folder, spec = tree
    changed(folder / "base.tar", layout.Archive(folder / "base.tar").layers[0].digest[7:])
    with pytest.raises(ValueError, match=r"base\.tar is no image .* is not there as it says"):
        packed(folder, spec)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"layers": 5}, "not iterable"),
        ({"layers": [{"digest": 5}]}, "size"),
        ({"config": {"rootfs": {"diff_ids": []}}}, "it has 1 layers and names 0"),
        ({"config": {"rootfs": None}}, "it has 1 layers and names 0"),
    ],
)
def test_a_base_that_makes_no_sense(tree, said, why):
    """With what is wrong, and no traceback."""
    folder, spec = tree
    described(folder / "base.tar", **said)
    with pytest.raises(ValueError, match=why):
        packed(folder, spec)


@pytest.mark.parametrize("name", [".wh.index.html", "sub/.wh..wh..opq", ".wh.x/y"])
def test_a_name_that_deletes_is_no_file(tree, name):
    """The pages would take assemblies away that were tested."""
    folder, spec = tree
    (folder / "spa" / name).parent.mkdir(exist_ok=True)
    (folder / "spa" / name).write_text("")
    with pytest.raises(ValueError, match=r"app/wwwroot/.*\.wh\..* would delete files of the layers below it"):
        packed(folder, spec)


def test_a_folder_that_cannot_be_read_is_not_left_out(tree, monkeypatch):
    """An image of the rest would look whole."""
    folder, spec = tree
    scandir = os.scandir

    def refused(path):
        if str(path).endswith("sub"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refused)
    with pytest.raises(ValueError, match="own/sub cannot be read: Permission denied"):
        packed(folder, spec)


def test_a_pipe_in_a_folder_is_no_file(tree):
    """Nothing waits for it."""
    folder, spec = tree
    os.mkfifo(folder / "own/pipe")
    with pytest.raises(ValueError, match="app/pipe is neither a file nor a folder nor a link"):
        packed(folder, spec)
