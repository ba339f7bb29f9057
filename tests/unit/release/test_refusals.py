"""Each rule is seen red, and green where things are right or only look alike."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from pipeline.release import config
from pipeline.release.refusals import refusals
from pipeline.release.refuse import machine_rules, release_rules
from pipeline.release.refuse.case import Start, start_of
from pipeline.release.refuse.rule import Rule
from pipeline.settings.model import ReleaseSettings
from tests.apps import ROOT
from tests.unit.release.given import GOOD, HTTPS, Given, but, command, env
from tests.unit.release.mistakes import GREEN, NO_CHECK, RED, REDIRECTS, SQLITE
from tests.unit.release.odd_toml import TEXTS, tried

if TYPE_CHECKING:
    from collections.abc import Mapping

RULES = {
    one.id: one for module in (release_rules, machine_rules) for one in vars(module).values() if isinstance(one, Rule)
}


def cases(table: Mapping[str, tuple[Given, ...]]) -> list[object]:
    """Return each case with its rule."""
    return [pytest.param(rule, one, id=f"{rule}-{at}") for rule, all_ in table.items() for at, one in enumerate(all_)]


def test_a_good_release_has_nothing_to_complain_of():
    """Not even a warning."""
    assert [str(one) for one in Given().found()] == []


def test_the_example_of_the_docs_has_nothing_to_complain_of():
    """It is what a new repository begins with."""
    text = (ROOT / "docs/release.md").read_text(encoding="utf-8")
    toml = text.split("```toml\n")[1].split("```")[0]
    settings = ReleaseSettings(memory="512 MB")
    assert [str(one) for one in Given(toml=toml, settings=settings, environment="staging").found()] == []


@pytest.mark.parametrize(("rule", "given_"), cases(RED))
def test_a_mistake_is_found(rule, given_):
    """Each rule sees what it is made for, and says where."""
    found = [one for one in given_.found() if one.rule.id == rule]
    assert found != []
    assert all(one.path == "fly.toml" and one.what for one in found)
    assert all(one.is_refusal is RULES[rule].stops for one in found)


@pytest.mark.parametrize(("rule", "given_"), cases(GREEN))
def test_what_only_looks_alike_passes(rule, given_):
    """No rule forbids what is right."""
    assert [str(one) for one in given_.found() if one.rule.id == rule] == []


def test_every_rule_is_proven():
    """In both directions."""
    assert set(RED) == set(GREEN) == set(RULES)


def test_a_line_says_all_of_it():
    """Where, what, what comes of it, what to do."""
    (found,) = but("internal_port = 8080", "internal_port = 5000").found()
    assert str(found) == (
        "F152 fly.toml:5: `http_service.internal_port` is 5000, the application listens on 8080 (the default of its"
        " .NET). The machine starts, no request arrives and every check fails. What to do: make `internal_port`"
        " that port"
    )


def test_refusals_come_before_warnings_in_the_order_of_the_file():
    """What stops is read first."""
    found = Given(toml=f"{GOOD.replace('512mb', '256mb').replace('8080', '80')}{HTTPS}FLY_A = 1\n").found()
    assert [one.rule.id for one in found] == ["F152", "F211", "F185"]


@pytest.mark.parametrize(
    "line",
    [
        'Jwt__Key = "a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4"',
        'ConnectionStrings__Main = "Host=db;Password=a1b2c3d4e5f6"',
        'FLY_TOKEN = "a1b2c3d4e5f6"',
    ],
)
def test_no_secret_is_repeated(line):
    """A refusal names the variable alone."""
    assert "a1b2c3d4e5f6" not in "\n".join(map(str, env(line).found()))


def test_a_secret_in_a_command_is_not_repeated():
    """Not in that of the release either."""
    found = command("/app/migrate --password=a1b2c3d4e5f6; /app/x", start=Start(entrypoint=("dotnet", "A.dll"))).found()
    assert found != ()
    assert "a1b2c3d4e5f6" not in "\n".join(map(str, found))


def test_all_that_is_refused_comes_before_the_warnings():
    """Everything at once, so that nobody mends one line at a time."""
    found = Given(toml=NO_CHECK.replace("8080", "80").replace("512mb", "256mb")).found()
    assert [(one.rule.id, one.is_refusal) for one in found] == [("F161", True), ("F152", True), ("F185", False)]


@pytest.mark.parametrize(
    ("text", "redirects", "forwards"),
    [
        ("app.UseHttpsRedirection();\n", "src/Program.cs:2", False),
        ("app . UseHttpsRedirection ( );\napp.UseForwardedHeaders();", "src/Program.cs:2", True),
        ("// app.UseHttpsRedirection();\n", "", False),
        ("services.AddHttpsRedirection(x);\n", "", False),
    ],
)
def test_sources_say_whether_they_redirect(text, redirects, forwards):
    """Comments and options are no redirect."""
    others = {"README.md": "app.UseHttpsRedirection()", "other/Program.cs": "app.UseHttpsRedirection();"}
    start = start_of({"src/Program.cs": f"\n{text}"} | others, entrypoint=("x",), folder="src")
    assert start == Start(redirects=redirects, forwards=forwards, entrypoint=("x",))


@pytest.mark.parametrize(
    ("path", "text", "place"),
    [
        ("src/Program.cs", 'builder.WebHost.UseUrls("http://*:5000");', "src/Program.cs:1"),
        ("src/Program.cs", "\nkestrel.ListenAnyIP(5000);", "src/Program.cs:2"),
        ("src/Program.cs", 'var port = Environment.GetEnvironmentVariable("PORT");', "src/Program.cs:1"),
        ("src/Program.cs", 'app.Urls.Add("http://*:5000");', "src/Program.cs:1"),
        ("src/appsettings.json", '{"Kestrel": {"Endpoints": {}}}', "src/appsettings.json:1"),
        ("src/appsettings.Development.json", '{"Kestrel": {}}', ""),
        ("src/Program.cs", "// app.Urls.Add(x)", ""),
        ("src/Program.cs", "var listener = new Listener();", ""),
    ],
)
def test_code_may_say_where_it_listens(path, text, place):
    """Then no variable tells the port."""
    assert start_of({path: text}, folder="src").listens == place


def test_the_document_lists_every_rule():
    """docs/release-validation.md is the list for people."""
    text = (Path(__file__).parents[3] / "docs/release-validation.md").read_text(encoding="utf-8")
    rows = [
        f"| {one.id} | {'refused' if one.stops else 'warning'} | {one.title} | {one.why} | {one.todo} |"
        for _, one in sorted(RULES.items())
    ]
    assert [line for line in text.splitlines() if line.startswith("| F")] == rows


@given(TEXTS)
def test_odd_files_are_judged_and_nothing_breaks(text):
    """Whatever a repository of strangers holds."""
    found = tried(lambda: config.read(text, "fly.toml"))
    if found != "P128":
        settings = ReleaseSettings(memory="512 MB", health="/health", volume="data", region="fra")
        told = refusals(found, settings, Given(packages=(SQLITE,)).app(), REDIRECTS)
        assert all(str(one) for one in told)
