"""What was found out, for people and for machines."""

from __future__ import annotations

import json

from pipeline import errors
from pipeline.app.discover.choice import asked
from pipeline.app.model import Confidence, Fact, together
from pipeline.app.remark_kinds import dotnet as kinds
from pipeline.errors import PipelineError
from pipeline.render import explain
from pipeline.render.explain import Part
from tests import samples

FACTS = (
    asked("web project", ["b.csproj", "a.csproj"], "dotnet.web"),
    Fact(name="sdk", value="10.0", source="global.json", line=3),
    Fact(name="tests", value=("t.csproj", "u.csproj"), source="t.csproj", confidence=Confidence.DERIVED),
    Fact(name="solution", value=None, source="no solution file"),
    Fact(name="dockerfiles", value=(), source="no such file", confidence=Confidence.DERIVED),
    Fact(name="locked", value=False, source="file names"),
)


def test_the_whole_text():
    """Questions come first; each fact stands with how sure it is and where; what is not there is one line."""
    assert explain.text(samples.app(facts=FACTS)) == (
        "shop: 6 facts, 1 asked\n"
        "\n"
        "Asked (nothing in the repository decides; the key does):\n"
        "  web project\n"
        "    - a.csproj\n"
        "    - b.csproj\n"
        "    set `dotnet.web`\n"
        "\n"
        "Known:\n"
        "  sdk     10.0  (stated: global.json:3)\n"
        "  tests   t.csproj  (derived)\n"
        "          u.csproj\n"
        "  locked  no  (stated: file names)\n"
        "  none: solution, dockerfiles\n"
    )


FOUND = (kinds.NO_TESTS.at("no tests"), kinds.NOT_ON_DISK.at("names b", "a.sln", 3))


def test_every_remark_is_told_errors_before_the_facts():
    """Each with its place, below the words of its kind; the first line counts them."""
    text = explain.text(samples.app(facts=FACTS, remarks=FOUND))
    assert text.startswith("shop: 6 facts, 1 asked, 1 error, 1 warning\n")
    places = [
        text.index(part)
        for part in (
            "\nErrors:\n  R107 ",
            "\n      a.sln:3: names b\n",
            "\nKnown:",
            "\nWorth knowing:",
            "everywhere: no tests",
        )
    ]
    assert places == sorted(places)
    assert "Worth knowing" not in explain.text(samples.app(facts=FACTS))


def test_a_part_alone():
    """Facts or remarks; the figures of both stay."""
    facts, said = (
        explain.text(samples.app(facts=FACTS, remarks=FOUND), part=part) for part in (Part.FACTS, Part.REMARKS)
    )
    assert ("Known:" in facts, "Asked" in facts, "R107" in facts) == (True, True, False)
    assert ("Known:" in said, "Asked" in said, "R107" in said) == (False, False, True)
    assert facts.splitlines()[0] == said.splitlines()[0]


def test_what_stops_a_plan_stands_at_the_top():
    """`0 asked` alone would promise a plan."""
    stop = PipelineError(errors.PACKAGE_MANAGER_UNSUPPORTED, "yarn.lock belongs to yarn", ("more",))
    lines = explain.text(samples.app(facts=FACTS), stop).splitlines()
    assert lines[2] == f"`plan` stops here: P111 {stop.kind.title}: yarn.lock belongs to yarn"
    assert lines[3:5] == ["  - more", f"  what to do: {stop.kind.todo}"]


def test_several_applications_have_facts_each_and_figures_together():
    """The first line counts all of them."""
    one, two = samples.app(name="one", facts=FACTS), samples.app(name="two", facts=FACTS[1:])
    text = explain.text(together((one, two)))
    assert text.startswith("one + two: 11 facts, 1 asked\n")
    assert "\nAsked of one (" in text
    assert "\nKnown of two:\n" in text


def test_remarks_as_json():
    """The worst first, with the level as a word."""
    found = (kinds.NO_TESTS.at("no tests"), kinds.NOT_ON_DISK.at("names b", "a.sln", 3))
    said = json.loads(explain.as_json(samples.app(remarks=found)))["remarks"]
    assert said[0] == {
        "id": "R107",
        "message": "names b",
        "file": "a.sln",
        "line": 3,
        "level": "error",
        "title": kinds.NOT_ON_DISK.title,
    }
    assert said[1]["level"] == "warning"


def test_json_has_plain_values():
    """Null, booleans, texts and lists; candidates and key only where something is asked."""
    facts = {fact["name"]: fact for fact in json.loads(explain.as_json(samples.app(facts=FACTS)))["facts"]}
    assert [facts[name]["value"] for name in ("tests", "solution", "locked")] == [["t.csproj", "u.csproj"], None, False]
    assert facts["web project"]["candidates"] == ["a.csproj", "b.csproj"]
    assert "key" not in facts["sdk"]
