"""The image step: what it is made of, on what, and for which platforms."""

from __future__ import annotations

import json
import re

import pytest

from pipeline.app.model import Fact
from pipeline.errors import PipelineError
from pipeline.plan.identity import Identity
from pipeline.plan.make import make
from pipeline.settings.load import resolve
from tests import samples

ICU = "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"


def _plan(yaml="", **more):
    return make(samples.app(**more), resolve(yaml or None).settings, samples.IMAGES)


def _packed(step):
    return json.loads(next(one.text for one in step.literals if one.path == "${scratch}/image.json"))


def test_the_image_step():
    """The image holds publish output and SPA, starts the web project, and is not root."""
    step = _plan("spa: {into: static}").step("image")
    packages, own, pages = step.artifacts
    assert (packages.exclude, packages.include, own.exclude) == (own.include, (), ())
    assert {"**/Shop.Web.dll", "**/Shop.Web.resources.dll", "*.json", "wwwroot/**"} <= set(own.include)
    assert {(layer.step, layer.path) for layer in (packages, own)} == {("api.publish", "publish")}
    assert (pages.step, pages.path) == ("spa.build", "src/Shop.Web/client/dist")
    assert [base.image for base in step.bases] == ["registry.test/aspnet:10.0"]

    spec = _packed(step)
    assert [(one["name"], one["to"]) for one in spec["contents"]] == [
        ("packages", "/app"), ("assemblies", "/app"), ("spa", "/app/static"),
    ]  # fmt: skip
    assert [one["folder"] for one in spec["contents"]] == [f"${{source}}/{layer.to}" for layer in step.artifacts]
    assert (spec["command"], spec["user"], spec["env"]) == (
        ["dotnet", "Shop.Web.dll"], "1654:1654", {"ASPNETCORE_HTTP_PORTS": "8080"},
    )  # fmt: skip


def test_the_image_says_its_commit_when_it_is_known():
    """A local run makes the same image for every commit, a published one tells where it is from."""
    known = Identity(revision="a" * 40, created="2026-11-01T10:00:00Z", source="https://git.test/shop", version="1.2.0")
    plan = make(samples.app(), samples.settings(), samples.IMAGES, identity=known)
    spec = _packed(plan.step("image"))
    assert spec["created"] == "2026-11-01T10:00:00Z"
    assert spec["labels"] == {
        "org.opencontainers.image.base.name": "registry.test/aspnet:10.0",
        "org.opencontainers.image.created": "2026-11-01T10:00:00Z",
        "org.opencontainers.image.revision": "a" * 40,
        "org.opencontainers.image.source": "https://git.test/shop",
        "org.opencontainers.image.version": "1.2.0",
    }
    assert spec["env"]["APP_COMMIT"] == "a" * 40
    local = _packed(_plan().step("image"))
    assert (local["created"], "APP_COMMIT" in local["env"]) == ("", False)


@pytest.mark.parametrize(
    ("name", "env"),
    [
        ("GIT_SHA", {"GIT_SHA": "a" * 40, "ASPNETCORE_HTTP_PORTS": "8080"}),
        ("''", {"ASPNETCORE_HTTP_PORTS": "8080"}),
    ],
)
def test_the_program_learns_its_commit_by_the_name_that_it_reads(name, env):
    """Of a variable of its own, or not at all."""
    known = Identity(revision="a" * 40, created="2026-11-01T10:00:00Z")
    settings = resolve(f"image: {{commit_variable: {name}}}").settings
    assert _packed(make(samples.app(), settings, samples.IMAGES, identity=known).step("image"))["env"] == env


@pytest.mark.parametrize("name", ["PATH", "LD_PRELOAD", "ASPNETCORE_HTTP_PORTS", "DOTNET_ROOT", "a b"])
def test_the_commit_stands_in_no_variable_of_another_meaning(name):
    """The program would not start, or listen elsewhere."""
    with pytest.raises(PipelineError, match="P105"):
        resolve(f"image: {{commit_variable: {name}}}")


def test_an_image_for_several_platforms():
    """One publish output, one base for each; the proof starts the first and says so."""
    plan = _plan("image: {platforms: [linux/arm64, linux/amd64]}")
    assert [base.platform for base in plan.step("image").bases] == ["linux/arm64", "linux/amd64"]
    verify = plan.step("image.verify")
    assert "image/linux-arm64.tar" in {root.path for root in verify.roots}
    assert "the image for linux/amd64 was packed of the same files and not started" in verify.leaves_open


@pytest.mark.parametrize(
    ("yaml", "version", "tag", "invariant"),
    [
        ("image: {variant: ''}", "10.0", "10.0", None),
        ("image: {variant: debian}", "8.0", "8.0-bookworm-slim", None),
        ("image: {variant: ubuntu}", "10.0", "10.0-noble", None),
        ("image: {variant: alpine, globalization: invariant}", "8.0", "8.0-alpine", "true"),
        ("image: {variant: chiseled}", "10.0", "10.0-noble-chiseled-extra", None),
        ("image: {variant: chiseled, globalization: icu}", "8.0", "8.0-noble-chiseled-extra", "false"),
        ("image: {variant: chiseled, globalization: invariant}", "10.0", "10.0-noble-chiseled", "true"),
    ],
)
def test_variants_of_the_image_below(yaml, version, tag, invariant):
    """Whole argument of what is pulled: no stand-in proves the tags of the public registry."""
    web = samples.web(frameworks=(f"net{version}",))
    plan = _plan(yaml, dotnet=samples.dotnet(web=web, sdk=version))
    assert plan.step("image").bases[0].image == plan.image("aspnet") == f"registry.test/aspnet:{tag}"
    assert _packed(plan.step("image"))["env"].get(ICU) == invariant


@pytest.mark.parametrize(
    ("yaml", "told"),
    [
        ("image: {variant: alpine}", "image.variant: alpine has no ICU"),
        ("image: {variant: alpine, globalization: icu}", "image.variant: alpine has no ICU"),
        ("image: {variant: debian}", "there is no Debian image of .NET 10.0"),
        ("{image: {variant: chiseled}, images: {aspnet: 'r.test/a:1'}}", "image.variant and images.aspnet both say"),
    ],
)
def test_an_image_below_that_does_not_exist_is_refused(yaml, told):
    """Before anything is pulled; an application without ICU would format every date like the other."""
    with pytest.raises(PipelineError, match=re.escape(told)):
        _plan(yaml)


def test_the_image_starts_the_assembly_not_the_file():
    """AssemblyName decides what `dotnet X.dll` is called."""
    plan = _plan(dotnet=samples.dotnet(web=samples.web(assembly="shop-server")))
    assert _packed(plan.step("image"))["command"] == ["dotnet", "shop-server.dll"]


DOCKERFILE = (
    Fact(name="dockerfile of the web project", value="src/Dockerfile", source="fly.toml"),
    Fact(name="docker context", value="src", source="ci.yml"),
)


def test_the_repository_s_own_dockerfile():
    """Built in its folder, with the commit as labels and told to the program; the proof looks at what it made."""
    known = Identity(revision="a" * 40, created="2026-11-01T10:00:00Z")
    settings = resolve("image: {by: dockerfile}").settings
    plan = make(samples.app(facts=DOCKERFILE), settings, samples.IMAGES, identity=known)
    step = plan.step("image")

    (build,) = step.builds
    assert (build.file, build.context, build.platform, build.to) == (
        "Dockerfile", "src", "linux/amd64", "image/linux-amd64.tar",
    )  # fmt: skip
    assert dict(build.labels)["org.opencontainers.image.revision"] == "a" * 40
    assert build.env == (("APP_COMMIT", "a" * 40),)
    assert (step.files.include, step.bases, step.artifacts) == (("src/**",), (), ())
    assert "not what other steps tested" in step.leaves_open
    assert "spa.build" not in {one.step for one in step.artifacts}
    assert "the page of the SPA was not compared" in plan.step("image.verify").leaves_open


@pytest.mark.parametrize("wish", ["variant: ubuntu", "globalization: invariant"])
def test_a_dockerfile_decides_its_own_base(wish):
    """A wish that nobody would hear is refused."""
    with pytest.raises(PipelineError, match=r"whose FROM decides"):
        _plan(f"image: {{by: dockerfile, {wish}}}", facts=DOCKERFILE)


@pytest.mark.parametrize("platforms", ["[]", "[linux/amd64, linux/amd64]"])
def test_platforms_that_make_no_image_are_refused(platforms):
    """None, or the same one twice."""
    with pytest.raises(PipelineError, match=r"image\.platforms: expected each platform once"):
        _plan(f"image: {{platforms: {platforms}}}")


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ((), "no Dockerfile starts the web project; name it with docker.file"),
        ((DOCKERFILE[0], Fact(name="docker context", value="deploy", source="ci.yml")), "does not lie in deploy"),
    ],
)
def test_a_dockerfile_that_cannot_be_built_is_refused(facts, told):
    """With the key that mends it."""
    with pytest.raises(PipelineError, match=re.escape(told)):
        _plan("image: {by: dockerfile}", facts=facts)
