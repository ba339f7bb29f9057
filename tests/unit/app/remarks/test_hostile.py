"""Whatever the files around an application hold: no crash, no endless search, no value of a secret in a remark."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from pipeline.app.discover import discover
from pipeline.app.discover.remarks.look import look
from pipeline.app.facts import MAX_AROUND, Facts
from pipeline.app.model import App, Level
from pipeline.app.remark_kinds import BY_ID
from pipeline.app.remark_kinds import dotnet as kinds
from pipeline.errors import PipelineError
from pipeline.settings.model import Settings
from tests.unit.app.remarks.case import TODAY, facts_of, places, said
from tests.unit.app.remarks.dotnet_cases import WEB, packages, project
from tests.unit.app.remarks.test_cases import CASES

BASE = {
    WEB: project(packages("Npgsql=9")),
    "c/package.json": '{"scripts": {"build": "vite build", "test": "vitest"}, "dependencies": {"react": "19"}, '
    '"devDependencies": {"vite": "1", "vitest": "1"}}',
    "c/package-lock.json": "",
    "fly.toml": "app = 'a'\n[http_service]\ninternal_port = 8080\n",
    "Dockerfile": 'FROM mcr.microsoft.com/dotnet/aspnet:10.0\nENTRYPOINT ["dotnet", "Web.dll"]\n',
}
FILES = (
    "Dockerfile", "docker-compose.yml", "fly.toml", ".github/workflows/a.yml", "src/Web/appsettings.Production.json",
    ".env", ".npmrc", ".gitignore", ".dockerignore", ".gitmodules", "c/index.html", "c/a.test.tsx", "c/vite.config.ts",
    "deploy.sh", "src/Web/Program.cs", "src/Web/HomeController.cs", "src/Web/Migrations/20250101000000_A.cs",
    "Directory.Build.props", "nuget.config", "dotnet-tools.json",
)  # fmt: skip
PIECES = st.sampled_from(
    [
        "FROM a AS b\n", "FROM b AS a\n", "COPY --from=x [", "RUN \\\n", "HEALTHCHECK CMD curl\n", "services:\n",
        "  app:\n    build: .\n", "    volumes: [./a:/b, {source: .}]\n", "&a [*a]\n", "<<: *a\n", "jobs:\n", "  x:\n",
        "    needs: x\n", "    steps:\n", "      - run: fly deploy -a b\n", "      - uses: a/b@main\n",
        "on: [push, {}]\n",
        "[env]\n", "[[services]]\n", "internal_port = 'x'\n", "mounts = 1\n", "a = [", '{"a": ', '"Key": "abcdefgh"}',
        "A_PASSWORD=abcdefgh\n", "!**/\n", "[a-\n", "try {", "} catch {", "db.Database.Migrate();", "/*", "<!--",
        "<link href='", "AddHealthChecks().AddCheck(", "class A : Migration {", "npm test -- --watchAll\n", "\x00",
        "\ud800", "\ufeff", "\u2028", "\\", "${", "$(", "@(A->'", "'", '"', "\r\n", "\t",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=12), max_size=12).map("".join)


def check(files):
    """Look at a tree; every remark is of a known kind, at a file of the tree."""
    facts = facts_of(files)
    app = App(name="a")
    with contextlib.suppress(PipelineError):
        app = discover(facts, Settings())
    for remark in (*app.remarks, *look(facts, app, TODAY)):
        assert remark.id in BY_ID
        assert isinstance(remark.level, Level)
        assert remark.file is None or remark.file in files
        assert remark.line is None or remark.line >= 1


@examples(deadline=None, max_examples=150)
@given(st.dictionaries(st.sampled_from(FILES), TEXTS, max_size=5))
def test_any_text_in_the_files_around(texts):
    """Pieces of every format in the wrong places."""
    check(BASE | texts)


@examples(deadline=None, max_examples=150)
@given(st.sampled_from(CASES), st.data())
def test_a_file_that_was_cut_or_damaged(case, data):
    """A trap cut off at any place, with anything in between, or twice."""
    name = data.draw(st.sampled_from(sorted(case.red)))
    text = case.red[name]
    at = data.draw(st.integers(0, len(text)))
    rest = data.draw(st.sampled_from(["", text[at:], text]))
    check({**case.red, name: text[:at] + data.draw(TEXTS) + rest})


# What kept one of the rules busy for minutes, once.
SLOW = (
    ("fly.toml", "\n"), (".gitmodules", "\n"), ("c/a.test.tsx", "\r\n"), ("c/a.test.tsx", "import {a\n"),
    ("c/index.html", "<link "), ("c/index.html", "<!--"), ("Directory.Build.props", "<!--"),
    ("Directory.Build.props", "<NoWarn "), ("src/Web/Program.cs", '.AddHealthChecks().AddCheck("a",a'),
    ("src/Web/Program.cs", "try {"), ("src/Web/HomeController.cs", "[AllowAnonymous]"), ("src/Web/Program.cs", "/*"),
    (".github/workflows/a.yml", " "), (".github/workflows/a.yml", "\t"), ("docker-compose.yml", "a:\n "),
    ("deploy.sh", "!a\n"), ("deploy.sh", "fly ssh console -C '"), ("Dockerfile", "FROM b AS b\n"),
    ("Dockerfile", "COPY * b\n"),
    (".env", "${a:-"), (".dockerignore", "!**/\n"), ("docker-compose.yml", "["), (".github/workflows/a.yml", "- &a\n"),
)  # fmt: skip
SECONDS = 10


@pytest.mark.parametrize(("name", "piece"), SLOW, ids=lambda value: repr(value)[:30])
def test_a_large_file_of_one_piece_takes_seconds_at_most(name, piece):
    """Each pattern is linear, or meets only so much text that it does not matter."""
    began = time.process_time()
    check(BASE | {name: piece * (MAX_AROUND // len(piece))})
    assert time.process_time() - began < SECONDS


def test_a_chain_of_four_thousand_jobs():
    """Jobs that need each other, in a circle at the end, are followed without recursion."""
    jobs = "".join(f"  j{n}: {{needs: j{n + 1}, steps: [{{run: a}}]}}\n" for n in range(4000))
    text = f"on: pull_request\njobs:\n{jobs}  j4000: {{needs: j0, steps: [{{run: fly deploy}}]}}\n"
    began = time.process_time()
    assert "R514" in [remark.id for remark in said({".github/workflows/a.yml": text})]
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize(
    ("files", "where"),
    [
        ({"Dockerfile": "FROM a\n" * 60}, "Dockerfile"),
        ({"Dockerfile": "FROM a\n" + "USER b\n" * 1001}, "Dockerfile"),
        ({"a.sh": "echo\n" * 30_000}, ""),
        ({"nuget.config": "<configuration>"}, "nuget.config"),
        ({"nuget.config": "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}, "nuget.config"),
    ],
    ids=["stages", "instructions", "commands", "cut", "entities"],
)
def test_what_was_not_looked_at_is_told(files, where):
    """A bound that was met is no clean bill."""
    assert where in places(kinds.UNREAD, said(files))


@pytest.mark.parametrize(
    "text", ["on: &a [*a, *a]\n" * 3, "a: " + "[" * 9000, "x: &x [y]\n" + "z: *x\n" * 300, "%YAML 9\n"]
)
def test_a_workflow_beyond_all_bounds_is_told(text):
    """Too deep, too many aliases, or no YAML at all: one finding with the file."""
    assert "R501" in [remark.id for remark in said({".github/workflows/a.yml": text})]


def test_no_remark_shows_a_value():
    """Names of keys and places, never what stands behind them."""
    secret = "Tr0ub4dor-and-3"
    files = {
        WEB: project(),
        "src/Web/appsettings.json": f'{{"Jwt": {{"Key": "{secret}"}}, "Db": {{"A": "Password={secret}"}}}}',
        ".env.prod": f"DB_PASSWORD={secret}\nURL=postgres://u:{secret}@h/d\n",
        "docker-compose.yml": "services:\n  a:\n"
        f"    environment: {{DB_PASSWORD: {secret}, B: '${{DB_PASSWORD:-{secret}}}'}}\n"
        f"    command: run --pass ${{REDIS_PASSWORD:-{secret}}}\n",
        "fly.toml": f"[env]\nJwt__Key = '{secret}'\n",
        ".github/workflows/a.yml": "on: push\njobs:\n  a:\n    steps:\n"
        f"      - run: x\n        env: {{JWT_KEY: {secret}}}\n",
        "nuget.config": f'<configuration><a><add key="ClearTextPassword" value="{secret}" /></a></configuration>',
        ".npmrc": f"//a/:_authToken={secret}\n",
    }
    found = said(files)
    assert {"R602", "R601", "R335", "R409", "R516", "R124"} <= {remark.id for remark in found}
    assert [remark for remark in found if secret in remark.message] == []


def test_a_tree_of_names_alone():
    """Facts without a single text, as of a tree that nobody could read."""
    facts = facts_of({})
    assert look(Facts(paths=frozenset(FILES), texts={}, unreadable=dict.fromkeys(FILES, "no"), files=facts.files),
                App(name="a"), TODAY) != ()  # fmt: skip
