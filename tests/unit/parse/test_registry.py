"""The kinds of outputs."""

from __future__ import annotations

import pytest

from pipeline.parse.model import Parsed
from pipeline.parse.registry import PARSERS, parse

KINDS = {
    "trx",
    "sequence",
    "junit",
    "cobertura",
    "msbuild",
    "dotnet-format",
    "eslint-json",
    "lint-log",
    "tsc",
    "npm-log",
}


def test_kinds() -> None:
    """Steps name these kinds; a change here changes plans."""
    assert set(PARSERS) == KINDS


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_answers(kind: str) -> None:
    """Each kind has a parser, and an empty text is no surprise to it."""
    parsed = parse(kind, "", "/src")
    assert isinstance(parsed, Parsed)
    assert (parsed.cases, parsed.findings) == ((), ())


@pytest.mark.parametrize("kind", ["trx", "sequence", "junit", "cobertura", "eslint-json"])
def test_an_empty_report_is_a_problem(kind: str) -> None:
    """A report file that is empty was cut off; an empty log may be fine."""
    parsed = parse(kind, "", "/src")
    assert (len(parsed.problems), parsed.completed) == (1, False)


def test_an_unknown_kind_is_our_mistake() -> None:
    """A step that names no parser is a bug of the plan."""
    with pytest.raises(ValueError, match="no parser reads 'trxx'"):
        parse("trxx", "", "/src")
