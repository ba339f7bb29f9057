"""What a text must look like, and that a wrong one is told without showing a secret."""

from __future__ import annotations

import pytest

from pipeline.plan.make import SERVICES
from pipeline.read import tools
from pipeline.settings import forms
from pipeline.settings.load import resolve

GOOD = [
    ("dotnet.solution", ["src/App.slnx", "./App.sln", "src\\App.sln", "a..b/App.sln", "Sölution/App.sln", ""]),
    ("spa.folder", [".", "client", "src/a b"]),
    ("dotnet.sdk", ["8.0", "10", "10.0.100", "10.0.100-rc.1"]),
    ("spa.node", ["22", "v22.12", "20.1.0"]),
    ("nuget.source", ["https://n.test/v3/index.json", "http://localhost:5000", "https://[::1]:80/a", ""]),
    ("nuget.secret", ["FEED_PASSWORD", "_T1", ""]),
    ("name", ["shop", "shop-2", ""]),
]
BAD = [
    (
        "dotnet.solution",
        ["/etc/App.sln", "../App.sln", "a/../../App.sln", "a/..", "C:\\App.sln", "\\\\host\\x", "a\nb"],
    ),
    ("spa.into", ["/app", "..", "a\tb"]),
    ("dotnet.sdk", ["net10.0", "latest", "10.0 ", "10.0; rm"]),
    ("spa.node", ["lts", ">=20", "٢٢"]),
    (
        "npm.registry",
        ["npm.test", "file:///x", "https://", "https://a b", "https://n.test/?token=x", "https://n.test#x"],
    ),
    ("name", ["Shop", "shop--2", "-x", "a/b", "shop\n"]),
]


def setting(key, value):
    section, _, name = key.rpartition(".")
    line = f"{name}: {_quoted(value)}"
    return f"{section}: {{{line}}}" if section else line


def _quoted(value):
    escaped = value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in GOOD for value in values])
def test_a_text_of_the_right_form_is_taken_as_it_is(key, value):
    """Nothing is trimmed or rewritten."""
    entries = {entry.key: entry.value for entry in resolve(setting(key, value)).entries}
    assert entries[key] == value


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in BAD for value in values])
def test_a_text_of_another_form_is_refused(problems, key, value):
    """The line says what was expected."""
    (line,) = problems(setting(key, value))
    assert line.startswith(f"pipeline.yaml:1 {key}: expected a")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "images: {trivi: a/b}",
            (
                "pipeline.yaml:1 images.trivi: expected one of dotnet, aspnet, node, python, trivy, flyctl, postgres, "
                "redis, got trivi; did you mean trivy?"
            ),
        ),
        (
            "images: {nod: a/b}",
            (
                "pipeline.yaml:1 images.nod: expected one of dotnet, aspnet, node, python, trivy, flyctl, postgres, "
                "redis, got nod; did you mean node?"
            ),
        ),
        (
            "images: {dotnet-sdk: a/b}",
            (
                "pipeline.yaml:1 images.dotnet-sdk: expected one of dotnet, aspnet, node, python, trivy, flyctl, "
                "postgres, redis, got dotnet-sdk; did you mean dotnet?"
            ),
        ),
        (
            "images: {node: 'https://x'}",
            "pipeline.yaml:1 images.node: expected an image reference, got the text https://x",
        ),
        ("images: {node: ''}", "pipeline.yaml:1 images.node: expected an image reference, got the text "),
        (
            "test: {env: {A:B: x}}",
            (
                "pipeline.yaml:1 test.env: expected the name of an environment variable "
                "(letters, digits, _; a : is written __) as the key, got the text A:B"
            ),
        ),
        (
            "solution: App.sln",
            (
                "pipeline.yaml:1 solution: expected one of name, dotnet, spa, docker, image, publish, release, test, "
                "services, nuget, npm, security, images, environments, apps, got solution; "
                "did you mean dotnet.solution?"
            ),
        ),
        (
            "security: {deny_licences: [MIT, UNLICENSED, LicenseRef-ours, GPL3]}",
            (
                "pipeline.yaml:1 security.deny_licences[3]: expected an SPDX licence id such as MIT or GPL-3.0-only, "
                "got the text GPL3"
            ),
        ),
        (
            "services: {redis: {version: 'x y'}}",
            'pipeline.yaml:1 services.redis.version: expected a version such as "16", got the text x y',
        ),
        (
            "dotnet: {inputs: [/etc/**]}",
            "pipeline.yaml:1 dotnet.inputs[0]: expected a glob inside the repository, got the text /etc/**",
        ),
        (
            "dotnet: {inputs: ['']}",
            "pipeline.yaml:1 dotnet.inputs[0]: expected a glob inside the repository, got the text ",
        ),
    ],
)
def test_what_is_wrong_is_told_with_a_guess(problems, text, line):
    """Unknown tools, keys of another section, names that no program takes."""
    assert problems(text) == (line,)


@pytest.mark.parametrize("escape", ["\\0", "\\uD800", "\\uDFFF"])
@pytest.mark.parametrize("where", ["name: {}", "test: {{env: {{A: {}}}}}", "spa: {{inputs: [{}]}}", "{}: x"])
def test_characters_that_no_program_can_take(problems, escape, where):
    """NUL ends an argument, half a pair is no UTF-8; both would be our crash later."""
    (line,) = problems(where.format(f'"a{escape}b"'))
    assert line.startswith("pipeline.yaml:1")
    line.encode("utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "nuget: {source: 'https://me:hunter2@n.test/v3'}",
        "npm: {registry: 'https://hunter2@n.test/'}",
        "npm: {registry: 'https://me:hun/ter2@n.test/'}",
        "npm: {registry: 'https://n.test/?key=hunter2'}",
        "nuget: {secret: hunter2}",
        "nuget: {secret: ghp_hunter2}",
        "dotnet: 'https://me:hunter2@n.test'",
    ],
)
def test_a_secret_in_the_wrong_place_is_refused_and_not_repeated(problems, text):
    """The message goes into a log that others read."""
    (line,) = problems(text)
    assert "hunter2" not in line
    assert "ter2" not in line


def test_services_and_tools_are_those_that_the_pipeline_has():
    """What the settings let through, plan and images know."""
    assert set(forms.SERVICE.choices) == set(SERVICES)
    images = {name.removeprefix("dotnet-") for name in tools.images() if not name.startswith("docker")}
    images = images - {"sdk"} | {"dotnet"}
    assert set(forms.TOOL.choices) == images


def test_environment_names_cannot_be_taken_for_a_path(problems):
    """They stand in file names and URLs later."""
    assert len(problems("environments: {../x: {}}")) == 1
