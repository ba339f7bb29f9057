"""Values in configuration files written as programs, as far as they can be read without running them."""

from __future__ import annotations

import re

# Enough for any configuration written by hand; a longer one is not read at all.
MAX_CONFIG = 20_000

_COMMENT = re.compile(r"""("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|//[^\n]*|/\*.*?\*/""", re.DOTALL)
_TEXT = re.compile(r"""(['"`])((?:(?!\1)[^\\\n$])*)\1""")
_HERE = r"(?:__dirname|import\.meta\.dirname|process\.cwd\(\))"
_PLACE = re.compile(rf"(?:\w+\.)?(?:resolve|join)\(\s*(?:{_HERE}\s*,\s*)?(.*?),?\s*\)", re.DOTALL)
_URL = re.compile(
    r"(?:\w+\.)?fileURLToPath\(\s*new URL\(\s*(.*?)\s*,\s*import\.meta\.url\s*,?\s*\)\s*,?\s*\)", re.DOTALL
)
_OPENS, _CLOSES = "([{", ")]}"


def plain(text: str) -> str:
    """Return a program without its comments, line for line."""
    return _COMMENT.sub(lambda found: found[1] or "\n" * found[0].count("\n"), text)


def expressions(text: str, key: str) -> list[str]:
    """Return what stands behind each `key:` of a program without comments."""
    found = re.finditer(rf"""(?<![\w$.'"]){key}\s*:|(['"]){key}\1\s*:""", text)
    return [text[one.end() : _end(text, one.end())].strip() for one in found]


def mentions(text: str, key: str) -> bool:
    """Whether a program names a key in a way that gives it a value elsewhere: shorthand, assignment."""
    return bool(re.search(rf"(?<![\w$'\"]){key}(?:\s*[,}}]|\s*=(?!=))", text))


def block(text: str, key: str) -> str:
    """Return the objects behind a key."""
    return "\n".join(one for one in expressions(text, key) if one.startswith("{"))


def without(text: str, key: str) -> str:
    """Return a program without the objects behind a key."""
    for one in expressions(text, key):
        text = text.replace(one, "", 1) if one.startswith("{") else text
    return text


def literal(expression: str) -> str | None:
    """Return a text that is written as one."""
    found = _TEXT.fullmatch(expression)
    return found[2] if found else None


def texts(expression: str) -> tuple[str, ...]:
    """Return the texts in an expression, whatever decides between them."""
    return tuple(found[2] for found in _TEXT.finditer(expression))


def folder(expression: str) -> str | None:
    """Return a folder that an expression names from the folder of its file; None when it cannot be read."""
    if re.fullmatch(_HERE, expression):
        return "."
    if (said := literal(expression)) is not None:
        return said
    if found := _URL.fullmatch(expression):
        return literal(found[1])
    found = _PLACE.fullmatch(expression)
    parts = [literal(part.strip()) for part in found[1].split(",")] if found else [None]
    known = [part for part in parts if part is not None]
    absolute = any(part.startswith(("/", "\\")) for part in known)
    return "/".join(known) if len(known) == len(parts) and not absolute else None


def _end(text: str, at: int) -> int:
    """Return where an expression ends: at a comma or a bracket that closes what is around it."""
    depth, quote = 0, ""
    for place in range(at, len(text)):
        letter = text[place]
        if quote:
            quote = "" if letter == quote and text[place - 1] != "\\" else quote
        elif letter in "'\"`":
            quote = letter
        elif letter in _OPENS:
            depth += 1
        elif letter in _CLOSES:
            depth -= 1
        if depth < 0 or (depth == 0 and not quote and letter in ",;"):
            return place
    return len(text)
