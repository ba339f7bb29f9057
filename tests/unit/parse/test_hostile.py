"""No parser raises, whatever it is given."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.parse.model import Parsed
from pipeline.parse.network import fault
from pipeline.parse.registry import PARSERS, parse
from pipeline.parse.text import clean, tail

FIXTURES = Path(__file__).parents[2] / "fixtures"
FILES = sorted(path.name for path in FIXTURES.iterdir() if path.suffix in {".trx", ".xml", ".json", ".log"})
XML_KINDS = {"trx": "TestRun", "sequence": "TestSequence", "junit": "testsuites", "cobertura": "coverage"}
SCANS = {"npm-audit", "nuget-audit", "trivy-match"}
# All characters, also lone surrogates as they come from names in a wrong encoding.
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=300)
WORDS = st.sampled_from(
    [
        "/src/a.cs(1,2): error CS1: x [/src/a.csproj]\n",
        "npm error code EUSAGE\n",
        "npm warn install-scripts\n",
        "src/a.ts:1:2 - error TS1: x\n",
        "  1:2  error  m  r\n",
        '[{"filePath": "a", "messages": [{"line": 1e999}]}]',
        '<testsuite errors="99999999999999999999">',
        "<TestRun>",
        '{"auditReportVersion": 2, "vulnerabilities": {"a": {"via": [{"url": 1}]}}}',
        '{"version": 1, "projects": [{"frameworks": [{"topLevelPackages": [{"vulnerabilities": [{}]}]}]}]}',
        '{"SchemaVersion": 2, "Results": [{"Packages": [{"ID": 1, "DependsOn": [2]}], "Vulnerabilities": [{}]}]}',
        "<coverage>",
        "\x1b[",
        "\r",
        "\0",
    ],
)


def kind_of(name: str) -> str:
    """Return the kind that reads this fixture."""
    parts = {
        "cobertura": "cobertura", "junit": "junit", "sequence": "sequence", "trivy": "trivy-match", ".trx": "trx",
        "npm-11.19.1-audit-": "npm-audit", "-list-": "nuget-audit", "-format": "dotnet-format", "dotnet": "msbuild",
        "npm": "npm-log", "mtp": "mtp-log",
    }  # fmt: skip
    if name.startswith("eslint"):
        return "lint-log"
    return next((kind for part, kind in parts.items() if part in name), "tsc")


@settings(max_examples=150, deadline=None)
@given(text=st.one_of(ANYTHING, st.lists(st.one_of(WORDS, ANYTHING), max_size=12).map("".join)), root=ANYTHING)
def test_arbitrary_text(text: str, root: str) -> None:
    """Every parser answers any text, any root and any work folder."""
    for kind in PARSERS:
        assert isinstance(parse(kind, text, root, root), Parsed)
    fault(text)
    tail(clean(text))


@pytest.mark.parametrize("name", FILES)
def test_truncations(name: str) -> None:
    """A report cut at any place is read by every parser; its own never takes half a document for a whole one."""
    text = (FIXTURES / name).read_bytes().decode("utf-8", errors="replace")
    kind, whole = kind_of(name), text.rstrip()
    for end in range(0, len(whole), max(1, len(whole) // 40)):
        parsed = parse(kind, text[:end], "/src")
        if kind in XML_KINDS:
            assert not parsed.completed
        if kind in SCANS:
            assert parsed.unavailable
    for other in PARSERS:
        assert isinstance(parse(other, text, "/src"), Parsed)


@pytest.mark.parametrize("kind", XML_KINDS)
def test_xml_bombs(kind: str) -> None:
    """Entities are refused, not expanded."""
    entities = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 9))
    text = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{entities}]><{XML_KINDS[kind]}>&a8;</{XML_KINDS[kind]}>'
    parsed = parse(kind, text, "/src")
    assert (parsed.completed, len(parsed.problems)) == (False, 1)


@pytest.mark.parametrize("kind", XML_KINDS)
def test_external_entities(kind: str) -> None:
    """No file of the machine gets into a report."""
    text = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><{XML_KINDS[kind]}>&e;</{XML_KINDS[kind]}>'
    assert not parse(kind, text, "/src").completed


@pytest.mark.parametrize("kind", sorted(PARSERS))
@pytest.mark.parametrize(
    "text",
    [
        "a" * 2_000_000,
        "\x1b[" * 300_000,
        "(" * 300_000 + ": error ",
        " " * 300_000 + "1:1",
        "[\n" * 100_000,
        "npm error \n" * 50_000,
        "\r" * 500_000,
    ],
    ids=["long-line", "escapes", "brackets", "blanks", "nested", "many", "returns"],
)
def test_size(kind: str, text: str) -> None:
    """Large and odd input takes no time worth mentioning (a bad pattern would take minutes)."""
    assert isinstance(parse(kind, text, "/src"), Parsed)


def test_deeply_nested_xml() -> None:
    """Depth alone does not end the process."""
    assert isinstance(parse("junit", "<testsuite>" * 20_000 + "</testsuite>" * 20_000, "/src"), Parsed)


@pytest.mark.parametrize("kind", XML_KINDS)
@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_wrong_encodings(kind: str, encoding: str) -> None:
    """A report that was read with the wrong encoding is a problem or a report, never an error."""
    data = f'<?xml version="1.0"?><{XML_KINDS[kind]} name="\u00fc"/>'.encode(encoding)
    assert isinstance(parse(kind, data.decode("utf-8", errors="replace"), "/src"), Parsed)
