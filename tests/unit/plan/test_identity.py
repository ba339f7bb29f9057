"""Which commit an image is made of."""

from __future__ import annotations

import pytest

from pipeline.plan.identity import Identity, address, read, revision_of

REVISION = "a" * 40
DATE = "2026-11-01T10:00:00+01:00"


def test_what_the_script_prints():
    """Hash, date, address, and what is not the commit's, by name."""
    found, changed = read(f"{REVISION}\n{DATE}\nhttps://git.test/shop\nb.txt\na.txt\n", "1.2")
    assert found == Identity(revision=REVISION, created=DATE, source="https://git.test/shop", version="1.2")
    assert changed == ("a.txt", "b.txt")


@pytest.mark.parametrize("text", [f"{REVISION}\n{DATE}\n\n", f"{REVISION}\n{DATE}\n"])
def test_a_repository_without_a_remote(text):
    """It is nowhere for anybody else, and the image does not say it."""
    found, changed = read(text)
    assert (found.source, changed) == ("", ())
    assert set(found.labels) == {"org.opencontainers.image.revision", "org.opencontainers.image.created"}


@pytest.mark.parametrize("text", ["", "fatal: bad object HEAD", "abc\n2026", f"{REVISION}\n"])
def test_no_commit(text):
    """Whatever was printed instead is no hash."""
    with pytest.raises(ValueError, match="no commit"):
        read(text)


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        ("https://git.test/team/shop.git", "https://git.test/team/shop.git"),
        ("https://me:hunter2@git.test:8443/shop?token=hunter2#hunter2", "https://git.test:8443/shop"),
        ("git@git.test:team/shop.git", "ssh://git.test/team/shop.git"),
        ("ssh://git@git.test/team/shop.git", "ssh://git.test/team/shop.git"),
        ("/srv/git/shop", ""),
        ("file:///srv/git/shop", ""),
        ("ext::sh -c hunter2", ""),
        ("https://[broken", ""),
        ("", ""),
    ],
)
def test_an_address_for_everybody(remote, expected):
    """Without a login, and nothing that is only of this machine."""
    assert address(remote) == expected


@pytest.mark.parametrize(("label", "revision"), [("a" * 40, "a" * 40), ("", ""), ("main", ""), ("../x:y", "")])
def test_a_label_that_is_no_commit_names_none(label, revision):
    """It becomes part of a tag, and anybody who builds an image writes it."""
    assert revision_of({"org.opencontainers.image.revision": label}) == revision
