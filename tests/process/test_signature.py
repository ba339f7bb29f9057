"""Signatures: what we sign, cosign verifies, and what cosign signs, we verify."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time

import anyio
import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from pipeline.errors import PipelineError
from pipeline.registry import attached, signature
from pipeline.registry.reference import parse
from pipeline.registry.session import Access, promoting, publishing, target
from pipeline.settings.model import PublishSettings
from pipeline.verbs import shared
from tests import apps
from tests.registry import images, real
from tests.registry.server import Registry, serving

# Where .ci/run puts it.
COSIGN = shutil.which("cosign", path=f"{os.environ.get('PATH', '')}{os.pathsep}{apps.ROOT}/.tools/bin")

# Of a kind that the library knows by its number alone.
UNSUPPORTED = (
    f"-----BEGIN {'PRIVATE'} KEY-----\n"
    "MEUCAQAwHAYGKoUDAgITMBIGByqFAwICIwEGByqFAwICHgEEIgIgRhUDJ1WQASIf\n"
    "nx+aUM2eagzV9dCt6mQ5wdtenr2ZS/Y=\n"
    f"-----END {'PRIVATE'} KEY-----\n"
)


def keys():
    """Return a new key and its public half, both in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return secret, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def publish(host, folder, secret):
    access = Access(signing_key=secret)
    return anyio.run(lambda: publishing(access, parse(f"{host}/shop"), folder, images.documents, ["1.0"]))


def promote(host, image, public, to="prod/shop:live"):
    there = parse(f"{host}/{to}")
    key = (public, "deploy/cosign.pub")
    return anyio.run(lambda: promoting(Access(), parse(image), there, now=time.time(), max_age_days=7, key=key))


@pytest.fixture
def registry():
    """Return a running registry."""
    with serving(Registry()) as running:
        yield running


def test_a_signed_image_is_promoted_with_its_signature(registry, tmp_path):
    """So that who takes it from there can check it too."""
    secret, public = keys()
    done = publish(registry.host, images.packed(tmp_path), secret)
    moved = promote(registry.host, done.reference, public)
    assert promote(registry.host, moved.reference, public, "again/shop:live").digest == done.digest
    kept = b"".join([*registry.blobs.values(), *(content for _, content in registry.manifests.values())])
    assert b"dev.cosignproject.cosign/signature" in kept
    assert not [line for line in secret.splitlines() if line.encode() in kept]


def test_without_the_right_signature_nothing_is_promoted(registry, tmp_path):
    """None at all, and one of another key."""
    (_, public), (other, _) = keys(), keys()
    folder = images.packed(tmp_path)
    for secret in ("", other):
        done = publish(registry.host, folder, secret)
        with pytest.raises(PipelineError, match=r"P201.*\n.*no signature by the key in deploy/cosign\.pub"):
            promote(registry.host, done.reference, public)


def test_the_signature_of_another_image_is_none(registry, tmp_path):
    """Whoever can write a tag could copy it."""
    secret, public = keys()
    one, two = (publish(registry.host, images.packed(tmp_path / text, text), secret) for text in ("one", "two"))
    kept = registry.manifests["shop", signature.tag_of(one.digest)]
    registry.manifests["shop", signature.tag_of(two.digest)] = kept
    with pytest.raises(PipelineError, match="no signature by the key"):
        promote(registry.host, two.reference, public)


def test_a_document_that_the_signature_does_not_name_does_not_count(registry, tmp_path):
    """Whoever can write there could keep a green report of today beside an image that was signed long ago."""
    secret, public = keys()
    old = images.report(started=time.time() - 9 * 86400)
    access, where = Access(signing_key=secret), parse(f"{registry.host}/shop")

    async def published():
        folder = images.packed(tmp_path)
        done = await publishing(access, where, folder, lambda digest: images.documents(digest, of=old), ["1.0"])
        async with httpx.AsyncClient() as http:
            repository = Access().to(where, http)
            image = await repository.manifest(done.digest)
            for forged in images.documents(done.digest):
                await attached.attach(repository, image, forged)
        return done

    done = anyio.run(published)
    with pytest.raises(PipelineError) as refused:
        promote(registry.host, done.reference, public)
    assert "its report is 9 days old" in str(refused.value)
    assert "3 documents beside it do not count: its signature names others" in str(refused.value)


def test_a_signature_that_names_no_documents_vouches_for_the_image_alone(registry, tmp_path):
    """Cosign makes such ones, with keys that nobody can hand us."""
    secret, public = keys()
    done = publish(registry.host, images.packed(tmp_path), "")
    _sign_there(registry.host, done.digest, secret, "shop")
    assert promote(registry.host, done.reference, public).digest == done.digest


def test_several_signatures_stay_side_by_side(registry, tmp_path):
    """A key that is replaced stays good for what it signed."""
    (first, old), (second, new) = keys(), keys()
    folder = images.packed(tmp_path)
    publish(registry.host, folder, first)
    done = publish(registry.host, folder, second)
    assert promote(registry.host, done.reference, old).digest == promote(registry.host, done.reference, new).digest


def test_a_signature_that_was_given_there_stays(registry, tmp_path):
    """Promoted once more, the image brings its own along and takes none away."""
    (first, old), (second, new) = keys(), keys()
    folder = images.packed(tmp_path)
    done = publish(registry.host, folder, first)
    moved = promote(registry.host, done.reference, old)
    _sign_there(registry.host, done.digest, second)
    for key in (old, new):
        assert promote(registry.host, done.reference, old).digest == done.digest
        assert promote(registry.host, moved.reference, key, "again/shop:live").digest == done.digest


def _sign_there(host, digest, secret, name="prod/shop"):
    async def sign():
        async with httpx.AsyncClient() as http:
            await signature.sign(Access().to(parse(f"{host}/{name}"), http), digest, signature.private_key(secret))

    anyio.run(sign)


def test_what_is_too_large_to_be_a_signature_is_not_read(registry, tmp_path):
    """Whoever can write a tag can put anything there."""
    secret, public = keys()
    done = publish(registry.host, images.packed(tmp_path), secret)
    place = ("shop", signature.tag_of(done.digest))
    kind, content = registry.manifests[place]
    said = json.loads(content)
    said["layers"].insert(0, said["layers"][0] | {"size": 10**9, "digest": "sha256:" + "0" * 64})
    registry.manifests[place] = (kind, json.dumps(said).encode())
    registry.fault = lambda verb, path, _: 500 if verb == "GET" and path.endswith("0" * 64) else None
    registry.blobs["shop@sha256:" + "0" * 64] = registry.blobs["prod/shop@sha256:" + "0" * 64] = b""
    assert promote(registry.host, done.reference, public).digest == done.digest


@pytest.mark.parametrize("damage", ["", "none", "e30=", "\u00fc"])
def test_a_damaged_signature_is_none(registry, tmp_path, damage):
    """Whatever stands there."""
    secret, public = keys()
    done = publish(registry.host, images.packed(tmp_path), secret)
    place = ("shop", signature.tag_of(done.digest))
    kind, content = registry.manifests[place]
    said = json.loads(content)
    said["layers"][0]["annotations"] = {"dev.cosignproject.cosign/signature": damage}
    registry.manifests[place] = (kind, json.dumps(said).encode())
    with pytest.raises(PipelineError, match="no signature by the key"):
        promote(registry.host, done.reference, public)


def test_a_key_that_is_no_file_is_not_waited_for(tmp_path):
    """A pipe gives nothing, and a device has no end."""
    os.mkfifo(tmp_path / "pipe.pub")
    (tmp_path / "zero.pub").symlink_to("/dev/zero")
    for name in ("pipe.pub", "zero.pub"):
        with pytest.raises(PipelineError, match=rf"P108 .*publish.public_key: {name}: not a regular file"):
            shared.public_key(tmp_path, name)


def test_what_is_no_key_is_refused_and_not_repeated():
    """Neither half of another kind of key, nor a word."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    for text in (secret, "hunter2", UNSUPPORTED):
        with pytest.raises(PipelineError, match="P105") as caught:
            signature.private_key(text)
        assert text[:60].splitlines()[-1][-20:] not in str(caught.value)
    with pytest.raises(PipelineError, match=r"a\.pub holds no ECDSA key"):
        signature.public_key("hunter2", "a.pub")


def test_a_key_that_signs_nothing_is_refused_before_the_run():
    """An hour later would be late."""
    settings = PublishSettings(repository="r.test/shop", signing_secret="KEY")
    with pytest.raises(PipelineError, match="expected an ECDSA key"):
        target(settings, Access.of(settings, None, "hunter2"))


def test_keys_that_do_not_belong_together_are_told_before_the_run():
    """What is published would be signed, and never promoted."""
    (secret, public), (_, other) = keys(), keys()
    settings = PublishSettings(repository="r.test/shop", signing_secret="KEY", public_key="a.pub")
    access = Access(signing_key=secret)
    assert target(settings, access, (public, "a.pub")) == target(settings, access)
    with pytest.raises(PipelineError, match=r"P105 .* a\.pub holds the public half of another key"):
        target(settings, access, (other, "a.pub"))


@pytest.mark.skipif(not COSIGN, reason="cosign is not on PATH")
@pytest.mark.skipif(bool(real.lacking()), reason=real.lacking())
def test_cosign_and_we_read_each_other(tmp_path):
    """The program itself, at a real registry."""
    env = os.environ | {"COSIGN_PASSWORD": "", "HOME": str(tmp_path)}

    def cosign(*words):
        words = [COSIGN, *words]
        return subprocess.run(words, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)

    secret, public = keys()
    (tmp_path / "ours.pub").write_text(public)
    with real.serving(tmp_path / "registry") as host:
        done = publish(host, images.packed(tmp_path / "image"), secret)
        offline = ("--allow-http-registry", "--insecure-ignore-tlog=true")
        seen = cosign("verify", "--key", "ours.pub", *offline, done.reference)
        assert seen.returncode == 0, seen.stderr

        assert cosign("generate-key-pair").returncode == 0
        key = ("--key", "cosign.key", "--tlog-upload=false", "--allow-http-registry", "--yes")
        assert cosign("sign", *key, done.reference).returncode == 0
        assert _signed(host, done.digest, (tmp_path / "cosign.pub").read_text())
        assert _signed(host, done.digest, public)
        assert not _signed(host, done.digest, keys()[1])


def _signed(host, digest, public):
    async def ask():
        async with httpx.AsyncClient() as http:
            repository = Access().to(parse(f"{host}/shop"), http)
            return await signature.vouched(repository, digest, signature.public_key(public, "a.pub")) is not None

    return anyio.run(ask)
