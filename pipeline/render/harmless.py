"""Text of a repository that terminals and CI systems may be shown: what gives them orders is taken apart.

A name, a path or a test's title may hold anything. Everything that a verb prints goes through here, last.
"""

from __future__ import annotations

import re

# Controls of a terminal, ends of lines that are none to us, and marks that turn the direction of what follows.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# Workflow commands: `::` at the start of a line, and `##[`, `##vso[`, `##teamcity[` wherever they are.
_AT_START = re.compile(r"^([^\S\n]*:)(?=:)", re.MULTILINE)
_ANYWHERE = re.compile(r"#(?=#\w{0,20}\[)")
_UNSEEN = "\u200b"


def text(value: str) -> str:
    """Return a text in which no character and no word is an order; a second time changes nothing."""
    plain = _CONTROL.sub(lambda found: _written(found[0]), value.replace("\r\n", "\n"))
    return _ANYWHERE.sub(f"#{_UNSEEN}", _AT_START.sub(rf"\1{_UNSEEN}", plain))


def line(value: str) -> str:
    """Return a text that also stays within its line: a name may hold the end of one, and what looks like another."""
    return _CONTROL.sub(lambda found: _written(found[0]), re.sub(r"[\n\t]", lambda found: _written(found[0]), value))


def json(value: str) -> str:
    """Return a JSON text that means the same; only its strings can hold what is written otherwise here."""
    plain = _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", value)
    return _ANYWHERE.sub(r"\\u0023", plain)


def _written(character: str) -> str:
    number = ord(character)
    return f"\\x{number:02x}" if number <= 0xFF else f"\\u{number:04x}"  # noqa: PLR2004  # the end of Latin-1
