from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field

import anyio
import pytest

from pipeline.errors import PipelineError
from pipeline.fly import pages, wanted
from pipeline.oci.layout import CONFIG, INDEX, MANIFEST, Descriptor
from pipeline.registry.manifest import Manifest
from pipeline.registry.reference import parse


@dataclass
class Kept:
    """A repository of what is put into it."""

    there: dict[str, bytes] = field(default_factory=dict)
    where = parse("r.test/shop")

    def put(self, kind: str, content: bytes) -> dict[str, object]:
        described = Descriptor.of(kind, content)
        self.there[described.digest] = content
        return described.as_json()

    async def manifest(self, name):
        return Manifest(media_type=MANIFEST, content=self.there[name]) if name in self.there else None

    async def pull(self, digest):
        return self.there[digest]

    async def save(self, blob, held):
        held.write(self.there[blob.digest])


def image(kept: Kept, content: bytes, **more: object) -> Manifest:
    """Return an image with a configuration of these bytes."""
    said = {"config": kept.put(CONFIG, content), "layers": []} | more
    return Manifest(media_type=MANIFEST, content=json.dumps(said).encode())


def index(*entries: dict[str, object]) -> Manifest:
    """Return an index of images."""
    return Manifest(media_type=INDEX, content=json.dumps({"manifests": entries}).encode())


def test_of_an_index_the_image_for_flys_machines_is_taken():
    """They tell its digest, and not that of the index; an entry that says nothing of its platform is none for them."""
    kept = Kept()
    entries = [
        kept.put(MANIFEST, json.dumps({"config": {}, "name": name}).encode()) for name in ("none", "odd", "arm", "amd")
    ]
    platforms = [
        {},
        {"platform": "amd64"},
        *({"platform": {"os": "linux", "architecture": f"{m}64"}} for m in ("arm", "amd")),
    ]
    found = anyio.run(wanted._for_fly, kept, index(*(one | more for one, more in zip(entries, platforms, strict=True))))
    assert found.descriptor.digest == entries[3]["digest"]
    with pytest.raises(PipelineError, match="P127"):
        anyio.run(wanted._for_fly, kept, index(entries[0]))


@pytest.mark.parametrize("config", [b"[]", b"\xff", b"", b"[" * 100_000])
def test_what_is_no_configuration_is_told(config):
    """Whoever can write into the repository can put anything there."""
    kept = Kept()
    with pytest.raises(PipelineError, match="P412"):
        anyio.run(wanted._config, kept, image(kept, config))


@pytest.mark.parametrize("named", [None, [], {"digest": 1}, {"digest": "../../x"}])
def test_a_configuration_that_is_not_named_by_its_digest_is_not_asked_for(named):
    """Every other name could be any address."""
    kept = Kept()
    with pytest.raises(PipelineError, match="P412"):
        anyio.run(wanted._config, kept, image(kept, b"{}", config=named))


def test_how_an_image_starts():
    """What is not there, or of another kind, says nothing."""
    kept = Kept()
    whole = json.dumps({"config": {"Env": ["A=b=c"], "Entrypoint": None, "Labels": []}}).encode()
    assert anyio.run(wanted._config, kept, image(kept, whole))["Env"] == ["A=b=c"]
    assert anyio.run(wanted._config, kept, image(kept, b'{"config": 1}')) == {}


# Without its time, which would be a part of the names of the tests, another one in each process that runs them.
LAYER = gzip.compress(b"x" * 2000, mtime=0)


@pytest.mark.parametrize("content", [LAYER[:-9], LAYER[:8], b"BZh9no", b""])
def test_a_layer_that_is_cut_has_no_pages(content):
    """The report says that none was compared."""
    kept = Kept()
    layer = kept.put("application/vnd.oci.image.layer.v1.tar+gzip", content)
    assert anyio.run(pages.pages, kept, image(kept, b"{}", layers=[layer])) == ()


def test_a_layer_of_no_kind_is_none():
    """Whoever wrote the manifest."""
    kept = Kept()
    layer = kept.put("", b"") | {"mediaType": None}
    assert anyio.run(pages.pages, kept, image(kept, b"{}", layers=[layer])) == ()
