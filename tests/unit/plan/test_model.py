from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.plan.model import Artifact, BaseImage, DockerBuild, Files, Literal, Off, Output, Plan, Service, Step, fill
from tests import samples

OTHER = {
    "id": "api.other",
    "tool": "node",
    "checks": True,
    "fix": (("dotnet", "format"),),
    "proves": "something else",
    "commands": (("dotnet", "test", "--more"),),
    "start": "api.build",
    "needs": ("api.tools",),
    "files": Files(include=("src/**",)),
    "artifacts": (Artifact(step="spa.build", path="dist", to="wwwroot"),),
    "builds": (DockerBuild(file="Dockerfile", context=".", platform="linux/amd64", to="a.tar"),),
    "bases": (BaseImage(tool="aspnet", image="aspnet:10.0", platform="linux/amd64", to="base.tar"),),
    "roots": (Artifact(step="image", path="image/a.tar", to="root"),),
    "literals": (Literal(path="a", text="b"),),
    "workdir": "src",
    "env": (("A", "1"),),
    "path": ("${scratch}/pm/bin",),
    "secrets": ("TOKEN",),
    "caches": (("NUGET_HTTP_CACHE_PATH", "nuget"),),
    "services": ("postgres",),
    "outputs": (Output(path="x", kind="trx"),),
    "timeout": 61,
    "log": "msbuild",
    "fetches": True,
    "wants_cases": False,
    "scan": True,
    "unsure": "its script cannot fail",
    "git": True,
    "privileged": True,
    "live": True,
    "leaves_open": "what it does not show",
    "reason": "because",
}


def test_every_field_of_a_step_has_another_value_to_try():
    """A new field of Step cannot be forgotten in the digest test."""
    assert {field.name for field in fields(Step)} == set(OTHER)


@pytest.mark.parametrize("name", sorted(OTHER))
def test_a_digest_changes_with_each_field(name):
    """Whatever differs in a step gives it another digest."""
    step = samples.step()
    assert replace(step, **{name: OTHER[name]}).digest("start", "content") != step.digest("start", "content")


def test_a_digest_changes_with_what_it_starts_from_and_what_it_sees():
    """Another image or another predecessor, and another content of the files, are other work."""
    step = samples.step()
    same = step.digest("start", "content")
    assert len({same, step.digest("other", "content"), step.digest("start", "other")}) == 3
    assert step.digest("content", "start") != same


def test_a_digest_is_stable():
    """Equal steps have equal digests, since the value is part of a cache key."""
    assert samples.step().digest("s", "c") == samples.step().digest("s", "c")


def test_a_digest_can_name_a_folder():
    """A digest is short and safe in a path."""
    digest = samples.step().digest("", "")
    assert (len(digest), set(digest) <= set("0123456789abcdef")) == (24, True)


def test_after_names_start_needs_and_artifacts_once_and_in_order():
    """Everything a step waits for is listed once."""
    step = samples.step(
        start="a",
        needs=("b", "a"),
        artifacts=(Artifact(step="c", path=".", to="x"), Artifact(step="b", path=".", to="y")),
    )
    assert step.after == ("a", "b", "c")
    assert samples.step(roots=(Artifact(step="d", path="image", to="x"),)).after == ("d",)
    assert samples.step().after == ()


@pytest.fixture
def chain() -> Plan:
    def one(id_: str, **more: object) -> Step:
        return samples.plain_step(id_, **more)

    return samples.plan(
        one("restore"),
        one("build", start="restore"),
        one("test", start="build"),
        one("install"),
        one("lint", start="install"),
        one("dist", start="install", needs=("check",)),
        one("image", artifacts=(Artifact(step="dist", path=".", to="x"), Artifact(step="build", path=".", to="y"))),
        off=(Off(id="tools", reason="none"),),
        services=(Service(name="redis", image="r", port=1),),
    )


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"test"}, ["restore", "build", "test"]),
        ({"lint"}, ["install", "lint"]),
        ({"image"}, ["restore", "build", "install", "dist", "image"]),
        ({"test", "lint"}, ["restore", "build", "test", "install", "lint"]),
        ({"nothing"}, []),
        (set(), []),
    ],
)
def test_only_keeps_what_is_wanted_and_all_it_needs(chain, wanted, expected):
    """A part of a plan is closed: every predecessor comes along, in plan order, nothing else does."""
    part = chain.only(frozenset(wanted))
    assert [step.id for step in part] == expected
    assert (part.app, part.images, part.services) == (chain.app, chain.images, chain.services)


def test_only_of_everything_keeps_all_steps(chain):
    """Asking for every step gives every step."""
    assert chain.only(frozenset(s.id for s in chain)).steps == chain.steps


def test_a_step_and_an_image_are_found_by_name(chain):
    """Plan.step and Plan.image look up by id and by tool."""
    assert chain.step("lint").id == "lint"
    assert chain.image("dotnet") == samples.IMAGES["dotnet-sdk"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${out}/x", "/o/x"),
        ("${postgres.host}:${postgres.port}", "db:5432"),
        ("$${postgres.host} $${other} $$x", "${postgres.host} ${other} $$x"),
        ("$(MSBuild)", "$(MSBuild)"),
        ("$(out)", "$(out)"),
        ("${unknown} ${out}", "${unknown} /o"),
        ("${OUT}", "${OUT}"),
        ("100 $ and $", "100 $ and $"),
        ("${out", "${out"),
        ("%{TOKEN}%", "%{TOKEN}%"),
        ("", ""),
    ],
)
def test_fill_puts_known_places_in_and_leaves_the_rest(text, expected):
    """Only ${name} of a known place is replaced; MSBuild's $(Name), unknown places and lone dollars stay."""
    assert fill(text, {"out": "/o", "postgres.host": "db", "postgres.port": "5432"}) == expected


def test_fill_leaves_a_dollar_name_without_braces():
    """A password such as `pa$out` is no place."""
    assert fill("pa$out", {"out": "/o"}) == "pa$out"


def test_fill_leaves_two_dollars():
    """`$$` is two characters of the user's, for example of a password or of MSBuild."""
    assert fill("a$$b", {"out": "/o"}) == "a$$b"


@settings(deadline=None)
@given(st.text())
def test_fill_without_places_changes_nothing_without_dollars(text):
    """Text without a dollar comes back as it was."""
    plain = text.replace("$", "")
    assert fill(plain, {"out": "/o"}) == plain


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("**/*.trx", "a.trx", True),
        ("**/*.trx", "a/b/c.trx", True),
        ("*.trx", "a.trx", True),
        ("**/Sequence*.xml", "x/Sequence_1.xml", True),
        ("**/*.trx", "a.TRX", False),
        ("**/*.trx", "a.trx.txt", False),
        ("1/report.json", "2/report.json", False),
        ("1/report.json", "x/1/report.json", False),
    ],
)
def test_an_output_knows_its_files(glob, path, expected):
    """Runners collect and the judge reads by the same rule: `**/` stands for any depth, none too."""
    assert Output(path=glob, kind="trx").holds(path) is expected


def test_the_places_of_a_server():
    """Where it answers, and what its start values say; without any of these there is no such place."""
    env = (("POSTGRES_USER", "app"), ("POSTGRES_PASSWORD", "word"), ("POSTGRES_DB", "shop"), ("POSTGRES_OTHER", "x"))
    assert Service(name="postgres", image="x", port=5432, env=env).places("db", 5432) == {
        "postgres.host": "db",
        "postgres.port": "5432",
        "postgres.user": "app",
        "postgres.password": "word",
        "postgres.database": "shop",
    }
    assert Service(name="redis", image="x", port=1).places("127.0.0.1", 7) == {
        "redis.host": "127.0.0.1",
        "redis.port": "7",
    }
