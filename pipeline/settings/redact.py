"""What of a value may be shown: a settings file holds no secrets, but somebody will have put one there."""

from __future__ import annotations

import re

HIDDEN = "***"

# Up to the last @ of the word: a password may hold a slash.
_USER = re.compile(r"(?<=://)[^\s]*@")
_QUERY = re.compile(r"(?<=://)([^\s?]*\?)\S+")
_WORDS = r"(?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|account[_-]?key|credentials?)"
_PAIR = re.compile(rf"({_WORDS}\s*[=:]\s*)(?!\$\{{)[^;,\s]+", re.IGNORECASE)
_NAME = re.compile(rf"(?:^|_){_WORDS}s?$|{_WORDS}$", re.IGNORECASE)
_PLACE = re.compile(r"\$\{[\w.]+\}")


def without_credentials(text: str) -> str:
    """Return the text without user names, passwords and queries of its addresses."""
    return _QUERY.sub(rf"\1{HIDDEN}", _USER.sub(f"{HIDDEN}@", text))


def shown(name: str, text: str) -> str:
    """Return what may be shown of a variable's value: no password, whether its name says so or the text does."""
    if _NAME.search(name) and text and not _PLACE.fullmatch(text):
        return HIDDEN
    return _PAIR.sub(rf"\1{HIDDEN}", without_credentials(text))
