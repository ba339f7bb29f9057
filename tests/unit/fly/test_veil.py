from __future__ import annotations

import base64

from hypothesis import given
from hypothesis import strategies as st

from pipeline.fly.veil import Veil
from pipeline.release.model import Proof, Record
from tests.unit.release.world import goal

TOKEN = "FlyV1 fm2_lJPECAAAAAAA,fm2_lJPETgAAAAAB"
_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C",)), max_size=20)


@given(_TEXT, _TEXT, st.text("abcdefgh -_#=\n", min_size=4, max_size=40).filter(lambda text: len(text.strip()) > 3))
def test_neither_token_nor_value_is_left(before, after, value):
    """As they are, in parts, and as a registry is told them."""
    veil = Veil(TOKEN, [value], "x")
    sent = [base64.b64encode(f"x:{one}".encode()).decode() for one in (TOKEN, TOKEN.removeprefix("FlyV1 "))]
    for secret in (TOKEN, "fm2_lJPECAAAAAAA", "lJPETgAAAAAB", *sent):
        assert secret not in veil.text(f"{before}{secret}{after}")
    said = veil.text(f"{before}\0{value}\0{after}")
    assert value not in said or value in "***"
    assert veil.text("nothing") == "nothing" or "nothing" in value or value in "nothing"


def test_the_word_before_a_token_is_no_part_of_it():
    """Whatever its kind is called, and however it is written."""
    for token in ("Bearer t0ken", "flyv1 t0ken"):
        sent = base64.b64encode(b"x:t0ken").decode()
        assert Veil(token, [], "x").text(f"t0ken, {sent}") == "***, ***"


def test_what_is_shorter_than_a_secret_stays():
    """A value of three letters stands in many a word."""
    assert Veil("t0ken", ["on", "", "abc"], "x").text("it goes on, abc") == "it goes on, abc"


def test_records_and_proofs_are_shown_without_them():
    """What an application answered stands in the reasons and in what was seen; a password that is not at hand too."""
    veil = Veil("t0ken", ["p4ssword"], "x")
    seen = ("/ 500: p4ssword", "m1 | Host=db;Password=hunter2")
    proof = veil.proof(Proof(ok=False, misses=("answers 500: p4ssword",), seen=seen))
    assert (proof.misses, proof.seen) == (("answers 500: ***",), ("/ 500: ***", "m1 | Host=db;Password=***"))
    record = veil.record(Record(id="1", goal=goal("a"), why=("with t0ken", "p4ssword"), seen=seen))
    assert (record.why, record.seen) == (("with ***", "***"), proof.seen)
