"""Settings from YAML: defaults, overlays, and every problem at once."""

from __future__ import annotations

import contextlib
from dataclasses import fields, is_dataclass
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

import pipeline.settings
from pipeline.errors import SETTINGS_INVALID, PipelineError
from pipeline.settings.load import resolve
from pipeline.settings.model import Document, ServiceSettings, Settings

REFERENCE = Path(pipeline.settings.__file__).with_name("reference.yaml")
DOCS = Path(__file__).parents[3] / "docs" / "settings.md"


def load(text, overlays=()):
    return resolve(text, overlays).settings


def problems(text, *overlays):
    """Return the lines of the error."""
    with pytest.raises(PipelineError) as caught:
        load(text, overlays)
    assert caught.value.kind is SETTINGS_INVALID
    return caught.value.details


@pytest.mark.parametrize("text", [None, "", "# nothing\n", "{}", "dotnet:\nservices:\n", "\ufeffname: ''\r\n"])
def test_nothing_set_means_defaults(text):
    """No file, an empty one and empty sections are all the same."""
    assert load(text) == Settings()


def test_every_form_of_value_is_read():
    """Texts, flags, numbers, lists, mappings and services."""
    settings = load(
        "name: shop\n"
        "dotnet: {enabled: false, inputs: ['a/**', b]}\n"
        "test: {timeout_minutes: 3, env: {A: x, B: '1'}}\n"
        "services: {redis: {}, postgres: {version: '16'}}\n"
        "images: {dotnet: m/sdk}\n"
    )
    assert (settings.name, settings.dotnet.enabled, settings.dotnet.inputs) == ("shop", False, ("a/**", "b"))
    assert (settings.test.timeout_minutes, settings.test.env) == (3, (("A", "x"), ("B", "1")))
    assert settings.services == (ServiceSettings(name="redis"), ServiceSettings(name="postgres", version="16"))
    assert settings.images == (("dotnet", "m/sdk"),)


def test_a_name_keeps_the_origin_of_the_file_that_brought_it():
    """An overlay that adds a version did not ask for the server."""
    found = resolve("services:\n  redis: {}\n", [("o.yaml", "services: {redis: {version: '8'}, postgres: {}}")])
    origins = {entry.key: entry.origin for entry in found.entries}
    assert origins["services.redis"] == "pipeline.yaml:2"
    assert (origins["services.redis.version"], origins["services.postgres"]) == ("o.yaml:1", "o.yaml:1")


def test_overlays_merge_mappings_and_replace_values_and_lists():
    """Each overlay is laid over what is there; the last one wins."""
    base = "dotnet: {sdk: '8.0', format: false, inputs: [a]}\ntest: {env: {A: x, B: x}}\nservices: {redis: {}}\n"
    first = "dotnet: {sdk: '9.0', inputs: [b]}\ntest: {env: {B: y}}\nservices: {postgres: {version: '15'}}\n"
    settings = load(base, [("one.yaml", first), ("two.yaml", "services: {postgres: {version: '16'}}")])
    assert (settings.dotnet.sdk, settings.dotnet.format, settings.dotnet.inputs) == ("9.0", False, ("b",))
    assert settings.test.env == (("A", "x"), ("B", "y"))
    assert settings.services == (ServiceSettings(name="redis"), ServiceSettings(name="postgres", version="16"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "dotnet:\n  solutoin: a",
            (
                "pipeline.yaml:2 dotnet.solutoin: expected one of enabled, solution, web, sdk, inputs, format, "
                "migrations_bundle, got solutoin; did you mean solution?"
            ),
        ),
        ("services: {mysql: {}}", "pipeline.yaml:1 services.mysql: expected one of postgres, redis, got mysql"),
        ("services: {redis: {name: x}}", "pipeline.yaml:1 services.redis.name: expected one of version, got name"),
        ("dotnet: {sdk: 10.0}", 'pipeline.yaml:1 dotnet.sdk: expected text, got the number 10.0; quote it: "10.0"'),
        ("spa: {node: 22}", 'pipeline.yaml:1 spa.node: expected text, got the number 22; quote it: "22"'),
        ("name: 2026-01-01", 'pipeline.yaml:1 name: expected text, got the date 2026-01-01; quote it: "2026-01-01"'),
        (
            "publish: {max_age: 7}",
            'pipeline.yaml:1 publish.max_age: expected a number of days such as "7 days", got the number 7',
        ),
        (
            "image: {variant: distroless}",
            (
                "pipeline.yaml:1 image.variant: expected one of an empty text, debian, ubuntu, alpine, chiseled, "
                "got the text distroless"
            ),
        ),
        ("name:", "pipeline.yaml:1 name: expected text, got nothing"),
        ("name: [a]", "pipeline.yaml:1 name: expected text, got a list"),
        (
            "test: {env: {A: yes}}",
            'pipeline.yaml:1 test.env.A: expected text, got yes (true or false); quote it: "yes"',
        ),
        ("dotnet: {format: 'true'}", "pipeline.yaml:1 dotnet.format: expected true or false, got the text true"),
        (
            "test: {hang_minutes: 1.5}",
            "pipeline.yaml:1 test.hang_minutes: expected a whole number from 1 on, got the number 1.5",
        ),
        (
            "test: {hang_minutes: 1:30}",
            "pipeline.yaml:1 test.hang_minutes: expected a whole number from 1 on, got the number 1:30",
        ),
        (
            "test: {hang_minutes: true}",
            "pipeline.yaml:1 test.hang_minutes: expected a whole number from 1 on, got true (true or false)",
        ),
        ("spa: {inputs: a}", "pipeline.yaml:1 spa.inputs: expected a list of texts, got the text a"),
        ("spa: {inputs: [a,\n 1]}", 'pipeline.yaml:2 spa.inputs[1]: expected text, got the number 1; quote it: "1"'),
        ("images: [a]", "pipeline.yaml:1 images: expected a mapping of names to texts, got a list"),
        ("spa: x", "pipeline.yaml:1 spa: expected a section with keys, got the text x"),
        ("- a", "pipeline.yaml:1: expected a section with keys, got a list"),
        ("name: a\nname: b", "pipeline.yaml:2 name: expected one such key, got it twice"),
        ("? [a]\n: b", "pipeline.yaml:1: expected a name as the key, got a list"),
        ("a: 1\n---\nb: 1", "pipeline.yaml:2: expected YAML, got but found another document"),
    ],
)
def test_a_problem_is_told_with_its_place(text, line):
    """File, line, key, what was expected and what was found, and a guess where one is near."""
    assert problems(text) == (line,)


def test_problems_of_all_files_are_told_at_once():
    """One round trip is enough to mend everything."""
    lines = problems("nam: a\nspa: {enabled: 1}", ("over.yaml", "\ntest: {env: 3}"), ("bad.yaml", "a: ["))
    assert [line.partition(" ")[0] for line in lines] == [
        "pipeline.yaml:1",
        "pipeline.yaml:2",
        "over.yaml:2",
        "bad.yaml:1:",
    ]


@pytest.mark.parametrize(
    "text", ["a: [", "\tx: 1", "name: \x00", 'name: "\\UFFFFFFFF"', "a: b: c", "*x", "!!python/name:os.system ''"]
)
def test_text_that_is_no_settings_is_refused(text):
    """No error of the YAML library escapes, and no tag runs code."""
    assert len(problems(text)) == 1


def test_an_alias_bomb_is_refused():
    """What aliases stand for is counted in full; few small aliases are fine."""
    pairs = ", ".join(f"k{i}: v" for i in range(150))
    twice = f"test: {{env: &a {{{pairs}}}}}\nenvironments: {{x: {{test: {{env: *a}}}}}}\n"
    assert load(twice).test.env[149] == ("k149", "v")
    lists = "spa: {inputs: &a [" + "x, " * 1990 + "]}\ndotnet: {inputs: *a}"
    assert "at most 2000 values" in problems(lists)[0]
    levels = "".join(f"k{i}: &k{i} [{', '.join([f'*k{i - 1}'] * 9) if i else 'x'}]\n" for i in range(9))
    assert "at most 20 aliases" in problems(levels)[0]
    assert problems("dotnet: &d {inputs: *d}")
    assert problems("environments: &d {x: *d}")


def test_a_flood_of_problems_is_cut():
    """Fifty are enough to see the pattern."""
    lines = problems("name: a\n" * 100)
    assert (len(lines), lines[-1]) == (51, "and 49 more")


def test_huge_and_deep_files_are_refused():
    """100 kB and 20 levels are far more than any settings need."""
    assert problems("# " + "x" * 100_000) == ("pipeline.yaml: expected at most 100 kB, got 100 kB",)
    assert "at most 20 levels" in problems("[" * 50_000)[0]
    assert "at most 10000 YAML events" in problems("a: [" + "x, " * 20_000 + "]")[0]
    assert "at most 20 levels" in problems("a: " + "{a: " * 30 + "1" + "}" * 30)[0]


def test_the_reference_is_the_defaults():
    """Whoever copies the reference changes nothing."""
    assert load(REFERENCE.read_text(encoding="utf-8")) == Settings()


def test_the_reference_names_every_key():
    """Each field of each section stands there, with a comment above it."""

    def keys(value, path=""):
        for field in fields(value):
            yield f"{path}{field.name}"
            inner = getattr(value, field.name)
            if is_dataclass(inner):
                yield from keys(inner, f"{path}{field.name}.")

    text = REFERENCE.read_text(encoding="utf-8")
    content = yaml.safe_load(text)
    written = set(content) | {f"{k}.{i}" for k, v in content.items() if isinstance(v, dict) for i in v}
    assert written == set(keys(Document()))
    pairs = pairwise(text.splitlines())
    assert [line for above, line in pairs if line.strip()[:1] not in ("", "#") and "#" not in above] == []


def test_the_examples_of_the_documentation_are_valid():
    """Every YAML block of docs/settings.md can be loaded."""
    blocks = DOCS.read_text(encoding="utf-8").split("```yaml\n")[1:]
    assert len(blocks) == 5
    for block in blocks:
        assert load(block.partition("```")[0]) != Settings()


@examples(deadline=None)
@given(st.text(alphabet=st.sampled_from("abdeimnostw:{}[]&*!#'\"\n 01.-?|>%@~<,"), max_size=60) | st.text(max_size=40))
def test_only_pipeline_errors_escape(text):
    """Whatever the file holds."""
    with contextlib.suppress(PipelineError):
        load(text, [("over", text)])


@pytest.mark.parametrize("key", ["trivy_database", "npm_registry"])
def test_a_login_is_not_repeated(key, problems):
    """Who puts one into an address by mistake shall not find it in the log."""
    (line,) = problems(f"security:\n  {key}: ci:hunter2@127.0.0.1:9/x:2\n")

    assert ("***@127.0.0.1:9/x:2" in line, "hunter2" in line) == (True, False)
