"""Names of images, as the registries' own tools read them."""

from __future__ import annotations

import pytest

from pipeline.errors import PipelineError
from pipeline.registry.reference import parse, source_and_target, tags_of

DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("text", "host", "name", "tag", "digest"),
    [
        ("ghcr.io/team/shop:1.0", "ghcr.io", "team/shop", "1.0", ""),
        (f"ghcr.io/team/shop@{DIGEST}", "ghcr.io", "team/shop", "", DIGEST),
        (f"r.test:5000/shop:1@{DIGEST}", "r.test:5000", "shop", "1", DIGEST),
        ("localhost/shop", "localhost", "shop", "", ""),
        ("team/shop", "docker.io", "team/shop", "", ""),
        ("shop:1", "docker.io", "library/shop", "1", ""),
    ],
)
def test_a_name(text, host, name, tag, digest):
    """The first part is a host only where it looks like one."""
    found = parse(text)
    assert (found.host, found.name, found.tag, found.digest) == (host, name, tag, digest)


def test_where_it_answers():
    """Docker's registry has another address than name, and one on this machine speaks without encryption."""
    assert parse("shop").address == "registry-1.docker.io"
    near = [parse(f"{host}/shop").is_near for host in ("localhost:1", "127.0.0.1:5000", "127.0.0.1.test", "a.test")]
    assert near == [True, True, False, False]


@pytest.mark.parametrize("text", ["", "https://r.test/shop", "r.test/Shop", "r.test/shop:", "r.test/shop@sha256:1"])
def test_what_is_no_name_is_refused(text):
    """Before anybody is asked."""
    with pytest.raises(PipelineError, match="P105"):
        parse(text)


@pytest.mark.parametrize("port", ["0", "65536", "99999", "9" * 5000])
def test_a_port_that_no_machine_has_is_refused(port):
    """Python would say so in words of its own."""
    with pytest.raises(PipelineError, match="P105"):
        parse(f"r.test:{port}/shop")


@pytest.mark.parametrize("text", ["bot:hunter2@r.test/shop", "https://bot:hunter2@r.test/shop", "hunter2@r.test/shop"])
def test_a_login_in_a_name_is_not_repeated(text):
    """It is no name, and somebody's password."""
    with pytest.raises(PipelineError) as caught:
        parse(text)
    assert "hunter2" not in str(caught.value)


def test_what_promote_copies_and_where_to():
    """Whose mistake it is has a name; a digest there would promise what only the image can keep."""
    source, target = source_and_target(f"r.test/shop@{DIGEST}", "r.test/prod/shop:live")
    assert (source.digest, target.repository, target.tag) == (DIGEST, "r.test/prod/shop", "live")
    for image, to, said in (
        ("a b", "x:1", "IMAGE: expected"),
        ("x", "a b", "TO: expected"),
        ("x", f"x@{DIGEST}", "TO:"),
    ):
        with pytest.raises(PipelineError) as caught:
            source_and_target(image, to)
        assert caught.value.what.startswith(said)


def test_tags():
    """Each once, in their order; what is none is refused."""
    assert tags_of(["1.0", "latest", "1.0"]) == ["1.0", "latest"]
    with pytest.raises(PipelineError, match="--tag: expected"):
        tags_of(["a/b"])
