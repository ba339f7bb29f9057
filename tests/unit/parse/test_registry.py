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
    "lint-log",
    "tsc",
    "npm-log",
    "pnpm-log",
    "yarn-log",
    "mtp-log",
    "npm-audit",
    "npm-audit-pnpm",
    "npm-audit-shrinkwrap",
    "npm-audit-yarn",
    "npm-canary",
    "nuget-audit",
    "trivy-packages",
    "trivy-match",
    "trivy-image-packages",
    "trivy-image-match",
    "trivy-database",
    "trivy-canary",
    "trivy-os-canary",
    "findings",
    "findings-history",
    "findings-image",
    "findings-canary",
    "git-history",
    "ef-log",
    "ef-script",
    "image-packed",
    "image-proof",
}

SCANS = sorted(kind for kind in KINDS if kind.startswith(("npm-audit", "npm-c", "nuget", "trivy", "findings", "git")))


def test_kinds() -> None:
    """Steps name these kinds; a change here changes plans."""
    assert set(PARSERS) == KINDS


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_answers(kind: str) -> None:
    """Each kind has a parser, and an empty text is no surprise to it."""
    parsed = parse(kind, "", "/src")
    assert isinstance(parsed, Parsed)
    assert (parsed.cases, parsed.findings) == ((), ())


@pytest.mark.parametrize("kind", ["trx", "sequence", "junit", "cobertura"])
def test_an_empty_report_is_a_problem(kind: str) -> None:
    """A report file that is empty was cut off; an empty log may be fine."""
    parsed = parse(kind, "", "/src")
    assert (len(parsed.problems), parsed.completed) == (1, False)


@pytest.mark.parametrize("kind", SCANS)
def test_an_empty_scan_is_no_scan(kind: str) -> None:
    """A scanner that left nothing has not looked; that is never the same as nothing found."""
    parsed = parse(kind, "", "/src")
    assert (len(parsed.unavailable), parsed.completed) == (1, False)


def test_an_unknown_kind_is_our_mistake() -> None:
    """A step that names no parser is a bug of the plan."""
    with pytest.raises(ValueError, match="no parser reads 'trxx'"):
        parse("trxx", "", "/src")
