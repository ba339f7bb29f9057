from __future__ import annotations

import copy
import json
import pickle
from dataclasses import asdict

import pytest
from hypothesis import given as by
from hypothesis import strategies as st

from pipeline.errors import PipelineError
from pipeline.release.values import MAX_BYTES, Found, Value, given, problem, remark

CANARY = "c4n4ry-p4ssw0rd"
DECLARED = {"Jwt__Key": "env:JWT_KEY", "DATABASE_URL": "", "Smtp__Password": "file:smtp"}


def test_a_value_shows_itself_to_nobody_who_does_not_ask():
    """Neither printing nor formatting nor a container around it does; only `reveal`."""
    value = Value(CANARY)
    shown = [repr(value), str(value), f"{value}", f"{value:>30}", f"{value!r}", repr([value]), repr({"A": value})]
    shown += ["%s" % value, "{}".format(value), repr(Found(values={"A": value})), str(vars(Found(values={"A": value})))]  # noqa: UP031, UP032
    assert [text for text in shown if CANARY in text] == []
    assert value.reveal() == CANARY


@pytest.mark.parametrize(
    "how", [copy.copy, copy.deepcopy, pickle.dumps, json.dumps, lambda v: asdict(Found(values={"A": v}))]
)
def test_a_value_cannot_be_copied_or_written_down(how):
    """What would carry it into a report fails, and does not say it."""
    with pytest.raises(TypeError) as caught:
        how(Value(CANARY))
    assert CANARY not in str(caught.value)


def test_values_are_not_compared_by_what_they_hold():
    """An assertion that fails would have to show them."""
    assert Value(CANARY) != Value(CANARY)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "its value is empty"),
        (" \n\t", "its value is empty"),
        ("a\0b", "its value holds the character NUL, which ends a variable"),
        ("a\udcff", "its value is not UTF-8"),
        ("x" * (MAX_BYTES + 1), "its value is longer than 64 KiB"),
        ("\u00e9" * (MAX_BYTES // 2) + "x", "its value is longer than 64 KiB"),
        ("x" * MAX_BYTES, ""),
        ("P=abc#d \"quoted\" 'too'\nand another line", ""),
    ],
)
def test_what_no_machine_can_have(text, why):
    """Each with its reason, which says nothing of the value."""
    assert problem(Value(text)) == why


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("plain", ""),
        ("two\nlines", ""),
        ("line end\n", "its value begins or ends with white space"),
        (" x", "its value begins or ends with white space"),
        ("\ufeffx", "its value begins with a byte order mark"),
    ],
)
def test_what_is_odd_is_told(text, odd):
    """What a paste brings along is set as it is, and told."""
    assert remark(Value(text)) == odd


def plain(text):
    return {name: value.reveal() for name, value in given(text, DECLARED).values.items()}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('{"Jwt__Key": "a=#\\"b\\n", "DATABASE_URL": ""}', {"Jwt__Key": 'a=#"b\n', "DATABASE_URL": ""}),
        ('\ufeff \n{"Jwt__Key": "x"}', {"Jwt__Key": "x"}),
        ("{}", {}),
        ("", {}),
        ("Jwt__Key=abc#d\nDATABASE_URL=a=b\n", {"Jwt__Key": "abc#d", "DATABASE_URL": "a=b"}),
        ("# a comment\r\n\r\nJwt__Key=x\r\n", {"Jwt__Key": "x"}),
        ("Jwt__Key=  x ", {"Jwt__Key": "  x "}),
        ('Jwt__Key="', {"Jwt__Key": '"'}),
        ('Jwt__Key={"a": "b"}', {"Jwt__Key": '{"a": "b"}'}),
    ],
)
def test_values_in_one_text(text, values):
    """JSON, or lines whose value is everything behind the first equals sign."""
    assert plain(text) == values


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Jwt__Key=x\nnothing of the kind", "line 2: expected NAME=VALUE; a value of several lines needs JSON"),
        ("export Jwt__Key=x", "line 1: expected NAME=VALUE; a value of several lines needs JSON"),
        ("Jwt__Key = x", "line 1: expected NAME=VALUE; a value of several lines needs JSON"),
        ('Jwt__Key="x"', "line 1: the quotes would become part of the value; without them, or as JSON"),
        ("Jwt__Key=x\nJwt__Key=y", "line 2: Jwt__Key came before"),
        ("Jwt_Key=x", "line 1: `release.secrets` declares no such name; did you mean Jwt__Key?"),
        ("c4n4ry=x", "line 1: `release.secrets` declares no such name"),
        ('{"Jwt__Key": "c4n4ry"', "line 1, column 22: no JSON object"),
        ('{"Jwt__Key": 4711}', "entry 1: expected a text in quotes as its value"),
        ('{"Jwt__Key": null}', "entry 1: expected a text in quotes as its value"),
        ('{"Jwt__Key": {"c4n4ry": "x"}}', "entry 1: expected a text in quotes as its value"),
        ('{"Jwt__Key": "a", "Jwt__Key": "b"}', "entry 2: Jwt__Key came before"),
        ('{"Jwt__Key": "a"} c4n4ry', "line 1, column 19: no JSON object"),
        ('{"a":' * 100_000, "no JSON object of texts"),
    ],
)
def test_another_text_is_refused(text, what):
    """By its place alone: what stands there may be a value in the wrong place."""
    with pytest.raises(PipelineError) as caught:
        given(text, DECLARED)
    assert (caught.value.kind.id, caught.value.what) == ("P136", what)
    assert "c4n4ry" not in str(caught.value)
    assert caught.value.__suppress_context__


def refusal(text):
    """Return what is said of a text, nothing where it is taken."""
    try:
        given(text, DECLARED)
    except PipelineError as error:
        return str(error)
    return ""


@by(st.text(max_size=60))
def test_no_refusal_repeats_the_text(text):
    """Whatever stands before what is to be kept."""
    assert CANARY not in refusal(f"{text}{CANARY}")


@by(st.dictionaries(st.sampled_from(sorted(DECLARED)), st.text(max_size=40)))
def test_json_brings_every_value_as_it_is(values):
    """Whatever characters it is of."""
    assert plain(json.dumps(values)) == values


def test_what_should_have_come_is_named():
    """A name without a place in the settings is somebody else's; the others were to come."""
    found = given("Jwt__Key=x", DECLARED)
    assert (found.lacking, found.origins) == ({"Smtp__Password": "not in --values"}, {"Jwt__Key": "--values"})
