"""The TypeScript compiler."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.parse.model import Finding, Severity
from pipeline.parse.tsc import parse

if TYPE_CHECKING:
    from collections.abc import Callable


def test_plain_and_pretty_say_the_same(read: Callable[[str], str]) -> None:
    """Colours and code frames change nothing."""
    plain, pretty = (parse(read(f"tsc-5.9.3-{form}.log"), "/src", "web").findings for form in ("plain", "pretty"))
    assert plain == pretty
    assert len(plain) == 12


def test_a_finding_in_full(read: Callable[[str], str]) -> None:
    """The lines that explain an error are part of its message."""
    assert parse(read("tsc-5.9.3-plain.log"), "/src", "web").findings[4] == Finding(
        rule="TS2322",
        severity=Severity.ERROR,
        message="Type '(value: { a: number; }) => void' is not assignable to type '(value: { a: string; }) => void'.\n"
        "  Types of parameters 'value' and 'value' are incompatible.\n"
        "    Type '{ a: string; }' is not assignable to type '{ a: number; }'.\n"
        "      Types of property 'a' are incompatible.\n"
        "        Type 'string' is not assignable to type 'number'.",
        tool="tsc",
        file="web/src/bad.ts",
        line=13,
        column=7,
    )


def test_an_error_without_a_place(read: Callable[[str], str]) -> None:
    """A wrong option or a missing project is an error of no file."""
    (found,) = parse(read("tsc-5.9.3-noconfig.log"), "/src", "web").findings
    assert (found.rule, found.file, found.line) == ("TS5058", None, None)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("src/a.tsx(3,5): error TS2322: x", ("web/src/a.tsx", 3, 5)),
        ("src/a.tsx:3:5 - error TS2322: x", ("web/src/a.tsx", 3, 5)),
        ("app/(group)/page.tsx(3,5): error TS2322: x", ("web/app/(group)/page.tsx", 3, 5)),
        ("../shared/a.ts(1,2): error TS1: x", ("shared/a.ts", 1, 2)),
        ("../../a.ts(1,2): error TS1: x", (None, None, None)),
        ("/src/web/a.ts(1,2): error TS1: x", ("web/a.ts", 1, 2)),
    ],
)
def test_file_names(line: str, expected: tuple[str | None, int | None, int | None]) -> None:
    """Names are relative to the SPA; what leaves the source has no place."""
    (found,) = parse(line, "/src", "web").findings
    assert (found.file, found.line, found.column) == expected


def test_other_lines_are_no_findings() -> None:
    """Neither npm's lines nor the summary count."""
    assert parse("\n> web@0.0.0 typecheck\n> tsc --noEmit\n\nFound 12 errors in 3 files.\n", "/src").findings == ()
