"""Whatever the files hold, discovery ends with an App or a PipelineError."""

from __future__ import annotations

import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from pipeline.app.discover import discover
from pipeline.app.facts import Facts
from pipeline.errors import PipelineError
from pipeline.settings.model import Settings

PIECES = st.sampled_from(
    [
        "<Project Sdk='Microsoft.NET.Sdk.Web'>",
        "<Project>",
        "</Project>",
        "<PropertyGroup><TargetFramework>$(A)</TargetFramework><A>$(A)net8.0</A></PropertyGroup>",
        "<PropertyGroup Condition=\"'$(A)' == '\">",
        "<AssemblyName>$([MSBuild]::GetPathOfFileAbove('',''))</AssemblyName></PropertyGroup>",
        "<ItemGroup><ProjectReference Include='..\\..\\x.csproj;A.csproj;$(B)' />",
        "<Compile Include='/etc/**;..' Remove=';' /></ItemGroup>",
        "<Import Project='A.csproj' Condition='!!!' /><Import Project='$(MSBuildThisFileDirectory)..\\b' />",
        "<Choose><When Condition='true'>",
        "</When></Choose>",
        'Project("{1}") = "a", "..\\..\\A.csproj", "x"\n',
        'Project("{1}") = "a", "A.csproj", "x"\n',
        "\ufeff",
        "\x00",
        "\ud800",
        "<?xml version='1.0' encoding='utf-16'?>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]>",
    ]
)
MARKUP = st.lists(PIECES | st.text(max_size=20), max_size=8).map("".join)
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=10)
    | st.sampled_from([">=20 <", "a - b", "^v", "|| true"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["node", "react", "build", "test", "lint"]), inner, max_size=4)
    ),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ["name", "scripts", "dependencies", "devDependencies", "engines", "volta", "packageManager", "sdk", "test"]
)
OBJECTS = st.dictionaries(KEYS, JSON_VALUES, max_size=6).map(json.dumps)


def only_pipeline_errors(files):
    """Discover and let nothing but a PipelineError pass."""
    with contextlib.suppress(PipelineError):
        discover(Facts(paths=frozenset(files), texts=files), Settings())


@examples(deadline=None)
@given(project=MARKUP, props=MARKUP)
def test_any_project_text(project, props):
    """Project files and the props above them."""
    only_pipeline_errors({"A.csproj": project})
    only_pipeline_errors(
        {"s/A.csproj": f"<Project Sdk='x'>{project}</Project>", "Directory.Build.props": f"<Project>{props}</Project>"}
    )


@examples(deadline=None)
@given(text=MARKUP)
def test_any_solution_text(text):
    """Both formats."""
    only_pipeline_errors({"a/App.sln": text, "a/A.csproj": "<Project Sdk='x'/>"})
    only_pipeline_errors({"App.slnx": text, "A.csproj": "<Project Sdk='x'/>"})


@examples(deadline=None)
@given(text=OBJECTS | st.text(max_size=60))
def test_any_json_text(text):
    """package.json and global.json with any value at any place."""
    only_pipeline_errors({"package.json": text, "package-lock.json": ""})
    only_pipeline_errors({"A.csproj": "<Project Sdk='MSTest.Sdk'/>", "global.json": text})


@examples(deadline=None)
@given(
    engines=st.text(alphabet="0123456789.x*<>=^~|- v", max_size=20),
    script=st.text(max_size=30),
    text=st.text(max_size=30),
)
def test_any_text_in_a_working_package(engines, script, text):
    """Ranges, scripts and files beside package.json."""
    content = {"scripts": {"build": script, "test": script}, "dependencies": {"vite": ""}, "engines": {"node": engines}}
    files = {"package.json": json.dumps(content), "package-lock.json": "", ".nvmrc": text, "vite.config.ts": text}
    app = discover(Facts(paths=frozenset(files), texts=files), Settings())
    # No command of such a script is a known build, so where its output lies is asked.
    assert app.fact("node").value.isdigit()


WEB = "<Project Sdk='Microsoft.NET.Sdk.Web'><ItemGroup><PackageReference Include='xunit'/></ItemGroup></Project>"
CODE = st.sampled_from(
    [
        "[Fact]",
        "[",
        "// ",
        "\n",
        "if (env.IsDevelopment()) {",
        "}",
        "{",
        "app.MapHealthChecks(",
        '"/health"',
        "path",
        ")",
        'x = y.MapGroup("/a");',
        'x.MapGet("/live", ',
        "class HealthController",
        "[HttpGet]",
        'Route("api/[controller]")',
        "db.Database.Migrate();",
        "new PostgreSqlBuilder()",
        '.AddRedis("x")',
        "new SqlConnection(",
        "IPage",
        "\x00",
        "$(",
    ]
)
CI = st.sampled_from(
    [
        "jobs:\n",
        "  a:\n",
        "    steps:\n",
        "      - run: npm ci\n",
        "node-version: ",
        "${{ env.N }}",
        "N: 20\n",
        "#",
        "\t",
        "uses: docker/build-push-action@v6\n",
        "with: {context: ., file: Dockerfile}\n",
        "docker build -f ../x .",
        "- ",
        "{",
    ]
)
IMAGE = st.sampled_from(
    [
        "FROM a AS b\n",
        "FROM b\n",
        "FROM ${X:-y}:1\n",
        "ARG X=1\n",
        "ENTRYPOINT [",
        '"dotnet", "A.dll"',
        "]\n",
        "CMD A\n",
        "COPY a b\n",
        "COPY [\n",
        "RUN dotnet publish ",
        "-c ",
        "\\\n",
        "# x\n",
        "HEALTHCHECK",
        "FROM\n",
        "WORKDIR /a\n",
    ]
)
TOML = st.sampled_from(
    ["[build]\n", "dockerfile = '../x'\n", "app = 1\n", "[[services]]\n", "[services]\n", "a = [", "path = '/h'\n"]
)


def _texts(pieces):
    return st.lists(pieces | st.text(max_size=10), max_size=12).map("".join)


@examples(deadline=None)
@given(code=_texts(CODE), ci=_texts(CI), image=_texts(IMAGE), toml=_texts(TOML))
def test_any_text_around_the_projects(code, ci, image, toml):
    """Sources, CI files, Dockerfiles, compose files and Fly configurations."""
    files = {"A/A.csproj": WEB, "A/P.cs": code, "T/T.Tests.csproj": WEB, "T/T.cs": code, "Dockerfile": image}
    files |= {".github/workflows/ci.yml": ci, "compose.yaml": ci, "fly.toml": toml, "A/fly.staging.toml": toml}
    files |= {"c/package.json": '{"scripts": {"build": "x"}, "dependencies": {"react": ""}}', "c/Dockerfile": image}
    discover(Facts(paths=frozenset(files), texts=files), Settings())


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("A/P.cs", "if (IsDevelopment() "),
        ("A/P.cs", "MapHealthChecks(path "),
        ("A/P.cs", "f(path path "),
        ("A/P.cs", "[a.a,"),
        ("A/P.cs", "\n  \n"),
        ("T/T.cs", "[Fact "),
        ("T/T.cs", "x.Add"),
        (".github/workflows/a.yml", "npm ci "),
        (".github/workflows/a.yml", "docker build -f "),
        ("Dockerfile", "FROM a\n"),
        ("Dockerfile", "FROM a\nRUN npm run build\n"),
        ("compose.yaml", "- "),
        ("fly.toml", "[["),
        ("A.sln", "Project("),
    ],
)
def test_the_time_grows_with_the_text(path, text):
    """No pattern tries for minutes what it cannot find; the bound is wide for a busy machine."""
    files = {"A/A.csproj": WEB, "T/T.Tests.csproj": WEB, path: (text * 300_000)[:300_000]}
    files |= {"c/package.json": '{"scripts": {"build": "x"}, "dependencies": {"react": ""}}'}
    began = time.process_time()
    only_pipeline_errors(files)
    assert time.process_time() - began < 20


def test_scripts_that_call_each_other_for_ever_end():
    """A chain of thousands, and a circle."""
    scripts = {f"a{number}": f"npm run a{number + 1} && npm run a{number // 2}" for number in range(5_000)}
    package = {"scripts": {"build": "npm run a0"} | scripts, "dependencies": {"react": ""}}
    app = discover(Facts(paths=frozenset({"package.json"}), texts={"package.json": json.dumps(package)}), Settings())
    assert app.fact("programs of build").value == ()
