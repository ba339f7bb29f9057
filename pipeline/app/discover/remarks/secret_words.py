"""Which names hold secrets, and which values are none. A value is looked at and never shown."""

from __future__ import annotations

import re

_NAME = re.compile(
    r"(?:pass(?:word|wd|phrase)?|pwd|secret|token|api_?key|private_?key|signing_?key|access_?key|account_?key"
    r"|jwt_*key|(?:encryption|crypto|security|symmetric|hmac|aes|master|license)_*key|credentials?|hash_?salt)$",
    re.IGNORECASE,
)
# A key of whatever: of a cache, a message, a certificate; only what it opens with tells.
_KEY = re.compile(r"(?<![a-z])key$", re.IGNORECASE)
_RANDOM = re.compile(r"(?=.*\d)(?=.*[a-zA-Z])[\w+/=-]{16,}")
# Names that end like a secret and are none.
_HARMLESS = re.compile(
    r"(?:public_?key|primary_?key|foreign_?key|sort_?key|partition_?key|cache_?key|publishable_?key|public_?key_?token"
    r"|secretid|cloudinary_+api_?key|(?:site|routing|translation|resource|message|label|group|lookup)_?key|max_?token|cancellation_?token|color_?key|hot_?key|storage_?key)$",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"^$|^[<\[{(%#].*[>\])}%#]$|\$\{|\$\(|\{\{|^\$\w|^(?:your|my|change|replace|insert|enter|put|set|use|todo|tbd"
    r"|example|dummy|sample|placeholder|none|null|true|false|x{3,}|\*{3,}|\.{3,}|xxx)|placeholder|change[-_ ]?me"
    r"|change[-_ ]?this|replace[-_ ]?(?:me|this|with)|your[-_ ]|_here$|-here$|<[^>]+>",
    re.IGNORECASE,
)
_PASSWORD = re.compile(r"(?:^|;)\s*(?:password|pwd|accountkey|sharedaccesskey)\s*=\s*([^;]*)", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"^[a-z][a-z0-9+.-]*://[^/\s:@]*:([^/\s@]+)@", re.IGNORECASE)
_SIGNS = re.compile(
    r"(?:jwt\w*[:_.-]*(?:key|secret)|(?:signing|symmetric)(?:\w*key|\w*secret)?|token_?key)$", re.IGNORECASE
)
_ON_THIS_MACHINE = re.compile(
    r"(?:^|;|//|@|=)\s*(?:tcp:)?(?:localhost|127\.0\.0\.1|\[::1\]|\(localdb\)|host\.docker\.internal)(?![\w.-])",
    re.IGNORECASE,
)

MIN_LENGTH = 6
WORKS = 32


def is_placeholder(value: str) -> bool:
    """Whether a value says that somebody has to fill it in, or takes it from elsewhere."""
    text = value.strip()[:500]
    # SECRET and API_KEY stand for a value; certs/server.key is where one lies.
    return bool(_PLACEHOLDER.search(text) or re.fullmatch(r"[A-Z_]+|[\w./\\-]+\.(?:key|pem|crt|cer|pfx|txt)", text))


def is_secret_name(name: str) -> bool:
    """Whether a setting of this name usually holds a secret."""
    flat = _flat(name)
    return bool(_NAME.search(flat)) and not _HARMLESS.search(flat)


def is_local(value: str) -> bool:
    """Whether a value is an address on the machine that reads it."""
    return bool(_ON_THIS_MACHINE.search(value[:2000]))


def _is_random_key(name: str, text: str) -> bool:
    flat = _flat(name)
    words = re.split(r"[_-]", text)
    is_random = bool(_RANDOM.fullmatch(text)) and any(re.search(r"[A-Za-z]\d|\d[A-Za-z]", word) for word in words)
    return is_random and bool(_KEY.search(flat)) and not _HARMLESS.search(flat)


def _flat(name: str) -> str:
    flat = re.sub(r"[:.\-]|__", "_", name.strip())
    # JwtKey and jwt_key are one word to the eye.
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", flat)


def is_secret(name: str, value: str) -> bool:
    """Whether a value in plain text looks like a secret: by its name, or by a password inside."""
    text = value.strip().strip("\"'")[:2000]
    if (is_secret_name(name) or _is_random_key(name, text)) and not is_placeholder(text):
        return len(text) >= MIN_LENGTH
    # A key for signing works whatever it says, so "YourSuperSecretKey…" is one as soon as it is long enough.
    if _SIGNS.search(name) and len(text) >= WORKS and re.fullmatch(r"[\w!@#$%^&*.+/=-]+", text) and "${" not in text:
        return True
    inside = _PASSWORD.search(text) or _IN_ADDRESS.search(text)
    return bool(inside) and len(inside[1]) >= 1 and not is_placeholder(inside[1]) if inside else False
