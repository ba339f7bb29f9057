"""Which known tool a script of package.json calls, itself or through other scripts, and how arguments get to it."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.app.model import Call

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# Tools that a step gives arguments to; in each role the tool is a word of its own, with or without a path.
TOOLS: Mapping[str, tuple[str, ...]] = {
    "test": ("vitest", "jest"),
    # Those that mend what they find when they are called with --fix.
    "lint": ("eslint", "oxlint", "stylelint", "xo"),
}
MAX_DEPTH = 5
MAX_COMMAND = 4_000

_PROGRAM = re.compile(r"(?:.*/)?([a-z]+)(?:\.[mc]?js)?(?:@[\w.^~-]+)?")
# What stands before a program: variables, and programs that only start another one.
_IS_SET = re.compile(r"[A-Za-z_]\w*=.*")
_WRAPPERS = frozenset({"cross-env", "npx", "env", "dotenv", "--", "set"})
_NOTHING = frozenset({"true", "exit", "echo", "printf", ":"})
_MANAGERS = frozenset({"npm", "yarn", "pnpm", "bun"})
_PROGRAM_NAME = re.compile(r"(?:.*/)?(@?[A-Za-z][\w.-]*)")
_ENDS = re.compile(r"[;&|()]+")
_SAYS = ("echo", "printf")
# Of the options of npm those that change nothing about what runs; others may name another package.
_QUIET = frozenset({"-s", "--silent", "-q", "--quiet"})


@dataclass(frozen=True)
class _Line:
    """A command line in its parts; `open` says that what is appended reaches the last of them."""

    parts: tuple[tuple[str, ...], ...] = ()
    open: bool = False


def call_of(role: str, name: str, scripts: Mapping[str, object]) -> Call | None:
    """Return how the script calls a tool of the role; of several calls one that arguments can reach."""
    return _call(TOOLS.get(role, ()), name, scripts, {}, 0)


def programs_of(name: str, scripts: Mapping[str, object]) -> tuple[str, ...]:
    """Return the programs that a script starts in the end, in order and once each; other scripts are followed."""
    return tuple(dict.fromkeys(_programs(name, scripts)))


def commands_of(name: str, scripts: Mapping[str, object]) -> tuple[tuple[str, ...], ...]:
    """Return the command lines that a script runs in the end, in their words; other scripts are followed."""
    return tuple(_commands(name, scripts, set(), 0))


def _programs(name: str, scripts: Mapping[str, object]) -> Iterator[str]:
    for words in commands_of(name, scripts):
        own = _own(words)
        if own and own[0] not in _NOTHING and (found := _PROGRAM_NAME.fullmatch(own[0])):
            yield found[1]


def _own(words: Sequence[str]) -> list[str]:
    return [word for word in words if not _IS_SET.fullmatch(word) and word not in _WRAPPERS]


def _commands(name: str, scripts: Mapping[str, object], seen: set[str], depth: int) -> Iterator[tuple[str, ...]]:
    command = scripts.get(name)
    if name in seen or not isinstance(command, str) or depth > MAX_DEPTH:
        return
    seen.add(name)
    for words in _split(command).parts:
        if called := _called_by(_own(words), scripts):
            yield from _commands(called, scripts, seen, depth + 1)
        else:
            yield words


def _called_by(words: Sequence[str], scripts: Mapping[str, object]) -> str | None:
    if not words or words[0] not in _MANAGERS:
        return None
    rest = [word for word in words[1:] if not word.startswith("-") and word not in ("run", "run-script")]
    return rest[0] if rest and rest[0] in scripts else None


def _call(
    tools: Sequence[str], name: str, scripts: Mapping[str, object], known: dict[str, Call | None], depth: int
) -> Call | None:
    command = scripts.get(name)
    if name in known or not isinstance(command, str) or depth > MAX_DEPTH:
        return known.get(name)
    known[name] = None  # a script that calls itself calls nothing
    line = _split(command)
    found: list[Call] = []
    for place, words in enumerate(line.parts, start=1):
        is_last = line.open and place == len(line.parts)
        if called := _script_in(words):
            inner = _call(tools, called, scripts, known, depth + 1)
            if inner and is_last and inner.script == called and inner.dashes:
                inner = replace(inner, script=name, dashes=inner.dashes + _dashes(words))
            found += [inner] if inner else []
        elif (at := _place_of_tool(words, tools)) is not None:
            is_open = is_last and "--" not in words[at:]
            found.append(Call(tool=_tool(words, at), script=name, dashes=1 + _dashes(words) if is_open else 0))
    known[name] = min(found, key=lambda call: (not call.dashes, call.script != name), default=None)
    return known[name]


def _split(command: str) -> _Line:
    lexer = shlex.shlex(command[:MAX_COMMAND], posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    parts: list[tuple[str, ...]] = [()]
    try:
        for word in lexer:
            if _ENDS.fullmatch(word):
                parts.append(())
            else:
                parts[-1] = (*parts[-1], word)
    except ValueError:  # a quote that never ends
        return _Line()
    is_whole = len(command) <= MAX_COMMAND
    return _Line(tuple(part for part in parts if part), open=bool(parts[-1]) and is_whole)


def _place_of_tool(words: Sequence[str], tools: Sequence[str]) -> int | None:
    if words[0] in _SAYS:
        return None
    return next((at for at in range(len(words)) if _tool(words, at) in tools), None)


def _tool(words: Sequence[str], at: int) -> str:
    if tuple(words[at : at + 2]) == ("react-scripts", "test"):
        return "jest"
    found = _PROGRAM.fullmatch(words[at])
    return found[1] if found else ""


def _script_in(words: Sequence[str]) -> str | None:
    """Return the script that npm runs here, perhaps behind a wrapper such as `cross-env A=1`."""
    if "npm" not in words or words[0] in _SAYS:
        return None
    own = [word for word in words[words.index("npm") + 1 :] if word not in _QUIET]
    if "--" in own:
        own = own[: own.index("--")]
    if own[:1] in (["test"], ["t"]):
        own[:1] = ["run", "test"]
    is_run = own[:1] in (["run"], ["run-script"]) and not any(word.startswith("-") for word in own)
    return own[1] if is_run and len(own) > 1 else None


def _dashes(words: Sequence[str]) -> int:
    """Return how many `--` an argument needs to get through npm here."""
    return int("npm" in words and "--" not in words[words.index("npm") :])
