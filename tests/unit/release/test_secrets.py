from __future__ import annotations

import pytest

from pipeline.errors import PipelineError
from pipeline.release import decide, secret_rules
from pipeline.release.model import Goal, Record, Verdict
from pipeline.release.secrets import Change, State, plan
from pipeline.release.values import Found, Value

DECLARED = {"Jwt__Key": "env:JWT_KEY", "DATABASE_URL": ""}
NOTHING = Found()


def found(**values):
    return Found(values={name: Value(text) for name, text in values.items()})


def rows(made):
    return {row.name: (row.state, row.change) for row in made.rows}


@pytest.mark.parametrize(
    ("present", "given", "row", "missing"),
    [
        ({}, NOTHING, (State.MISSING, Change.NOTHING), ("Jwt__Key",)),
        ({}, found(Jwt__Key="x"), (State.MISSING, Change.SET), ()),
        ({"Jwt__Key": "1"}, NOTHING, (State.PRESENT, Change.KEEP), ()),
        ({"Jwt__Key": "1"}, found(Jwt__Key="x"), (State.PRESENT, Change.AGAIN), ()),
    ],
)
def test_a_declared_secret(present, given, row, missing):
    """It is missing when Fly has none and there is no value that would be set."""
    made = plan({"Jwt__Key": "env:JWT_KEY"}, present, given)
    assert (rows(made), made.missing) == ({"Jwt__Key": row}, missing)


def test_a_missing_secret_says_who_would_have_to_bring_it():
    """A place that holds nothing, a place that nobody looked into, somebody else."""
    lacking = Found(lacking={"Jwt__Key": "env:JWT_KEY: the variable is not set"})
    nobody, nothing = plan(DECLARED, {}, lacking).refused
    assert nobody.startswith("the secret DATABASE_URL is not set at Fly, where somebody else sets it")
    said = "the secret Jwt__Key is not set at Fly, and no value is at hand: env:JWT_KEY: the variable is not set"
    assert nothing == said
    (told,) = plan({"Jwt__Key": "env:JWT_KEY"}, {}, NOTHING).refused
    assert told.endswith("at hand: env:JWT_KEY")
    assert plan(DECLARED, {"DATABASE_URL": "1"}, found(Jwt__Key="x")).refused == ()


@pytest.mark.parametrize(("prune", "change"), [(False, Change.KEEP), (True, Change.DELETE)])
def test_a_secret_that_nobody_declared(prune, change):
    """It stays, unless the caller says otherwise."""
    made = plan({}, {"OLD": "1"}, NOTHING, prune=prune)
    assert (rows(made), made.to_delete) == ({"OLD": (State.EXTRA, change)}, ("OLD",) if prune else ())
    assert not made.rows[0].declared


@pytest.mark.parametrize(
    ("before", "state"),
    [
        (None, State.PRESENT),
        ({"DATABASE_URL": "1"}, State.PRESENT),
        ({"DATABASE_URL": "0"}, State.CHANGED),
        ({}, State.NEW),
    ],
)
def test_drift_is_another_digest_than_at_the_last_release(before, state):
    """Without a record nothing can have changed."""
    made = plan(DECLARED, {"DATABASE_URL": "1", "Jwt__Key": "2"}, NOTHING, recorded=before)
    assert made.rows[0].state is state


def test_one_that_is_gone_since_the_last_release_is_missing():
    """Its digest of then is told."""
    made = plan(DECLARED, {"Jwt__Key": "2"}, NOTHING, recorded={"DATABASE_URL": "1", "Jwt__Key": "2"})
    assert made.missing == ("DATABASE_URL",)
    assert made.rows[0].before == "1"


def test_some_alone():
    """The others stay as they are, and nobody asks for their values."""
    given = Found(values={"A": Value("x"), "B": Value("y")}, lacking={"C": "env:C: the variable is not set"})
    made = plan({"A": "env:A", "B": "env:B", "C": "env:C"}, {"C": "1"}, given, only=("A",))
    assert (made.to_set, made.lacking) == (("A",), ())
    secret_rules.require(made)


def test_a_value_that_should_be_at_hand_is_asked_for():
    """Though Fly has an older one: who rotates it would believe that it was done."""
    lacking = {"Jwt__Key": "env:JWT_KEY: the variable is empty"}
    made = plan(DECLARED, {"Jwt__Key": "1", "DATABASE_URL": "2"}, Found(lacking=lacking))
    assert made.missing == ()
    with pytest.raises(PipelineError) as caught:
        secret_rules.require(made)
    assert caught.value.kind.id == "P135"
    assert caught.value.details == ("Jwt__Key: env:JWT_KEY: the variable is empty",)


def test_a_stray_one_that_dotnet_takes_for_a_declared_one_is_told():
    """Configuration knows no case; which of two variables counts is chance."""
    made = plan(DECLARED, {"JWT__KEY": "1"}, NOTHING)
    stray = next(row for row in made.rows if row.state is State.EXTRA)
    assert stray.remark == "differs from Jwt__Key in case alone, and .NET takes either"


@pytest.mark.parametrize(
    ("declared", "taken", "why"),
    [
        (
            {"my-key": ""},
            (),
            "my-key: expected the name of an environment variable (letters, digits, _; a : is written __)",
        ),
        ({"FLY_APP_NAME": ""}, (), "FLY_APP_NAME: Fly.io itself sets variables of this name"),
        ({"fly_region": ""}, (), "fly_region: Fly.io itself sets variables of this name"),
        ({"PRIMARY_REGION": ""}, (), "PRIMARY_REGION: Fly.io itself sets variables of this name"),
        ({"Jwt__Key": "", "JWT__KEY": ""}, (), "JWT__KEY: differs from Jwt__Key in case alone, and .NET takes either"),
        ({"A": ""}, ("A",), "A: stands in [env] of the fly.toml too, as A; one of them would win"),
        (
            {"Jwt__Key": ""},
            ("JWT__KEY",),
            "Jwt__Key: stands in [env] of the fly.toml too, as JWT__KEY; one of them would win",
        ),
    ],
)
def test_names_that_are_refused(declared, taken, why):
    """Whether Fly or .NET cannot tell them apart."""
    with pytest.raises(PipelineError) as caught:
        secret_rules.check(declared, NOTHING, taken)
    assert (caught.value.kind.id, caught.value.details) == ("P134", (why,))


def test_every_problem_is_told_at_once():
    """Names and values together; a value that is not set now is nobody's problem."""
    given = found(A="", B="x\0y", C="fine")
    with pytest.raises(PipelineError) as caught:
        secret_rules.check({"A": "env:A", "B": "env:B", "C": "env:C"}, given, ("C",))
    assert (caught.value.what, len(caught.value.details)) == ("3 problems", 3)
    secret_rules.check({"A": "env:A", "C": "env:C"}, given, (), only=("C",))


def test_a_mistyped_name_behind_only():
    """It may be anything, so it is not repeated."""
    with pytest.raises(PipelineError) as caught:
        secret_rules.check(DECLARED, NOTHING, (), only=("Jwt_Key",))
    assert caught.value.kind.id == "P105"
    assert caught.value.what.endswith("got another; did you mean Jwt__Key?")


def record(verdict, **secrets):
    goal = Goal(app="shop", environment="staging", source="", digest="", config="", config_digest="")
    return Record(id="1", goal=goal, verdict=verdict, secrets=tuple(secrets.items()))


def test_the_last_release_that_worked_says_what_the_digests_were():
    """One that failed says nothing of what runs."""
    newest = [record(Verdict.FAILED, A="3"), record(Verdict.VERIFIED, A="2"), record(Verdict.VERIFIED, A="1")]
    assert decide.last_verified(()) is None
    assert decide.last_verified(newest) == newest[1]
