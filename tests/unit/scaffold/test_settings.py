"""pipeline.yaml holds what only its owner can say, and is valid as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.scaffold import settings
from pipeline.scaffold.model import Question
from pipeline.settings.load import resolve
from pipeline.settings.model import Settings
from tests import samples

ROOT = Path(__file__).parents[3]
ASKED = Question(key="dotnet.web", candidates=("src/A/A.csproj", "src/B/B.csproj"), why="2 web projects")


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        (
            "github.com/acme/pipeline@v1",
            "https://raw.githubusercontent.com/acme/pipeline/v1/pipeline/settings/schema.json",
        ),
        ("gitlab.com/a/b/c@v1", "https://gitlab.com/a/b/c/-/raw/v1/pipeline/settings/schema.json"),
        ("git.example.com/a/b@v1", ""),
        ("", ""),
    ],
)
def test_an_editor_is_told_the_schema_of_the_same_version(module, expected):
    """Where the host's addresses of raw files are known; the file of the schema is where it says."""
    text = settings.text((ASKED,), (samples.app(),), (), module)
    line = f"# yaml-language-server: $schema={expected}\n"
    assert text.startswith(line) if expected else "yaml-language-server" not in text
    assert resolve(text).settings == Settings()
    assert (ROOT / settings.SCHEMA).is_file()


def test_nothing_open_is_no_file():
    """An application that discovery understands needs none."""
    assert settings.text((), (samples.app(),)) == ""


def test_an_open_question_is_a_comment_with_every_candidate():
    """The file is valid and changes nothing until somebody answers; then it is one `# ` less, and nothing else."""
    text = settings.text((ASKED,), (samples.app(),))
    assert resolve(text).settings == Settings()
    assert "# TO ANSWER: 2 web projects; take away the `# ` of one line:" in text
    answered = text.replace('# web: "src/B/B.csproj"', 'web: "src/B/B.csproj"')
    assert resolve(answered).settings.dotnet.web == "src/B/B.csproj"


def test_that_there_is_none_is_an_answer_too():
    """The half is switched off with a flag, not with a text."""
    text = settings.text((Question(key="spa.folder", candidates=("ui",), off="spa.enabled"),), (samples.app(),))
    assert "  # enabled: false" in text
    assert not resolve("spa:\n  enabled: false").settings.spa.enabled
    assert not resolve(
        settings.text((Question(key="spa.enabled", answer="false"),), (samples.app(),))
    ).settings.spa.enabled
    assert not resolve(None, [("x", settings.overlay("spa.enabled", "false"))]).settings.spa.enabled


def test_what_is_open_stands_in_the_section_of_what_is_answered():
    """One section is written once, or the file would be refused."""
    text = settings.text((ASKED, Question(key="dotnet.sdk", answer="10.0")), (samples.app(),))
    assert resolve(text).settings.dotnet.sdk == "10.0"
    found = resolve(text.replace("# web:", "web:", 1)).settings.dotnet
    assert (found.web, found.sdk) == ("src/A/A.csproj", "10.0")


def test_answers_are_written_section_by_section():
    """What was said with --set holds."""
    questions = (
        Question(key="dotnet.web", answer="src/A/A.csproj", why="2 web projects"),
        Question(key="spa.folder", answer="client"),
        Question(key="dotnet.sdk", answer="10.0"),
        Question(key="name", answer="shop"),
    )
    found = resolve(settings.text(questions, (samples.app(),))).settings
    assert (found.dotnet.web, found.dotnet.sdk, found.spa.folder, found.name) == (
        "src/A/A.csproj",
        "10.0",
        "client",
        "shop",
    )


@pytest.mark.parametrize("value", ['a"b', "a: b", "a #b", "ä", "a\\b"])
def test_a_strange_value_stays_one_value(value):
    """Whatever a path is called, the file says just that."""
    text = settings.text((Question(key="dotnet.web", answer=value),), (samples.app(),))
    assert resolve(text).settings.dotnet.web == value
    assert resolve(None, [("x", settings.overlay("dotnet.web", value))]).settings.dotnet.web == value


def with_packages(*names, tests=True):
    project = samples.web(packages=tuple((name, "1.0.0") for name in names))
    suites = (samples.suite(),) if tests else ()
    return samples.app(dotnet=samples.dotnet(projects=(project, *suites), web=project, tests=suites))


def test_servers_that_tests_may_need_are_offered_as_comments():
    """A client package is a hint, no proof: the owner decides; what stands there is valid when uncommented."""
    text = settings.text((), (with_packages("Npgsql.EntityFrameworkCore.PostgreSQL", "StackExchange.Redis"),))
    assert resolve(text).settings == Settings()
    assert "src/Shop.Web/Shop.Web.csproj uses Npgsql.EntityFrameworkCore.PostgreSQL" in text
    start = text.index("# services:")
    found = resolve("\n".join(line.removeprefix("# ") for line in text[start:].splitlines())).settings
    assert [service.name for service in found.services] == ["postgres", "redis"]
    assert dict(found.test.env)["ConnectionStrings__Redis"] == "${redis.host}:${redis.port}"


@pytest.mark.parametrize(
    ("app", "services"),
    [
        (with_packages("Npgsql", "Testcontainers.PostgreSql"), ()),
        (with_packages("Npgsql", tests=False), ()),
        (with_packages("Npgsql"), ("postgres",)),
        (samples.app(dotnet=None), ()),
    ],
    ids=["own containers", "no tests", "already there", "no .NET"],
)
def test_servers_are_not_offered_where_they_make_no_sense(app, services):
    """Tests that start their own, no tests, settings that name it."""
    assert settings.text((), (app,), services) == ""
