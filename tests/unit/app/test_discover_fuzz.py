"""Whatever the files hold, discovery ends with an App or a PipelineError."""

from __future__ import annotations

import contextlib
import json

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
    assert app.spa.node.isdigit()
