"""Conditions and property functions of MSBuild, read without it."""

from __future__ import annotations

import pytest

from pipeline.app.discover.conditions import holds
from pipeline.app.discover.expressions import expand
from pipeline.app.discover.tree import ROOT, Tree
from pipeline.app.facts import Facts

TREE = Tree(Facts(paths=frozenset({"src/A/A.csproj", "Directory.Build.props"}), texts={}))
PROPERTIES = {
    "msbuildprojectname": "Shop.Api.Test",
    "msbuildprojectdirectory": f"{ROOT}src/A",
    "msbuildprojectfullpath": f"{ROOT}src/Tests/A/A.csproj",
    "configuration": "Release",
    "version": "8.0",
    "open": "$([System.Guid]::NewGuid())",
}


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ("", True),
        ("'$(Configuration)' == 'release'", True),
        ("'$(Configuration)' != 'Release'", False),
        (
            "'$(No)' == '' and ($(MSBuildProjectName.EndsWith('.Test')) or $(MSBuildProjectName.EndsWith('.Spec')))",
            True,
        ),
        ("'$(No)' == '' and ($(MSBuildProjectName.EndsWith('.Spec')) or $(MSBuildProjectName.EndsWith('.It')))", False),
        ("!$(MSBuildProjectName.Contains('Api')) Or '1'=='1'", True),
        ("!('$(Configuration)' == 'Release')", False),
        ("!!true", True),
        ("$(MSBuildProjectFullPath.Contains('src$([System.IO.Path]::DirectorySeparatorChar)Tests'))", True),
        ("$([MSBuild]::IsOSPlatform('Windows'))", False),
        ("$([MSBuild]::IsOSPlatform(Linux))", True),
        ("'$(Version)' >= '6.0' and '$(Version)' < '10.0'", True),
        ("$(Version) > 8.0", False),
        ("Exists('A.csproj')", True),
        ("Exists('../A')", True),
        ("Exists('$(No)gone.txt')", False),
        ("!Exists('gone.txt')", True),
        ("'$(Open)' == 'x'", None),
        ("'$(Open)' == 'x' or true", True),
        ("'$(Open)' == 'x' and false", False),
        ("'@(Compile)' == ''", None),
        ("'$(TargetFramework)' == 'net8.0'", None),
        ("('1'=='1'", None),
        ("'1'=='1')", None),
        ("'a' = 'a'", None),
        ("and", None),
        ("(" * 500 + "true" + ")" * 500, None),
        ("true" + " or true" * 1000, None),
    ],
)
def test_a_condition_is_true_false_or_unknown(condition, answer):
    """Precedence, parentheses and nested quotes as MSBuild reads them; what only it can answer stays unknown."""
    assert holds(TREE, PROPERTIES, condition) is answer


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("$(Configuration)/$(No)x", "Release/x"),
        ("$(MSBuildProjectName.Replace('.Test', ''))", "Shop.Api"),
        ("$(MSBuildProjectName.ToLower())", "shop.api.test"),
        (
            "$([MSBuild]::GetPathOfFileAbove('Directory.Build.props', '$(MSBuildProjectDirectory)'))",
            f"{ROOT}Directory.Build.props",
        ),
        ("$([System.String]::IsNullOrEmpty('$(No)'))", "True"),
        ("$(Open)", "$([System.Guid]::NewGuid())"),
        ("a $([Unknown]::Call($(Version))) b", "a $([Unknown]::Call(8.0)) b"),
        ("$(", "$("),
    ],
)
def test_known_functions_are_answered_and_others_left(written, value):
    """A value that is left open still shows what it is."""
    assert expand(TREE, PROPERTIES, written) == value


def test_values_stay_within_bounds():
    """A property that doubles itself ends."""
    assert len(expand(TREE, {"a": "x" * 9_000}, "$(A)" * 50)) <= 10_000
    assert "$(" in expand(TREE, {"a": "x"}, "$(A)" * 200)
