from __future__ import annotations

import json

from pipeline.render import init_text
from pipeline.scaffold.compare import compare
from pipeline.scaffold.model import File, Question, Scaffold

CHANGES = compare(
    Scaffold(files=(File(path="a.yml", text="a: 1\n"), File(path="b.yml", text="b: 1\n", shared=True))),
    {"b.yml": "mine\n"},
)
QUESTION = Question(key="dotnet.web", candidates=("a.csproj", "b.csproj"), why="2 web projects")


def test_differences_stand_first_then_states_notes_and_questions():
    """What would be written is seen before it is asked for."""
    text = init_text.text(CHANGES, [QUESTION], ["nothing deploys"])
    places = [
        text.index(part)
        for part in ("+a: 1", "a.yml: is not there yet", "b.yml: is yours and stays", "note: nothing deploys",
                     "TO ANSWER: 2 web projects", "--set dotnet.web=a.csproj", "--set dotnet.web=b.csproj")
    ]  # fmt: skip
    assert places == sorted(places)


def test_json_says_what_was_written():
    """A script sees state and difference of each file, and every open question."""
    found = json.loads(init_text.as_json(CHANGES, [QUESTION], ["x"], ["a.yml"]))
    assert [(file["path"], file["state"], file["written"]) for file in found["files"]] == [
        ("a.yml", "new", True),
        ("b.yml", "own", False),
    ]
    assert found["questions"] == [
        {"key": "dotnet.web", "why": "2 web projects", "answers": ["dotnet.web=a.csproj", "dotnet.web=b.csproj"]}
    ]
    assert found["notes"] == ["x"]
