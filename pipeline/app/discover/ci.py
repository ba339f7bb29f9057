"""What the repository's own CI files say: evidence for other rules, never commands to repeat."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.app.discover.tree import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.app.discover.tree import Tree

# Nobody writes a longer line by hand, and the patterns of the rules are slow on them.
MAX_LINE = 1_000

_OTHERS = re.compile(r"(?:^|/)(?:\.gitlab-ci\.yml|azure-pipelines[^/]*\.yml)$")
_COMMENT = re.compile(r"(?:^[ \t]{0,99}|\s)#(?:\s.*)?$")
_SET = re.compile(r"^\s*(?:-\s*)?([\w-]+):\s*(\S.*)$")
# In flow style a comma or a brace ends a value.
_VALUE = r"\$\{\{[^}]*\}\}|'[^']*'|\"[^\"]*\"|[^\s,}]+"
_NAMED = re.compile(r"\$\{\{\s*env\.([\w-]+)\s*\}\}|\$\(([\w-]+)\)")


@dataclass(frozen=True)
class Line:
    """A line of a CI file without its comment."""

    number: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Job:
    """One job; where a file cannot be cut into jobs, all of it."""

    path: str
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class CiFile:
    """A CI file with its lines, and the values that it gives to names."""

    path: str
    lines: tuple[Line, ...]
    values: dict[str, str]

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(line.text for line in self.lines)

    def plain(self, text: str) -> str:
        """Return a value with the names in it replaced, without quotes."""
        return _NAMED.sub(lambda found: self.values.get(found[1] or found[2], ""), text).strip().strip("\"'")

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The jobs, cut by their indentation: broken YAML can be read too."""
        starts = [at for at, line in enumerate(self.lines) if line.text.rstrip() == "jobs:"]
        if not starts:
            return (Job(path=self.path, lines=self.lines),)
        body = self.lines[starts[0] + 1 :]
        indent = next((_indent(line.text) for line in body if line.text.strip()), 0)
        cuts = [at for at, line in enumerate(body) if line.text.strip() and _indent(line.text) == indent]
        if not cuts:
            return (Job(path=self.path, lines=self.lines),)
        ends = [*cuts[1:], len(body)]
        return tuple(Job(path=self.path, lines=body[cut:end]) for cut, end in zip(cuts, ends, strict=True))


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def files(tree: Tree) -> tuple[CiFile, ...]:
    """Return the CI files in the order of their names; broken ones too, since lines can be read without YAML."""
    return tree.once("ci files", lambda: tuple(_read(tree, path) for path in sorted(tree.paths) if _is_ci(path)))


def names(tree: Tree, path: str) -> bool:
    """Whether a CI file names this file."""
    word = re.compile(rf"(?<![\w.-]){re.escape(name_of(path))}(?![\w.-])")
    return any(word.search(file.text) for file in files(tree))


def settings(file: CiFile, lines: tuple[Line, ...], *keys: str) -> Iterator[tuple[str, Line]]:
    """Yield the values that lines give to one of these keys."""
    wanted = re.compile(rf"(?<![\w-])(?:{'|'.join(keys)})\s*:\s*({_VALUE})")
    for line in lines:
        if found := wanted.search(line.text):
            yield file.plain(found[1]), line


def _is_ci(path: str) -> bool:
    return path.startswith(".github/workflows/") or bool(_OTHERS.search(path))


def _read(tree: Tree, path: str) -> CiFile:
    text = tree.facts.texts.get(path, "")
    lines = tuple(Line(number, _COMMENT.sub("", line[:MAX_LINE])) for number, line in enumerate(text.splitlines(), 1))
    values: dict[str, str] = {}
    for line in lines:
        if found := _SET.match(line.text):
            values.setdefault(found[1], found[2].strip().strip("\"'"))
    return CiFile(path=path, lines=lines, values=values)
