"""Cobertura XML, and the merge of several."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.parse.cobertura import merge, parse
from pipeline.parse.model import Coverage, FileCoverage

if TYPE_CHECKING:
    from collections.abc import Callable

SUMS = FileCoverage(
    file="Calc/Sums.cs",
    lines=((5, 1), (9, 2), (11, 1), (13, 1), (18, 1), (19, 1), (20, 1), (22, 0)),
)


def test_classes_of_one_file_are_merged(read: Callable[[str], str]) -> None:
    """An async method is a class of its own in the report, and lines of the same file here."""
    assert parse(read("coverlet-6.0.4-pass.cobertura.xml"), "/src").coverage == Coverage(files=(SUMS,))


def test_the_same_report_twice_counts_once(read: Callable[[str], str]) -> None:
    """Two copies of each report are left by coverlet; together they say what one says."""
    names = ("coverlet-6.0.4-pass.cobertura.xml", "coverlet-6.0.4-copy.cobertura.xml")
    merged = merge(parse(read(name), "/src").coverage for name in names)
    assert (merged, merged.percent) == (Coverage(files=(SUMS,)), 87.5)


def test_a_hung_run_has_lines_and_no_hits(read: Callable[[str], str]) -> None:
    """Known trap: the coverage of a run that did not end is all zero, and a valid report."""
    coverage = parse(read("coverlet-6.0.4-hang.cobertura.xml"), "/src").coverage
    assert (coverage.covered, coverage.total) == (0, 8)


@pytest.mark.parametrize("build", ["projects", "ci-build"])
def test_several_projects(read: Callable[[str], str], build: str) -> None:
    """Names are relative to the source root, generated code is left out, with deterministic paths too."""
    coverage = parse(read(f"coverlet-6.0.4-{build}.cobertura.xml"), "/src").coverage
    assert [file.file for file in coverage.files] == ["Calc/Deep/Twice.cs", "Calc/Sums.cs", "Extra/More.cs"]


def test_vitest_below_a_folder(read: Callable[[str], str]) -> None:
    """Names of the SPA get its folder."""
    coverage = parse(read("vitest-3.2.7-pass.cobertura.xml"), "/src", "web").coverage
    assert [file.file for file in coverage.files] == ["web/src/bad.ts", "web/src/sum.ts"]
    assert (coverage.covered, coverage.total) == (7, 22)


def test_files_outside_of_the_source_are_dropped(read: Callable[[str], str]) -> None:
    """Another root: nothing of it is ours."""
    assert parse(read("coverlet-6.0.4-pass.cobertura.xml"), "/elsewhere").coverage == Coverage()


def one_class(filename: str, lines: str, sources: str = "") -> str:
    """Return a small report."""
    return (
        f"<coverage><sources>{sources}</sources><packages><package><classes>"
        f'<class filename="{filename}"><lines>{lines}</lines></class></classes></package></packages></coverage>'
    )


@pytest.mark.parametrize(
    ("filename", "sources", "expected"),
    [
        ("/src/a/B.cs", "", "a/B.cs"),
        ("B.cs", "<source>/src/a/</source>", "a/B.cs"),
        ("B.cs", "<source>/other</source><source>/src/b</source>", "b/B.cs"),
        ("a/B.cs", "<source>.</source>", "a/B.cs"),
        ("a/B.cs", "", "a/B.cs"),
        ("a\\B.cs", "<source>/src</source>", "a/B.cs"),
    ],
)
def test_file_names(filename: str, sources: str, expected: str) -> None:
    """A name is looked up below each source; an absolute one stands for itself."""
    text = one_class(filename, '<line number="1" hits="1"/>', sources)
    assert [file.file for file in parse(text, "/src").coverage.files] == [expected]


@pytest.mark.parametrize("filename", ["", "/etc/passwd", "../../B.cs", "https://host/B.cs", "a/obj/x/G.g.cs"])
def test_names_that_are_left_out(filename: str) -> None:
    """What is not below the root, or generated, is not in the coverage."""
    for sources in ("", "<source>/src</source>"):
        assert parse(one_class(filename, '<line number="1" hits="1"/>', sources), "/src").coverage == Coverage()


def test_bad_lines_do_no_harm() -> None:
    """Lines without a number are left out, hits that are no number count as none."""
    text = one_class("a.cs", '<line hits="1"/><line number="x"/><line number="-1"/><line number="2" hits="many"/>')
    assert parse(text, "/src").coverage.files == (FileCoverage(file="a.cs", lines=((2, 0),)),)


def test_merge_takes_the_most_hits_in_order() -> None:
    """Lines and files are sorted; each line has the most hits of all reports."""
    first = Coverage(files=(FileCoverage(file="b", lines=((2, 1), (3, 0))), FileCoverage(file="a", lines=((1, 0),))))
    second = Coverage(files=(FileCoverage(file="b", lines=((1, 0), (3, 4))),))
    assert merge([first, second]) == Coverage(
        files=(FileCoverage(file="a", lines=((1, 0),)), FileCoverage(file="b", lines=((1, 0), (2, 1), (3, 4)))),
    )


def test_merge_of_nothing() -> None:
    """Nothing to cover has no percentage."""
    assert (merge([]), merge([]).percent) == (Coverage(), None)
