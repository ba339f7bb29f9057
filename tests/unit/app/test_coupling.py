"""Targets of project files that bring Node into the .NET build."""

from __future__ import annotations

import pytest

WEB = "Microsoft.NET.Sdk.Web"


def facts(app):
    return {fact.name: fact for fact in app.facts}


def target(name, command, condition="", hook='BeforeTargets="Build"', inner=""):
    said = f'Condition="{condition}"' if condition else ""
    return f'<Target Name="{name}" {hook} {said}><Exec Command="{command}" {inner} /></Target>'


@pytest.mark.parametrize(
    ("text", "build", "publish", "switch"),
    [
        (target("A", "npm install"), ("A (W/W.csproj)",), (), None),
        (target("A", "npm install", "'$(Configuration)' == 'Debug'"), (), (), None),
        (target("A", "echo hi"), (), (), None),
        (target("A", "npx ng build", hook='AfterTargets="ComputeFilesToPublish"'), (), ("A (W/W.csproj)",), None),
        (target("PublishJs", "yarn build", hook=""), (), ("PublishJs (W/W.csproj)",), None),
        (
            target("Js", "npm run build", "'$(SkipClient)' != 'true'", 'AfterTargets="Publish"'),
            (),
            ("Js (W/W.csproj)",),
            "SkipClient=true",
        ),
        (target("Js", "pnpm build", "'$(BuildJs)'=='true'"), (), (), None),
        (target("Js", "pnpm build", inner="Condition=\"'$(Skip)' != 'Skip'\""), ("Js (W/W.csproj)",), (), "Skip=Skip"),
    ],
)
def test_targets_that_run_a_package_manager_are_named(found, csproj, text, build, publish, switch):
    """In a Release build; with the property that switches them off."""
    app = facts(found({"W/W.csproj": csproj(text, sdk=WEB)}))
    assert app["npm in dotnet build"].value == build
    assert app["npm in dotnet publish"].value == publish
    assert app["property that skips npm"].value == switch


def test_a_target_has_its_line(found, csproj):
    """Where one would look."""
    text = csproj("<!-- -->\n" + target("A", "npm ci"), sdk=WEB)
    fact = facts(found({"W/W.csproj": text}))["npm in dotnet build"]
    assert (fact.source, fact.line) == ("W/W.csproj", 2)


def test_a_javascript_project_counts(found, csproj, reference, sln):
    """Listed in the solution, or referenced; unless it says that it installs nothing."""
    web = csproj(reference("../c/c.esproj"), sdk=WEB)
    files = {"A.sln": sln("W/W.csproj", "d/d.esproj"), "W/W.csproj": web, "c/c.esproj": "<Project/>"}
    off = "<Project><PropertyGroup><ShouldRunNpmInstall>false</ShouldRunNpmInstall></PropertyGroup></Project>"
    assert facts(found(files | {"d/d.esproj": "<Project/>"}))["npm in dotnet build"].value == (
        "c/c.esproj",
        "d/d.esproj",
    )
    assert facts(found(files | {"d/d.esproj": off}))["npm in dotnet build"].value == ("c/c.esproj",)
