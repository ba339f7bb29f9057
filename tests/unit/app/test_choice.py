"""Facts under several answers to one question."""

from __future__ import annotations

from pipeline.app.discover.choice import asked, merged
from pipeline.app.model import Confidence, Fact


def fact(value, name="sdk"):
    return Fact(name=name, value=value, source="a.csproj")


def test_what_holds_under_every_answer_is_known():
    """The question does not matter for it."""
    assert merged([[fact("10.0")], [fact("10.0")]], "dotnet.web") == (fact("10.0"),)


def test_what_differs_is_asked_with_every_value_and_the_key():
    """The key of the question answers it too."""
    (found,) = merged([[fact("8.0")], [fact("10.0")]], "dotnet.web")
    assert (found.confidence, found.candidates, found.key) == (Confidence.ASKED, ("10.0", "8.0"), "dotnet.web")


def test_what_is_missing_under_one_answer_may_be_nothing():
    """None is a candidate like any other."""
    (found,) = merged([[fact("8.0")], []], "spa.folder")
    assert set(found.candidates) == {"8.0", None}


def test_a_question_within_an_answer_keeps_its_own_key():
    """Its candidates come along."""
    (found,) = merged([[asked("build", ["a", "b"], "spa.build")], [fact("a", "build")]], "spa.folder")
    assert (found.candidates, found.key) == (("a", "b"), "spa.build")


def test_one_answer_is_no_question():
    """Nothing is merged."""
    assert merged([[fact("8.0")]], "dotnet.web") == (fact("8.0"),)
