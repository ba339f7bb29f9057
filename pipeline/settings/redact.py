"""What of a value may be shown: a settings file holds no secrets, but somebody will have put one there."""

from __future__ import annotations

import re

HIDDEN = "***"

_SCHEME = "://"
_LONG = r"password|passwd|pwd|passphrase|secret|token|credentials?|authorization|shared[ _-]?access[ _-]?signature"
_KEYS = r"(?:api|access|account|private|encryption|decryption|jwt|signing|signature|secret|master|license)[ _-]{0,2}key"
# Ends of other words as well (bypass, compat), so they stand alone.
_SHORT = r"pass|pat|auth"
_NAME = re.compile(rf"(?:(?:{_LONG}|{_KEYS})s?|(?:^|[_.:-])(?:{_SHORT}))$", re.IGNORECASE)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PAIR = re.compile(
    rf"((?:{_LONG}|{_KEYS}|(?<![A-Za-z])pass)[\"']?\s*[=:]\s*)(?![\"']?\$\{{)"
    r"(?:\"(?:[^\"\\]|\\.)*\"|'[^']*'|(?:bearer|basic)\s+[^;,\s]+|[^;,\s]+)",
    re.IGNORECASE,
)
# What says by its own form that it is one.
_KNOWN = re.compile(
    r"(?<![\w-])(?:[sr]k_(?:live|test)_|gh[pousr]_|github_pat_|glpat-|xox[abprs]-|npm_|AKIA|eyJ[\w-]+\.eyJ)[\w.-]{8,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*",
    re.DOTALL,
)
# Names of images and their registries have no scheme; a digest comes behind an @ too.
_LOGIN = re.compile(r"(?<!\S)(?!\S*://)(?:\S*:\S*@(?!sha256:)|\S+@(?!sha256:)(?=\S*/))")
_PLACE = re.compile(r"\$\{[\w.]+\}")


def without_credentials(text: str) -> str:
    """Return the text without user names, passwords and queries of its addresses."""
    return re.sub(r"\S+", lambda found: _address(found[0]), text) if _SCHEME in text else text


def without_login(text: str) -> str:
    """Return the same without the logins of addresses that name no scheme: `user:password@registry/image`."""
    return _LOGIN.sub(f"{HIDDEN}@", without_credentials(text))


def _address(word: str) -> str:
    scheme, mark, rest = word.partition(_SCHEME)
    if "@" in rest:
        # Up to the last @ of the word: a password may hold a slash.
        rest = f"{HIDDEN}@{rest.rpartition('@')[2]}"
    place, question, query = rest.partition("?")
    return f"{scheme}{mark}{place}{question}{HIDDEN if query else ''}"


def shown(name: str, text: str) -> str:
    """Return what may be shown of a variable's value: no password, whether its name says so or the text does."""
    if _NAME.search(_HUMP.sub("_", name)) and text and not _PLACE.fullmatch(text):
        return HIDDEN
    return _PAIR.sub(rf"\1{HIDDEN}", _KNOWN.sub(HIDDEN, without_credentials(text)))
