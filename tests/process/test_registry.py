"""Publishing and promoting, against a registry that does what real ones do, right and wrong."""

from __future__ import annotations

import base64
import json
import shutil
import time
from types import SimpleNamespace

import anyio
import httpx
import pytest

from pipeline import errors
from pipeline.errors import ExitCode, PipelineError
from pipeline.judge.audit.model import Audit
from pipeline.judge.model import Status
from pipeline.oci.layout import INDEX, MANIFEST, Archive, Descriptor, canonical
from pipeline.registry import attached, client, login, session, trouble
from pipeline.registry.documents import MIGRATIONS, PROVENANCE, REPORT, SBOM
from pipeline.registry.login import Credentials
from pipeline.registry.reference import parse
from pipeline.registry.session import Access, promoting, publishing
from pipeline.render import as_json
from pipeline.run import publishing as publication
from pipeline.run.call import Call, NotGreen
from pipeline.settings.model import PublishSettings
from tests import samples
from tests.registry import images
from tests.registry.server import PASSWORD, TOKEN, USER, Registry, serving

NOBODY = Access()
BOT = Credentials(user=USER, secret=PASSWORD)
DAY = 24 * 3600


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """Wait less than a user would."""
    monkeypatch.setattr(trouble, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(trouble, "LONGEST_WAIT", 0.02)


@pytest.fixture
def registry():
    """Return a running registry."""
    with serving(Registry()) as running:
        yield running


def somebody(registry, secret=PASSWORD):
    """Return who may publish there."""
    settings = PublishSettings(repository=f"{registry.host}/shop", user=USER, secret="TOKEN")
    return Access.of(settings, secret)


def publish(registry, folder, *, access=NOBODY, tags=("1.0",), documents=images.documents):
    where = parse(f"{registry.host}/shop")
    return anyio.run(lambda: publishing(access, where, folder, documents, tags))


def promote(registry, image, to="prod/shop:live", *, access=NOBODY, there=None):
    target = parse(f"{(there or registry).host}/{to}")
    return anyio.run(lambda: promoting(access, parse(image), target, now=time.time(), max_age_days=7))


def test_publish(registry, tmp_path):
    """Blobs, manifest, documents, and the tag at the very end; what is returned names the image by digest."""
    done = publish(registry, images.packed(tmp_path))

    assert done.reference == f"{registry.host}/shop@{done.digest}"
    assert registry.manifests["shop", "1.0"] == registry.manifests["shop", done.digest]
    archive = Archive(tmp_path / "image/linux-amd64.tar")
    assert done.sent == done.whole == sum(blob.size for blob in archive.blobs)
    assert set(done.documents) == {REPORT, SBOM, PROVENANCE}
    assert registry.asked[-1] == "PUT /v2/shop/manifests/1.0"


def _json(content):
    return json.loads(content)


def test_the_same_image_again_sends_nothing(registry, tmp_path):
    """What is there is not sent twice."""
    folder = images.packed(tmp_path)
    first = publish(registry, folder)
    again = publish(registry, folder, tags=("1.0", "latest"))
    assert (again.digest, again.sent, registry.tags("shop")) == (first.digest, 0, {"1.0", "latest"})


def test_an_edit_sends_its_layer_alone(registry, tmp_path):
    """The base is what the registry has already."""
    first = publish(registry, images.packed(tmp_path / "one"))
    second = publish(registry, images.packed(tmp_path / "two", "other"))
    assert 0 < second.sent < first.sent
    assert second.digest != first.digest


def test_several_platforms(registry, tmp_path):
    """The digest is that of the index over all of them."""
    folder = images.packed(tmp_path, "code", "amd64", "arm64")
    (folder / "index.json").write_bytes(_index(folder))
    done = publish(registry, folder)
    kind, content = registry.manifests["shop", "1.0"]
    assert (kind, len(_json(content)["manifests"])) == ("application/vnd.oci.image.index.v1+json", 2)
    moved = promote(registry, done.reference)
    assert moved.digest == done.digest
    assert {("prod/shop", m["digest"]) for m in _json(content)["manifests"]} <= set(registry.manifests)


def _index(folder):
    entries = [Descriptor.of(MANIFEST, Archive(path).content).as_json() for path in sorted(folder.glob("*.tar"))]
    return canonical({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries})


@pytest.mark.parametrize("lists", [True, False])
def test_documents_are_found_again(tmp_path, lists):
    """By the registry's own list, or by the tag that stands for one."""
    with serving(Registry(lists=lists)) as registry:
        done = publish(registry, images.packed(tmp_path))
        assert promote(registry, done.reference).documents.keys() == {REPORT, SBOM, PROVENANCE}
        by_tag = [ref for _, ref in registry.manifests if ref.startswith("sha256-")]
        assert bool(by_tag) is not lists


@pytest.mark.parametrize("login", ["basic", "bearer"])
def test_who_publishes(tmp_path, login):
    """The registry is told when it asks, and the password goes to nobody else."""
    with serving(Registry(login=login)) as registry:
        done = publish(registry, images.packed(tmp_path), access=somebody(registry))
        assert registry.tags("shop") == {"1.0"}
        assert promote(registry, done.reference, access=somebody(registry)).digest == done.digest
    # The first question of all says nothing of anybody.
    assert registry.seen[0] == ""
    told = {asked for asked, said in zip(registry.asked, registry.seen, strict=True) if said.startswith("Basic ")}
    assert told == ({"GET /token"} if login == "bearer" else set(registry.asked) - {"GET /token"})


@pytest.mark.parametrize("login", ["basic", "bearer"])
@pytest.mark.parametrize("secret", ["", "mistyped"])
def test_a_stranger_is_refused(tmp_path, login, secret):
    """At once, with what mends it, and without repeating what he said."""
    with serving(Registry(login=login)) as registry, pytest.raises(PipelineError) as caught:
        publish(registry, images.packed(tmp_path), access=somebody(registry, secret) if secret else NOBODY)
    assert caught.value.kind is errors.REGISTRY_DENIED
    assert "mistyped" not in str(caught.value)
    assert len(registry.asked) < 20
    assert registry.tags("shop") == set()


@pytest.mark.parametrize("login", ["", "basic", "bearer"])
def test_whoever_may_not_write_is_told_before_the_run(login):
    """An upload is opened and ended, nothing of it stays."""
    with serving(Registry(login=login)) as registry:
        where = parse(f"{registry.host}/shop")
        anyio.run(session.admitted, somebody(registry), where)
        assert registry.asked[-2:] == ["POST /v2/shop/blobs/uploads/", "DELETE /v2/shop/blobs/uploads/one"]
        assert (registry.blobs, registry.manifests) == ({}, {})
        if login:
            with pytest.raises(PipelineError) as caught:
                anyio.run(session.admitted, NOBODY, where)
            assert caught.value.kind is errors.REGISTRY_DENIED


def test_an_upload_that_cannot_be_ended_is_left(registry, tmp_path):
    """The registry forgets it by itself: neither the question before a run nor a promotion ends there."""
    registry.fault = lambda verb, _path, _count: "cut" if verb == "DELETE" else None
    registry.mounts = False
    anyio.run(session.admitted, NOBODY, parse(f"{registry.host}/shop"))
    done = publish(registry, images.packed(tmp_path))
    assert promote(registry, done.reference).digest == done.digest


@pytest.mark.parametrize("again", [False, True])
def test_what_was_proven_is_published_and_no_second_build(registry, tmp_path, again):
    """An engine that has forgotten the image makes another one of the same Dockerfile."""
    folder = images.packed(tmp_path / "one")
    packed = Descriptor.of(MANIFEST, Archive(next(folder.glob("*.tar"))).content).digest
    told = json.dumps({"digest": "sha256:" + "0" * 64 if again else packed})

    async def texts(step, _ending):
        return {"image.json": told} if step == "image" else {}

    async def export(_step, _path, to):
        shutil.copytree(folder, to, dirs_exist_ok=True)

    async def bring():
        call = Call(name="app", files=None)
        runner = SimpleNamespace(texts=texts, export=export)
        made = {"loaded": SimpleNamespace(plan=samples.plan()), "runner": runner, "identity": None, "access": NOBODY}
        run = publication._Run(where=parse(f"{registry.host}/shop"), tags=("1.0",), **made)
        return await publication._bring(call, run, images.report())

    if again:
        with pytest.raises(NotGreen, match="was proven and is gone") as caught:
            anyio.run(bring)
        assert caught.value.error.exit_code is ExitCode.INFRA
        assert registry.asked == []
    else:
        assert anyio.run(bring).digest == packed


PASSING = [
    ("HEAD", "/blobs/", 503), ("POST", "/uploads/", 500), ("PUT", "/uploads/", 502), ("PUT", "/uploads/", "cut"),
    ("PUT", "/uploads/", "damaged"), ("PUT", "/manifests/", 504), ("GET", "/manifests/", 429),
    ("POST", "/uploads/", "cut"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "part", "wrong"), PASSING)
def test_what_passes_is_tried_again(registry, tmp_path, method, part, wrong):
    """Each fault once, in the middle of a push: the image is there in the end."""
    left = [1]

    def fault(verb, path, _):
        if verb == method and part in path and left:
            return left.pop() and wrong
        return None

    registry.fault = fault
    done = publish(registry, images.packed(tmp_path))
    assert not left
    assert registry.manifests["shop", "1.0"] == registry.manifests["shop", done.digest]


STAYING = [
    ("PUT", "/uploads/", 500), ("PUT", "/uploads/", "cut"), ("PUT", "/manifests/sha256", 503),
    ("POST", "/uploads/", 507), ("PUT", "/uploads/", "damaged"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "part", "wrong"), STAYING)
def test_what_stays_ends_it_without_a_tag(registry, tmp_path, method, part, wrong):
    """No half image has a name; the same call afterwards goes on."""
    registry.fault = lambda verb, path, _: wrong if verb == method and part in path else None
    with pytest.raises(PipelineError) as caught:
        publish(registry, images.packed(tmp_path))
    assert caught.value.kind is errors.REGISTRY_FAILED
    assert registry.tags("shop") == set()

    registry.fault = lambda *_: None
    publish(registry, tmp_path / "image")
    assert registry.tags("shop") == {"1.0"}


def test_a_full_registry_says_so(registry, tmp_path):
    """In its own words."""
    registry.fault = lambda verb, path, _: 507 if verb == "PUT" and "/uploads/" in path else None
    with pytest.raises(PipelineError, match="answers 507 UNKNOWN no space left"):
        publish(registry, images.packed(tmp_path))


def test_a_document_that_cannot_be_kept_leaves_no_tag(registry, tmp_path):
    """An image without what proves it has no name."""
    registry.fault = lambda verb, path, _: 500 if verb == "PUT" and "sha256-" in path else None
    with pytest.raises(PipelineError, match="P412"):
        publish(registry, images.packed(tmp_path))
    assert registry.tags("shop") == set()


def test_a_slow_registry_is_not_waited_for_for_ever(registry, tmp_path, monkeypatch):
    """Each answer has its time, and each question a few attempts."""
    monkeypatch.setattr(session, "TIMEOUT", httpx.Timeout(0.1))
    registry.fault = lambda verb, path, _: "slow" if verb == "PUT" and "/uploads/" in path else None
    with pytest.raises(PipelineError, match=r"P412.*ReadTimeout, in each of 5 attempts"):
        publish(registry, images.packed(tmp_path))
    assert registry.tags("shop") == set()

    left = [1]
    registry.fault = lambda verb, *_: left.pop() and "slow" if verb == "PUT" and left else None
    publish(registry, tmp_path / "image")
    assert registry.tags("shop") == {"1.0"}


def test_a_registry_that_is_down(tmp_path):
    """Named with its address and the number of attempts."""
    with serving(Registry()) as gone:
        pass
    with pytest.raises(PipelineError, match=rf"{gone.host}: .* in each of 5 attempts"):
        publish(gone, images.packed(tmp_path))


def test_a_registry_that_forgets_is_noticed(registry, tmp_path):
    """What was sent is read back before it gets a name."""
    registry.fault = lambda verb, path, _: 404 if verb == "GET" and "/manifests/sha256:" in path else None
    with pytest.raises(PipelineError, match="took the image and does not have it"):
        publish(registry, images.packed(tmp_path))
    assert registry.tags("shop") == set()


@pytest.mark.parametrize("mounts", [True, False])
def test_promote(registry, tmp_path, mounts):
    """The very bytes, with every document, under the new name; nothing is sent where the registry takes it over."""
    registry.mounts = mounts
    done = publish(registry, images.packed(tmp_path))
    moved = promote(registry, done.reference)

    assert moved.digest == done.digest
    assert registry.manifests["prod/shop", "live"] == registry.manifests["shop", "1.0"]
    assert set(moved.documents) == {REPORT, SBOM, PROVENANCE}
    assert (moved.sent == 0) is mounts
    assert registry.asked[-1] == "PUT /v2/prod/shop/manifests/live"


def test_promote_to_another_registry(registry, tmp_path):
    """Byte by byte."""
    done = publish(registry, images.packed(tmp_path))
    with serving(Registry()) as other:
        moved = promote(registry, done.reference, there=other)
        assert other.manifests["prod/shop", "live"] == registry.manifests["shop", "1.0"]
        assert moved.sent == moved.whole
        assert promote(other, f"{other.host}/prod/shop:live", "again/shop:live", there=other).digest == done.digest


@pytest.mark.parametrize(
    ("without", "of", "told"),
    [
        ((REPORT,), {}, "no report of the run"),
        ((SBOM,), {}, "no bill of materials"),
        ((PROVENANCE,), {}, "no provenance"),
        ((), {"verdict": ExitCode.RED}, "its report is not green: RED"),
        ((), {"verdict": ExitCode.INCOMPLETE}, "its report is not green: INCOMPLETE"),
        ((), {"audit": Audit()}, "no scan of the image"),
        ((), {"started": time.time() - 9 * DAY}, "its report is 9 days old, `publish.max_age` allows 7"),
        ((), {"started": time.time() - 7.3 * DAY}, "its report is 7.3 days old, `publish.max_age` allows 7"),
        ((), {"started": time.time() + 9 * DAY}, "its report is dated 9 days from now"),
    ],
)
def test_what_is_not_proven_is_not_promoted(registry, tmp_path, without, of, told):
    """Nothing of it arrives."""
    made = images.report(**of)
    done = publish(registry, images.packed(tmp_path), documents=lambda d: images.documents(d, *without, of=made))
    with pytest.raises(PipelineError) as caught:
        promote(registry, done.reference)
    assert (caught.value.kind, caught.value.exit_code) == (errors.NOT_PROMOTED, ExitCode.RED)
    assert told in "".join(caught.value.details)
    assert not any(name.startswith("prod") for name, _ in registry.manifests)


@pytest.mark.parametrize("text", [b"", b"5", b"[]", b"[" * 100_000, b"\xff", b"{}", b'"x"'])
@pytest.mark.parametrize("kind", [REPORT, SBOM, PROVENANCE])
def test_a_document_that_makes_no_sense_is_none(registry, tmp_path, kind, text):
    """It proves nothing, and it is no mistake of the pipeline's."""

    def documents(digest):
        odd = attached.File(name="x.json", media_type=kind, content=text)
        made = images.documents(digest, kind)
        return [*made, attached.Document(kind=kind, created=made[0].created, files=(odd,))]

    done = publish(registry, images.packed(tmp_path), documents=documents)
    with pytest.raises(PipelineError, match="P201"):
        promote(registry, done.reference)


@pytest.mark.parametrize("started", [None, "x", [], {}, float("nan"), float("inf"), -float("inf")])
def test_a_report_without_a_date_is_not_a_new_one(registry, tmp_path, started):
    """No comparison holds for what is no number."""

    def documents(digest):
        said = json.loads(as_json.text(images.report())) | {"started": started}
        odd = attached.File(name="x.json", media_type=REPORT, content=json.dumps(said).encode())
        made = images.documents(digest, REPORT)
        return [*made, attached.Document(kind=REPORT, created=made[0].created, files=(odd,))]

    done = publish(registry, images.packed(tmp_path), documents=documents)
    with pytest.raises(PipelineError, match="P201"):
        promote(registry, done.reference)


def test_the_provenance_of_another_image_proves_nothing(registry, tmp_path):
    """Somebody may have put it there."""
    other = "sha256:" + "0" * 64
    done = publish(registry, images.packed(tmp_path), documents=lambda d: images.documents(d, subject=other))
    with pytest.raises(PipelineError, match="its provenance is that of another image"):
        promote(registry, done.reference)


def test_the_latest_report_counts(registry, tmp_path):
    """A scan of today is what an old image needs."""
    folder, old = images.packed(tmp_path), images.report(started=time.time() - 30 * DAY)
    done = publish(registry, folder, documents=lambda d: images.documents(d, of=old))
    with pytest.raises(PipelineError, match="30 days old"):
        promote(registry, done.reference)
    publish(registry, folder)
    assert promote(registry, done.reference).digest == done.digest


def test_a_document_of_somebody_else_is_copied_and_not_read(registry, tmp_path, monkeypatch):
    """It may be larger than any proof."""
    trace = attached.File(name="trace", media_type="application/x-trace", content=b"x" * 50_000)
    large = attached.Document(kind="application/x-trace", created="2026-01-01T00:00:00Z", files=(trace,))
    done = publish(registry, images.packed(tmp_path), documents=lambda d: [*images.documents(d), large])
    monkeypatch.setattr(client, "MAX_ANSWER", 40_000)
    assert "application/x-trace" in promote(registry, done.reference).documents


def test_no_age_is_the_usual_one():
    """As an empty text is everywhere in the settings."""
    assert [session.days(PublishSettings(max_age=age)) for age in ("", "7 days", "1 day")] == [7, 7, 1]


def test_no_such_image(registry):
    """With its name."""
    with pytest.raises(PipelineError, match=r"P127 .*shop has no 9\.9"):
        promote(registry, f"{registry.host}/shop:9.9")


def test_another_image_than_its_digest_is_refused(registry, tmp_path):
    """A registry, or who stands between, can lie."""
    done = publish(registry, images.packed(tmp_path))
    kind, _ = registry.manifests["shop", done.digest]
    registry.manifests["shop", done.digest] = (kind, b'{"schemaVersion": 2, "layers": [], "config": {}}')
    with pytest.raises(PipelineError, match="answers with another image than sha256:"):
        promote(registry, done.reference)


def test_an_answer_without_end_is_not_held(registry, tmp_path, monkeypatch):
    """Whoever can write into a repository can put anything there."""
    done = publish(registry, images.packed(tmp_path))
    monkeypatch.setattr(client, "MAX_ANSWER", 100)
    with pytest.raises(PipelineError, match="answers with more than"):
        promote(registry, done.reference)


@pytest.mark.parametrize(
    ("realm", "told"),
    [
        ('Bearer realm="http://auth.test/token"', "its token service auth.test is not reached by https"),
        ("Bearer", "no user was given"),
        ("Negotiate", "no user was given"),
    ],
)
def test_a_token_service_without_https_gets_nothing(realm, told):
    """A registry that is reached by https could send the password anywhere else."""

    async def ask():
        async with httpx.AsyncClient() as http:
            await login.answer_to(realm, BOT, http, scheme="https")

    with pytest.raises(PipelineError, match=told):
        anyio.run(ask)


def test_a_password_is_never_shown():
    """Not by what a debugger or a log would print."""
    assert PASSWORD not in repr(BOT) + repr(Access(credentials=BOT))


BLOB = Descriptor.of("application/octet-stream", b"code")


def called(registry, call, *, credentials=BOT, name="127.0.0.1"):
    """Return what a repository answers to a call."""

    async def ask():
        async with httpx.AsyncClient(timeout=5) as http:
            where = parse(f"{name}:{registry.host.rpartition(':')[2]}/shop")
            return await call(client.Repository(where, http, credentials=credentials))

    return anyio.run(ask)


def pushed(repository):
    return repository.push(BLOB, lambda: iter((b"code",)))


@pytest.mark.parametrize("call", [lambda r: r.pull(BLOB.digest), lambda r: r.manifest("1.0"), pushed])
def test_who_is_led_to_gets_no_password(registry, call):
    """Not by asking for it, nor by naming a token service: a place for blobs may be anybody's."""
    with serving(Registry(login="bearer")) as other:

        def fault(verb, _path, _count):
            elsewhere = {"Location": f"http://{other.host.replace('127.0.0.1', 'localhost')}/v2/shop/blobs/x"}
            return {"GET": (307, b"", elsewhere), "POST": (202, b"", elsewhere)}.get(verb)

        registry.fault = fault
        with pytest.raises(PipelineError, match=r"P125 .* answers 401"):
            called(registry, call)
        assert other.seen
        assert not any(other.seen)


def test_another_port_of_the_host_gets_no_password(tmp_path):
    """It is another server."""
    with serving(Registry(login="basic")) as registry, serving(Registry()) as other:

        def fault(verb, _path, _count):
            return (202, b"", {"Location": f"http://{other.host}/v2/x/blobs/uploads/1"}) if verb == "POST" else None

        registry.fault = fault
        called(registry, pushed)
        assert any(registry.seen)
        assert not any(other.seen)


def test_a_token_that_ends_during_an_upload_is_asked_for_again():
    """The content was sent with the old one, so it is sent once more."""
    with serving(Registry(login="basic")) as registry:
        asks = (401, b"", {"WWW-Authenticate": 'Basic realm="test"'})
        registry.fault = lambda verb, _path, count: asks if (verb, count) == ("PUT", 1) else None
        assert called(registry, pushed) == BLOB.size


def test_another_registry_gets_no_password(registry, tmp_path):
    """A mistyped name can be that of a registry which waits for it."""
    done = publish(registry, images.packed(tmp_path))
    with serving(Registry(login="basic")) as other:
        with pytest.raises(PipelineError, match="P125"):
            promote(registry, done.reference, access=somebody(registry), there=other)
        assert not any(other.seen)


def test_a_password_without_a_registry_is_refused():
    """It would be everybody's."""
    with pytest.raises(PipelineError, match="which registry it is for"):
        Access.of(PublishSettings(user=USER, secret="TOKEN"), PASSWORD)


@pytest.mark.parametrize("login", ["basic", "bearer"])
def test_an_answer_that_repeats_the_question_shows_no_password(login):
    """Some proxies do that."""
    with serving(Registry(login=login)) as registry:

        def fault(_verb, path, _count):
            given = registry.seen[-1]
            basic = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            said = f"you sent {given}, which is {USER}:{PASSWORD} or {basic}".encode()
            return (403, said, {}) if given and path != "/token" else None

        registry.fault = fault
        with pytest.raises(PipelineError, match=r"you sent (Basic|Bearer) \*\*\*") as caught:
            called(registry, lambda r: r.pull(BLOB.digest))
        assert (PASSWORD in str(caught.value), TOKEN in str(caught.value)) == (login == "bearer", False)


LIST, IMAGE = {"Content-Type": INDEX}, {"Content-Type": MANIFEST}


async def _blobs(repository):
    return (await repository.manifest("1.0")).blobs


def _newest(repository):
    return attached.documents(repository, BLOB.digest)


@pytest.mark.parametrize(
    ("answer", "call"),
    [
        *(((200, text, IMAGE), _blobs) for text in (b"no JSON", b"[]", b"[" * 100_000, b"{}", b'{"layers": 5}')),
        ((200, b'{"config": {"digest": 5, "size": "x"}}', IMAGE), _blobs),
        ((200, b'{"config": {"digest": "../../other/blobs/x", "size": 1}}', IMAGE), _blobs),
        *(
            ((200, text, LIST), _newest)
            for text in (b"no JSON", b"[]", b'{"manifests": ["x"]}', b'{"manifests": [{}]}')
        ),
        ((200, b'{"manifests": [{"digest": "../../other/manifests/x", "size": 1}]}', LIST), _newest),
        ((200, b"no gzip", {"Content-Encoding": "gzip"}), lambda r: r.pull(BLOB.digest)),
        ((500, b"[" * 100_000, {}), lambda r: r.pull(BLOB.digest)),
        ((307, b"", {"Location": "/again"}), lambda r: r.pull(BLOB.digest)),
    ],
)
def test_an_answer_that_makes_no_sense_is_the_registrys(registry, answer, call):
    """It is no mistake of the pipeline's, and no address is made of it."""
    registry.fault = lambda *_: answer
    with pytest.raises(PipelineError, match="P412"):
        called(registry, call)
    assert not any("other" in asked for asked in registry.asked)


@pytest.mark.parametrize(
    ("location", "why"),
    [*((place, "does not say where") for place in ("", "http://[::bad/", "mailto:x")), ("http://127.0.0.1:99999/", "")],
)
def test_an_upload_to_nowhere(registry, location, why):
    """With the host that said so."""
    registry.fault = lambda verb, *_: (202, b"", {"Location": location}) if verb == "POST" else None
    with pytest.raises(PipelineError, match=f"P412 .*127.0.0.1.*{why}"):
        called(registry, pushed)


@pytest.mark.parametrize("token", ['"a\\nb: c"', '"\\u2603"', "5", "[]", '""'])
def test_a_token_is_one_word(token):
    """It goes into a header."""
    with serving(Registry(login="bearer")) as registry:
        said = f'{{"token": {token}}}'.encode()
        registry.fault = lambda _verb, path, _count: (200, said, {}) if path == "/token" else None
        with pytest.raises(PipelineError, match="gives no token"):
            called(registry, lambda r: r.pull(BLOB.digest))


def test_a_token_service_without_end(monkeypatch):
    """It is not the registry, and as little to be trusted."""
    monkeypatch.setattr(login, "MAX_ANSWER", 1000)
    with serving(Registry(login="bearer")) as registry:
        registry.fault = lambda _verb, path, _count: (200, b"x" * 2000, {}) if path == "/token" else None
        with pytest.raises(PipelineError, match="answers with more than"):
            called(registry, lambda r: r.pull(BLOB.digest))


def test_a_realm_that_is_no_address():
    """As the registry names it."""

    async def ask():
        async with httpx.AsyncClient() as http:
            await login.answer_to('Bearer realm="https://[::bad/"', BOT, http, scheme="https")

    with pytest.raises(PipelineError, match="names no address of its token service"):
        anyio.run(ask)


def test_a_blob_without_end_fills_no_disk(registry, tmp_path):
    """Its size is known before."""
    registry.blobs[f"shop@{BLOB.digest}"] = b"x" * 50_000_000
    with (tmp_path / "blob").open("w+b") as file, pytest.raises(PipelineError, match="answers with another blob"):
        called(registry, lambda r: r.save(BLOB, file))
    assert (tmp_path / "blob").stat().st_size < 5_000_000


def _tag(digest):
    """Return the list of an image's documents, where the registry keeps none."""
    return "shop", attached.tag_of(digest)


def test_a_list_with_the_documents_of_another_image_proves_nothing(registry, tmp_path):
    """Whoever may write a tag may write that list."""
    good = publish(registry, images.packed(tmp_path / "good"))
    bad = publish(registry, images.packed(tmp_path / "bad", "bad"), documents=lambda _: [])
    registry.manifests[_tag(bad.digest)] = registry.manifests[_tag(good.digest)]
    with pytest.raises(PipelineError, match="no report of the run that proved it"):
        promote(registry, bad.reference)


def test_migrations_that_are_told_of_are_listed(registry, tmp_path):
    """Without the list an image with destructive ones would look like one without any."""
    made = images.report(steps=(samples.result("api.migrations", Status.PASSED),))
    listed = attached.File(name="migrations.json", media_type=MIGRATIONS, content=b'{"schema": 1, "contexts": []}')
    of_them = attached.Document(kind=MIGRATIONS, created="2026-01-01T00:00:00Z", files=(listed,))
    folder = images.packed(tmp_path)
    done = publish(registry, folder, documents=lambda d: images.documents(d, of=made))
    with pytest.raises(PipelineError, match="its report tells of migrations, and no list of them is kept beside it"):
        promote(registry, done.reference)
    publish(registry, folder, documents=lambda d: [*images.documents(d, of=made), of_them])
    assert promote(registry, done.reference).digest == done.digest


def test_the_date_of_a_document_stands_in_it(registry, tmp_path):
    """A list that calls an old report the newest one hides a red one."""
    folder, red = images.packed(tmp_path), images.report(verdict=ExitCode.RED)
    yesterday = images.report(started=time.time() - DAY)
    done = publish(registry, folder, documents=lambda d: images.documents(d, of=yesterday))
    publish(registry, folder, documents=lambda d: images.documents(d, of=red))
    kind, content = registry.manifests[_tag(done.digest)]
    index = _json(content)
    for entry in index["manifests"]:
        if entry["digest"] in done.documents.values():
            entry["annotations"][attached.CREATED] = "2999-01-01T00:00:00Z"
    registry.manifests[_tag(done.digest)] = (kind, canonical(index))
    with pytest.raises(PipelineError, match="its report is not green: RED"):
        promote(registry, done.reference)
