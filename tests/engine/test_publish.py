"""Publishing from the engine to a real registry, and back: what runs is what was proven, bit by bit."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import urllib.request

import pytest

from pipeline.oci import layout
from pipeline.oci.layout import CONFIG, INDEX, MANIFEST, Descriptor
from pipeline.registry.documents import MIGRATIONS, PROVENANCE, REPORT
from tests import apps
from tests.engine import own_address, own_dockerfile
from tests.engine.dagger_call import SECONDS, dagger
from tests.registry import real

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    """Return a registry that containers of the engine reach under the same name as this machine."""
    if problem := real.lacking():
        pytest.skip(problem)
    gateway = own_address.seen_by_containers(tmp_path_factory.mktemp("route"))
    try:
        with real.serving(tmp_path_factory.mktemp("registry"), gateway) as host:
            yield host
    except OSError as error:
        pytest.skip(f"the engine's containers do not reach this machine ({gateway}): {error}")


@pytest.fixture(scope="module")
def app(tmp_path_factory, registry):
    """Return the small application, committed, with a place to publish to."""
    app = apps.minimal(tmp_path_factory.mktemp("publish") / "app")
    publish = f"publish: {{repository: {registry}/hello, plain_http: true}}"
    app.write("pipeline.yaml", f"security: {{enabled: false}}\ndotnet: {{format: false}}\n{publish}\n")
    return apps.committed(app.folder)


def get(registry, path, kind=MANIFEST):
    request = urllib.request.Request(f"http://{registry}/v2/{path}", headers={"Accept": kind})
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  # the address is ours
        return answer.read()


def published(done):
    assert done.code == 0, done.said
    return done.out.strip()


@pytest.fixture(scope="module")
def reference(app):
    """Return the image that was published first."""
    return published(dagger(app, "publish", "--tag=1.0.0"))


def test_what_is_published_is_what_was_proven(app, registry, reference):
    """Pulled back from the registry it has the digest that was returned, and says its commit; again, it is the same."""
    digest = reference.partition("@")[2]
    manifest = get(registry, "hello/manifests/1.0.0")
    assert f"sha256:{hashlib.sha256(manifest).hexdigest()}" == digest

    config = json.loads(get(registry, f"hello/blobs/{json.loads(manifest)['config']['digest']}"))
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=app.folder, capture_output=True, text=True, check=True
    ).stdout.strip()
    labels = config["config"]["Labels"]
    assert labels["org.opencontainers.image.revision"] == head
    assert labels["org.opencontainers.image.version"] == "1.0.0"
    assert config["created"] == labels["org.opencontainers.image.created"]
    assert f"APP_COMMIT={head}" in config["config"]["Env"]

    listed = json.loads(get(registry, f"hello/manifests/{digest.replace(':', '-')}", INDEX))
    assert {one["artifactType"] for one in listed["manifests"]} == {PROVENANCE, REPORT}
    assert MIGRATIONS not in str(listed)

    assert published(dagger(app, "publish", "--tag=1.0.0")) == reference


def test_what_is_published_runs(registry, reference, tmp_path):
    """Pulled back, manifest and blobs and nothing else, it starts and answers."""
    digest = reference.partition("@")[2]
    manifest = get(registry, f"hello/manifests/{digest}")
    said = json.loads(manifest)
    parts = [Descriptor(media_type=one["mediaType"], digest=one["digest"], size=one["size"]) for one in said["layers"]]
    blobs = [*parts, Descriptor(media_type=CONFIG, digest=said["config"]["digest"], size=said["config"]["size"])]
    pulled = [(one, io.BytesIO(get(registry, f"hello/blobs/{one.digest}"))) for one in blobs]
    layout.write(tmp_path / "image.tar", manifest, pulled, "hello:1")
    ask = "import urllib.request; print(urllib.request.urlopen('http://app:8080/health', timeout=30).read().decode())"
    (tmp_path / "ask.py").write_text(ask)
    served = "container | import $(host | file image.tar) | with-exposed-port 8080 | as-service"
    client = f"container | from python:3.13-slim | with-service-binding app $({served})"
    words = f"{client} | with-file /ask.py $(host | file ask.py) | with-exec -- python3 /ask.py | stdout"
    done = subprocess.run(
        ["dagger", "-s", "-M", "-c", words], cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.stdout.strip() == "Healthy", done.stderr


def test_files_that_are_not_the_commit_s_are_not_published(app, registry):
    """The image would name a commit that it is not made of."""
    app.append("src/Hello.Web/Program.cs", "// changed\n")
    try:
        done = dagger(app, "publish", "--tag=2.0.0")
    finally:
        subprocess.run(["git", "checkout", "-q", "."], cwd=app.folder, check=True)
    assert done.code == 1
    assert "P126" in done.said
    assert "src/Hello.Web/Program.cs" in done.said
    assert "2.0.0" not in json.loads(get(registry, "hello/tags/list"))["tags"]


def test_without_a_scan_nothing_is_promoted(app, registry, reference):
    """By the engine and by this machine alike, and each says why."""
    there = f"{registry}/production/hello:live"
    done = dagger(app, "promote", f"--image={reference}", f"--to={there}")
    assert done.code == 1
    assert "P201" in done.said
    assert "its report holds no scan of the image" in done.said

    words = [sys.executable, "-m", "pipeline.cli", "promote", reference, there, "--folder", str(app.folder)]
    host = subprocess.run(words, cwd=apps.ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert host.returncode == 1
    assert "its report holds no scan of the image" in host.stderr
    assert "no bill of materials is kept beside it" in host.stderr


def test_a_registry_that_is_not_there(app, tmp_path):
    """Refused before the run, with its address, and nothing of ours but the error."""
    elsewhere = tmp_path / "elsewhere.yaml"
    elsewhere.write_text("publish: {repository: 'localhost:1/hello'}\n")
    done = dagger(app, f"--settings={elsewhere}", "publish")
    assert done.code == 1
    assert "P412" in done.said
    assert "Traceback" not in done.said

    host = on_the_host(app, "--settings", str(elsewhere))
    assert (host.returncode, host.stdout) == (4, "")
    assert "P412" in host.stderr


def on_the_host(app, *words):
    command = [sys.executable, "-m", "pipeline.cli", "publish", str(app.folder), *apps.feed_flags(), *words]
    return subprocess.run(command, cwd=apps.ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)


def test_the_command_line_ends_as_the_run_did(app):
    """0 with the image, 2 where the files are not the commit's, 1 with the summary of a red run."""
    host = on_the_host(app, "--tag=1.0.0")
    assert (host.returncode, host.stdout.strip()) == (0, published(dagger(app, "publish", "--tag=1.0.0"))), host.stderr

    try:
        app.append("src/Hello.Web/Program.cs", "this is no code\n")
        changed = on_the_host(app)
        apps.committed(app.folder)
        red = on_the_host(app)
    finally:
        subprocess.run(["git", "reset", "-q", "--hard", "HEAD~1"], cwd=app.folder, check=True)
    assert (changed.returncode, changed.stdout, "P126" in changed.stderr) == (2, "", True)
    assert (red.returncode, red.stdout) == (1, "")
    assert "\nRED  hello on dagger: " in red.stderr


def test_the_image_of_an_own_dockerfile(tmp_path, registry):
    """What the registry has is what the engine built once and proved, with the commit told."""
    app = own_dockerfile.app(tmp_path / "app", f"publish: {{repository: {registry}/own, plain_http: true}}\n")
    apps.committed(app.folder)
    target = tmp_path / "evidence"
    done = dagger(app, "publish-evidence", "--tag=1.0.0", "-o", str(target))
    assert done.code == 0, done.said
    told = json.loads((target / "publish.json").read_text())
    digest = json.loads((target / "steps/image/image.json").read_text())["digest"]
    assert told["image"] == f"{registry}/own@{digest}"

    manifest = json.loads(get(registry, "own/manifests/1.0.0"))
    config = json.loads(get(registry, f"own/blobs/{manifest['config']['digest']}"))
    assert config["config"]["Cmd"] == ["python3", "server.py"]
    labels = config["config"]["Labels"]
    assert labels["org.opencontainers.image.version"] == "1.0.0"
    assert f"APP_COMMIT={labels['org.opencontainers.image.revision']}" in config["config"]["Env"]
    kept = get(registry, f"own/manifests/{digest.replace(':', '-')}", INDEX)
    assert {one["artifactType"] for one in json.loads(kept)["manifests"]} == {PROVENANCE, REPORT}
