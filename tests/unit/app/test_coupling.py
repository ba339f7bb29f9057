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


SPA = {"c/package.json": '{"scripts": {"build": "vite build"}, "dependencies": {"react": "19.0.0"}}'}
COPY = '<Target Name="More" AfterTargets="Build"><Exec WorkingDirectory="../c" Command="npm ci" /><Copy /></Target>'


def twice(found, *texts):
    """Return what would build the SPA in `c` a second time, for targets of the web project."""
    text = "".join(texts).replace("<Exec ", '<Exec WorkingDirectory="../c" ')
    framework = "<PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>"
    web = f'<Project Sdk="{WEB}">{framework}{text}</Project>'
    return found({"W/W.csproj": web, **SPA}).dotnet.node


@pytest.mark.parametrize(
    "command",
    ["npm install", "npm ci", "yarn", "npm run build", "npm install &amp;&amp; npm run build", "yarn build",
     "npm --prefix ../c run build", "node --version", "pnpm install --frozen-lockfile"],
)  # fmt: skip
def test_a_target_that_only_builds_the_spa_is_left_out(found, command):
    """It has steps of its own, and one build is enough."""
    node = twice(found, target("A", "npm run build"), target("A", command))
    assert (node.targets, node.kept) == (("A",), ())


@pytest.mark.parametrize(
    "command",
    ["npx sass in.scss out.css", "npm run build:css", "npm run other", "npm ci; rm x",
     "npm run build -- --mode=x"],
)  # fmt: skip
def test_a_target_that_makes_something_else_is_kept(found, command):
    """Nothing else would make it; that containers have no Node there is told."""
    node = twice(found, target("A", "npm run build"), target("A", command))
    assert (node.targets, node.kept) == ((), ("A",))


def test_a_target_with_work_of_its_own_is_kept(found):
    """Copying is not done by the steps of the SPA."""
    node = twice(found, COPY.replace('WorkingDirectory="../c" ', ""))
    assert (node.targets, node.kept) == ((), ("More",))


def test_a_switch_is_used_where_there_is_one(found):
    """The repository says itself how to leave it out."""
    node = twice(found, target("A", "npm run build", "'$(SkipClient)' != 'true'"))
    assert (node.targets, node.switches) == ((), ("SkipClient=true",))


def test_targets_of_another_folder_are_not_ours(found):
    """Another frontend has no steps here: its target stays, whatever it needs."""
    text = f'<Project Sdk="{WEB}">{target("A", "npm run build")}</Project>'
    assert found({"W/W.csproj": text, **SPA}).dotnet.node.targets == ()


def test_a_javascript_project_beside_its_own_steps(found, csproj, sln):
    """It is told to install and to build nothing."""
    files = {"A.sln": sln("W/W.csproj", "c/c.esproj"), "W/W.csproj": csproj(sdk=WEB), "c/c.esproj": "<Project/>", **SPA}
    assert found(files).dotnet.node.projects == ("c/c.esproj",)
