"""The two halves together."""

from __future__ import annotations

import pytest

from pipeline.errors import NOTHING_FOUND


@pytest.fixture
def both(csproj, sln, package):
    """Return a tree with both halves."""
    files = {"My.Shop_App.sln": sln("W/W.csproj"), "W/W.csproj": csproj(sdk="Microsoft.NET.Sdk.Web")}
    return files | {"W/ClientApp/package.json": package(), "W/ClientApp/package-lock.json": ""}


def test_one_half_is_enough(found, csproj, package):
    """Either half alone is an application."""
    assert found({"A.csproj": csproj()}).spa is None
    assert found({"package.json": package(), "package-lock.json": ""}).dotnet is None


def test_halves_can_be_switched_off(found, both):
    """A half that is off is not looked at, broken or not."""
    assert found(both | {"W/W.csproj": "<"}, "dotnet: {enabled: false}").dotnet is None
    assert found(both | {"x/package.json": "{"}, "spa: {enabled: false}").spa is None


def test_nothing_is_an_error(refused, both):
    """No project and no SPA, or both switched off."""
    assert refused({}).kind is NOTHING_FOUND
    assert refused(both, "{dotnet: {enabled: false}, spa: {enabled: false}}").kind is NOTHING_FOUND


def test_an_unreadable_folder_is_not_passed_over(refused, both):
    """What lies in it cannot be known."""
    assert "no permission" in refused(both, paths={"secret": "no permission"}).what


def test_the_name_is_kebab(found, both, csproj, package):
    """From the setting, the solution, the project or package.json."""
    assert found(both).name == "my-shop-app"
    assert found(both, "name: other").name == "other"
    assert found({"x/Web.Api.csproj": csproj()}).name == "web-api"
    assert found({"package.json": package(name="@me/Front_End"), "package-lock.json": ""}).name == "front-end"
    assert found({"package.json": package(name="..."), "package-lock.json": ""}).name == "app"


def test_each_main_thing_is_a_fact_with_its_source(found, both):
    """The plan can say why."""
    facts = {fact.name: fact for fact in found(both).facts}
    assert set(facts) >= {
        "solution",
        "build target",
        "sdk",
        "web project",
        "target framework",
        "spa folder",
        "package manager",
        "node",
        "dist",
    }
    assert facts["sdk"].source == "W/W.csproj"
    assert all(fact.source and fact.line != 0 for fact in facts.values())
    assert not any(fact.is_asked for fact in facts.values())


def test_the_order_of_the_facts_does_not_matter(found, both):
    """The same tree gives the same value, however it was walked."""
    assert found(both) == found(dict(reversed(both.items())))


@pytest.mark.parametrize(
    ("yaml", "what"),
    [
        ("", "no .NET project, and no package.json with a build"),
        ("spa: {enabled: false}", "no .NET project (`spa` is switched off)"),
        ("dotnet: {enabled: false}", "no package.json with a build (`dotnet` is switched off)"),
        ("spa: {enabled: false}\ndotnet: {enabled: false}", "`dotnet` and `spa` are both switched off"),
    ],
)
def test_what_is_not_there_is_said_in_words(refused, yaml, what):
    """A user knows projects and package.json, not our names for them."""
    assert refused({}, yaml).what == what
