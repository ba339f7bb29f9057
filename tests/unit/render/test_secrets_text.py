from __future__ import annotations

import json

from pipeline.release.secrets import Staged, plan
from pipeline.release.values import Found, Value
from pipeline.render import secrets_text

DECLARED = {"Jwt__Key": "env:JWT_KEY", "DATABASE_URL": "", "Smtp__Password": "file:deploy/smtp", "Gone": ""}
PRESENT = {"Jwt__Key": "1a2b3c4d5e6f", "DATABASE_URL": "99887766aa", "OLD": "0f"}
FOUND = Found(
    values={"Jwt__Key": Value("c4n4ry\n")}, lacking={"Smtp__Password": "file:deploy/smtp: No such file or directory"}
)
RECORDED = {"Jwt__Key": "1a2b3c4d5e6f", "DATABASE_URL": "1122334455"}
TEXT = """\
Secrets of shop (staging): 4 declared, 2 missing, 1 that nobody declared

  name            at Fly   digest    from              sync would
  DATABASE_URL    changed  99887766  somebody else     leave it
  Gone            missing  -         somebody else     nothing
  Jwt__Key        present  1a2b3c4d  env:JWT_KEY       set it again
  OLD             extra    0f        -                 leave it
  Smtp__Password  missing  -         file:deploy/smtp  nothing

MISSING  Gone: Fly.io has none, and there is no value to set
MISSING  Smtp__Password: Fly.io has none, and there is no value to set
no value Smtp__Password: file:deploy/smtp: No such file or directory
changed  DATABASE_URL: another digest than at the last release, 11223344
note     Jwt__Key: its value begins or ends with white space
"""


def test_a_plan_as_text():
    """A line for each, and what is to be looked at below."""
    made = plan(DECLARED, PRESENT, FOUND, recorded=RECORDED)
    assert secrets_text.plan_text(made, "shop", "staging") == TEXT


def test_nothing_to_tell():
    """A table of nothing is none."""
    made = plan({}, {}, Found())
    assert secrets_text.plan_text(made, "shop", "staging") == "Secrets of shop (staging): 0 declared, 0 missing\n"


def test_a_plan_as_json():
    """Every field by its name, digests in full."""
    found = json.loads(secrets_text.plan_json(plan(DECLARED, PRESENT, FOUND, recorded=RECORDED), "shop", "staging"))
    assert (found["schema"], found["app"], found["environment"]) == (1, "shop", "staging")
    assert (found["missing"], found["lacking"]) == (["Gone", "Smtp__Password"], ["Smtp__Password"])
    assert found["secrets"][0] == {
        "name": "DATABASE_URL",
        "state": "changed",
        "declared": True,
        "from": "",
        "digest": "99887766aa",
        "recorded": "1122334455",
        "sync": "keep",
        "lacking": "",
        "remark": "",
    }


def test_what_became_of_a_plan():
    """Each that was touched; what somebody else changed meanwhile stands below."""
    found = Found(values={name: Value("x") for name in ("A", "B", "C")})
    made = plan({"A": "env:A", "B": "env:B", "C": "env:C"}, {"A": "1", "B": "2", "OLD": "3"}, found, prune=True)
    staged = Staged(
        version=7,
        digests=(("A", "1"), ("B", "22"), ("C", "4"), ("D", "5")),
        changed=("B", "C", "D"),
        same=("A",),
        deleted=("OLD",),
    )
    assert secrets_text.staged_text(staged, made, "shop", "staging") == (
        "Secrets of shop (staging), version 7: they reach the machines with the next deploy\n"
        "\n"
        "  A    as before  1\n"
        "  B    changed    22\n"
        "  C    new        4\n"
        "  OLD  deleted\n"
        "\n"
        "changed meanwhile by somebody else: D\n"
    )
    told = json.loads(secrets_text.staged_json(staged, made, "shop", "staging"))
    assert told["staged"]["version"] == 7
    assert told["staged"]["same"] == ["A"]


def test_nothing_was_set():
    """It says so; there is no version to wait for."""
    text = secrets_text.staged_text(Staged(), plan({}, {}, Found()), "shop", "staging")
    assert text == "Secrets of shop (staging): there was nothing to set\n"


def test_a_name_from_fly_is_no_order():
    """Whoever may set a secret gives it any name."""
    made = plan({}, {"A\n::error::x\x1b[2J": "1"}, Found())
    assert "\n::error" not in secrets_text.plan_text(made, "shop", "staging")
    assert "\x1b" not in secrets_text.plan_text(made, "shop", "staging")
