"""Conditions of MSBuild: true, false, or not to be known from the files alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.app.discover.expressions import expand, is_open
from pipeline.app.discover.tree import resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.app.discover.tree import Tree

__all__ = ["expand", "holds", "is_open"]

MAX_CONDITION = 2_000
MAX_DEPTH = 20

_OPERATORS = ("==", "!=", "<=", ">=", "<", ">")
_WORD = re.compile(r"[\w.*/\\:;{}-]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")


def holds(tree: Tree, properties: Mapping[str, str], condition: str) -> bool | None:
    """Whether a condition is true; None when that cannot be known from the files alone."""
    if not condition.strip():
        return True
    per_framework = "$(targetframework)" in condition.lower() and "targetframework" not in properties
    if len(condition) > MAX_CONDITION or per_framework:
        return None
    try:
        return _Reader(tree, properties, _tokens(condition)).whole()
    except ValueError:
        return None


def _tokens(text: str) -> list[str]:
    """Cut a condition into operands, operators and parentheses; what `$(…)` holds is one piece."""
    found: list[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char.isspace():
            at += 1
            continue
        operator = next((one for one in _OPERATORS if text.startswith(one, at)), "")
        end = at + len(operator) if operator else at + 1 if char in "!()" else _end(text, at)
        found.append(text[at:end])
        at = end
    return found


def _end(text: str, at: int) -> int:
    """Return where the operand that starts here ends."""
    if text[at] == "'":
        end = _closing(text, at + 1, "'")
        return end + 1
    if text[at : at + 2] in ("$(", "@(", "%("):
        return _closing(text, at + 2, ")") + 1
    word = _WORD.match(text, at)
    if not word:
        raise ValueError(text[at])
    return word.end()


def _closing(text: str, at: int, sign: str) -> int:
    """Return the place of the sign that closes, past every `$(…)` in between."""
    depth = 0
    while at < len(text):
        if text[at] == sign and depth == 0:
            return at
        if text[at] == "(" and (sign == ")" or text[at - 1] in "$@%" or depth):
            depth += 1
        elif text[at] == ")" and depth:
            depth -= 1
        at += 1
    raise ValueError(sign)


class _Reader:
    """Reads tokens from the left; every method returns True, False or None for unknown."""

    def __init__(self, tree: Tree, properties: Mapping[str, str], tokens: list[str]) -> None:
        self.tree = tree
        self.properties = properties
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    def whole(self) -> bool | None:
        answer = self._either()
        if self.at != len(self.tokens):
            raise ValueError(self.tokens[self.at])
        return answer

    def _next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _take(self) -> str:
        token = self._next()
        self.at += 1
        return token

    def _either(self) -> bool | None:
        answers = [self._both()]
        while self._next().lower() == "or":
            self._take()
            answers.append(self._both())
        if True in answers:
            return True
        return None if None in answers else False

    def _both(self) -> bool | None:
        answers = [self._single()]
        while self._next().lower() == "and":
            self._take()
            answers.append(self._single())
        if False in answers:
            return False
        return None if None in answers else True

    def _single(self) -> bool | None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ValueError(self.depth)
        try:
            return self._term()
        finally:
            self.depth -= 1

    def _term(self) -> bool | None:
        word = self._take()
        if word == "!":
            answer = self._single()
            return None if answer is None else not answer
        if word == "(":
            answer = self._either()
            if self._take() != ")":
                raise ValueError(word)
            return answer
        if word.lower() == "exists" and self._next() == "(":
            return self._exists()
        left = self._operand(word)
        if self._next() in _OPERATORS:
            operator = self._take()
            return _compare(left, operator, self._operand(self._take()))
        return {"true": True, "false": False}.get((left or "").lower())

    def _exists(self) -> bool | None:
        self._take()
        written = self._operand(self._take())
        if self._take() != ")" or written is None:
            return None
        folder = resolve(".", self.properties.get("msbuildprojectdirectory", ".")) or "."
        path = resolve(folder, written)
        return None if path is None else path in self.tree.files or path in self.tree.folders

    def _operand(self, word: str) -> str | None:
        """Return the text of an operand, None when it cannot be known."""
        if not word or word in "!()" or word in _OPERATORS:
            raise ValueError(word)
        inner = word[1:-1] if word.startswith("'") else word
        value = expand(self.tree, self.properties, inner).strip()
        return None if is_open(value) else value


def _compare(left: str | None, operator: str, right: str | None) -> bool | None:
    if left is None or right is None:
        return None
    if operator in ("==", "!="):
        return (left.lower() == right.lower()) == (operator == "==")
    if not _NUMBER.fullmatch(left) or not _NUMBER.fullmatch(right):
        return None
    one, two = ([int(part) for part in text.split(".")] for text in (left, right))
    return {"<": one < two, ">": one > two, "<=": one <= two, ">=": one >= two}[operator]
