from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline import errors
from pipeline.errors import ExitCode
from pipeline.render.summary import WORD

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/errors.md"


def table() -> str:
    """Return the table of docs/errors.md, made from errors.KINDS."""
    rows = [
        f"| {kind.id} | {int(errors.EXIT_OF_FAULT[kind.fault])} | {kind.title} | {kind.cause} | {kind.todo} |"
        for kind in errors.KINDS
    ]
    return "\n".join(["| id | exit code | what | usual cause | what to do |", "|---|---|---|---|---|", *rows])


def test_ids_are_unique():
    """An id names one situation for ever."""
    ids = [kind.id for kind in errors.KINDS]
    assert sorted(set(ids)) == sorted(ids)


def test_every_kind_is_listed():
    """KINDS holds each kind of the module, so that no id is undocumented."""
    text = (ROOT / "pipeline/errors/__init__.py").read_text(encoding="utf-8")
    assert sorted(kind.id for kind in errors.KINDS) == sorted(re.findall(r'"(P\d+)"', text))


@pytest.mark.parametrize("kind", errors.KINDS, ids=lambda kind: kind.id)
def test_the_number_says_whose_fault_it_is(kind):
    """P1xx is configuration, P2xx a gate, P4xx infrastructure, P7xx our own."""
    family = {"1": errors.Fault.CONFIG, "2": errors.Fault.GATE, "4": errors.Fault.INFRA, "7": errors.Fault.BUG}
    assert re.fullmatch(r"P[1247]\d\d", kind.id)
    assert kind.fault is family[kind.id[1]]


@pytest.mark.parametrize("kind", errors.KINDS, ids=lambda kind: kind.id)
def test_every_text_says_what_why_and_what_to_do(kind):
    """A user reads the id, what happened here, every detail, the usual cause and the way out."""
    text = str(errors.PipelineError(kind, "here", ("one", "two")))
    assert text.splitlines() == [
        f"{kind.id} {kind.title}: here",
        "  - one",
        "  - two",
        f"  usual cause: {kind.cause}",
        f"  what to do: {kind.todo}",
    ]
    assert min(len(kind.title), len(kind.cause), len(kind.todo)) > 8


@pytest.mark.parametrize(
    ("kind", "code"),
    [(errors.NOTHING_FOUND, 2), (errors.TOOL_MISSING, 2), (errors.NETWORK, 4), (errors.INTERNAL, 70)],
)
def test_exit_codes(kind, code):
    """The fault decides the exit code."""
    assert errors.PipelineError(kind, "x").exit_code == code


def test_every_fault_has_an_exit_code():
    """No fault ends with a code of its own making, and none is green."""
    assert set(errors.EXIT_OF_FAULT) == set(errors.Fault)
    assert errors.ExitCode.GREEN not in errors.EXIT_OF_FAULT.values()


def test_the_exit_codes_are_the_documented_numbers():
    """Scripts rely on these numbers."""
    assert {code.name: code.value for code in errors.ExitCode} == {
        "GREEN": 0, "RED": 1, "CONFIG": 2, "INCOMPLETE": 3, "INFRA": 4, "BUG": 70, "INTERRUPTED": 130,
    }  # fmt: skip


def test_the_page_holds_every_error():
    """docs/errors.md is the table of errors.KINDS, word by word."""
    page = PAGE.read_text(encoding="utf-8")
    found = "\n".join(line for line in page.splitlines() if line.startswith("|"))
    assert found.startswith(table()), f"put this into docs/errors.md:\n{table()}"


def test_the_page_tells_how_a_dagger_call_says_its_kind():
    """Words of the summary for a run, words of the fault for a call that could not start."""
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    ends = [WORD[code] for code in (ExitCode.RED, ExitCode.INCOMPLETE, ExitCode.INFRA, ExitCode.BUG)]
    starts = [f"`{fault.value} error`" for fault in errors.Fault]
    assert [words for words in (*ends, *starts) if words not in page] == []


def test_no_text_breaks_the_table():
    """A pipe or a line end in a text would break the page."""
    texts = [text for kind in errors.KINDS for text in (kind.title, kind.cause, kind.todo)]
    assert [text for text in texts if "|" in text or "\n" in text] == []
