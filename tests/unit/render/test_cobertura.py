from __future__ import annotations

import xml.etree.ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.parse import cobertura as parser
from pipeline.parse.model import Coverage, FileCoverage
from pipeline.render import cobertura
from tests import samples

lines = st.dictionaries(st.integers(1, 500), st.integers(0, 9), min_size=1, max_size=9)
names = st.text("abcdefghij", min_size=1, max_size=9)


def _root(coverage):
    return ET.fromstring(cobertura.text(coverage))  # noqa: S314  # ours


def test_the_numbers():
    """Rates and counts of the whole and of each file."""
    root = _root(samples.coverage(cart=((1, 3), (2, 0), (4, 1)), shop=((1, 0),)))
    assert (root.get("lines-covered"), root.get("lines-valid"), root.get("line-rate")) == ("2", "4", "0.5000")
    assert {c.get("filename"): c.get("line-rate") for c in root.iter("class")} == {
        "cart.cs": "0.6667",
        "shop.cs": "0.0000",
    }
    assert [(line.get("number"), line.get("hits")) for line in root.iter("line")][:3] == [
        ("1", "3"),
        ("2", "0"),
        ("4", "1"),
    ]


def test_file_names_start_at_the_root():
    """Names are relative to the source root: the only source is `.`."""
    assert [node.text for node in _root(samples.coverage(cart=((1, 1),))).iter("source")] == ["."]


def test_no_coverage():
    """Nothing measured is an empty, valid file and no division by zero."""
    root = _root(Coverage())
    assert (root.get("line-rate"), root.get("lines-valid"), list(root.iter("class"))) == ("0", "0", [])


def test_a_file_without_lines():
    """A file that holds nothing to cover is no division by zero."""
    root = _root(Coverage(files=(FileCoverage(file="a.cs", lines=()),)))
    assert next(root.iter("class")).get("line-rate") == "0"


@settings(deadline=None)
@given(st.dictionaries(names, lines, max_size=4))
def test_our_own_parser_reads_it_back(files):
    """What is written says the same to a reader of Cobertura."""
    coverage = Coverage(
        files=tuple(FileCoverage(file=f"src/{n}.ts", lines=tuple(sorted(v.items()))) for n, v in sorted(files.items()))
    )
    assert parser.parse(cobertura.text(coverage), "/src").coverage == coverage
