"""C# without comments and strings: what stays, what goes, and that no text takes long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.app.csharp import bare, code

KEPT = [
    'Map("http://host/path");',
    'Map("a\\"// no comment");',
    'Map(@"C:\\");//',
    'Map(@"say ""//"" twice");',
    'Map("""raw // text " here""");',
    'Map($"{x}//{y}");',
    'Is(\'"\'); Map("/health");',
    "Is('\\''); Map(\"//\");",
    'Map("");',
]


@pytest.mark.parametrize("text", KEPT)
def test_what_looks_like_a_comment_in_a_string_stays(text):
    """Addresses hold two slashes."""
    assert code(text) == text.removesuffix("//")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a(); // b()\nc();", "a(); \nc();"),
        ("a(); /* b()\n b() */ c();", "a(); \n c();"),
        ('x("s"); // "open\ny();', 'x("s"); \ny();'),
        ("/* never closed", ""),
        ("'T / 2 // half", "'T / 2 "),
    ],
)
def test_comments_go_and_lines_stay(text, left):
    """A call in a comment is no call."""
    assert code(text) == left


def test_bare_code_has_no_words_of_strings_or_comments():
    """Places in it are places in the text."""
    text = 'Log("db.Database.Migrate()"); /* Migrate() */ Run(@"Migrate()", """ Migrate() """);\nMigrate();'
    assert bare(text).count("Migrate()") == 1
    assert bare(text).index("Migrate();") == text.rindex("Migrate();")


@given(st.text("\"'/*\\@$ \nab{}", max_size=60))
def test_any_text_keeps_its_lines_and_its_length(text):
    """Broken code too."""
    assert code(text).count("\n") == text.count("\n")
    assert len(bare(text)) == len(text)
    assert bare(text).count("\n") == text.count("\n")


@pytest.mark.parametrize("piece", ['"', "'", "/*", '@"', '"""', '"" ', "\\", "//", '$@"'])
def test_the_time_grows_with_the_text(piece):
    """A megabyte of one mark ends; a pattern that goes back would not."""
    text = piece * (1_000_000 // len(piece))
    assert len(bare(text)) == len(text)
