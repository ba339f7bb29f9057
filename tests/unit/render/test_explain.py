"""What was found out, for people and for machines."""

from __future__ import annotations

import json

from pipeline.app.discover.choice import asked
from pipeline.app.model import Confidence, Fact
from pipeline.app.remark_kinds import dotnet as kinds
from pipeline.render import explain
from tests import samples

FACTS = (
    asked("web project", ["b.csproj", "a.csproj"], "dotnet.web"),
    Fact(name="sdk", value="10.0", source="global.json", line=3),
    Fact(name="tests", value=("t.csproj", "u.csproj"), source="t.csproj", confidence=Confidence.DERIVED),
    Fact(name="solution", value=None, source="no solution file"),
    Fact(name="locked", value=False, source="file names"),
)


def test_the_whole_text():
    """Questions come first; a list has a line for each entry; each fact says how sure it is and where it stands."""
    assert explain.text(samples.app(facts=FACTS)) == (
        "shop: 5 facts, 1 asked\n"
        "\n"
        "Asked (nothing in the repository decides; the key does):\n"
        "  web project\n"
        "    - a.csproj\n"
        "    - b.csproj\n"
        "    set `dotnet.web`\n"
        "\n"
        "Known:\n"
        "  sdk       10.0\n"
        "              stated: global.json:3\n"
        "  tests     t.csproj\n"
        "            u.csproj\n"
        "              derived: t.csproj\n"
        "  solution  none\n"
        "              stated: no solution file\n"
        "  locked    no\n"
        "              stated: file names\n"
    )


def test_every_remark_is_told():
    """Each with its place, below the words of its kind; nothing is left out here."""
    found = (kinds.NO_TESTS.at("no tests"), kinds.NOT_ON_DISK.at("names b", "a.sln", 3))
    text = explain.text(samples.app(facts=FACTS, remarks=found))
    assert "\nWorth knowing:\n  R107 " in text
    assert "\n      a.sln:3: names b\n" in text
    assert "everywhere: no tests" in text
    assert "Worth knowing" not in explain.text(samples.app(facts=FACTS))


def test_remarks_as_json():
    """The worst first, with the level as a word."""
    found = (kinds.NO_TESTS.at("no tests"), kinds.NOT_ON_DISK.at("names b", "a.sln", 3))
    said = json.loads(explain.as_json(samples.app(remarks=found)))["remarks"]
    assert said[0] == {"id": "R107", "message": "names b", "file": "a.sln", "line": 3, "level": "error"}
    assert said[1]["level"] == "warning"


def test_json_has_plain_values():
    """Null, booleans, texts and lists; candidates and key only where something is asked."""
    facts = {fact["name"]: fact for fact in json.loads(explain.as_json(samples.app(facts=FACTS)))["facts"]}
    assert [facts[name]["value"] for name in ("tests", "solution", "locked")] == [["t.csproj", "u.csproj"], None, False]
    assert facts["web project"]["candidates"] == ["a.csproj", "b.csproj"]
    assert "key" not in facts["sdk"]
